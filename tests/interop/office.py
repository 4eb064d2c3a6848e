"""The real binary with a small office, on loopback, on ports of its own."""

import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
BINARY = TOP / os.environ.get("CARGO_TARGET_DIR", "target") / "release/frontdesk"
NUMBER = "+4533445566"
# a trunk known by its address alone, and one we log in at
ADDRESS_TRUNK = 'register = false\nfrom = ["127.0.0.1/32:{port}", "127.0.0.1/32:{second}"]'
LOGIN = ("33445566", "a-secret-of-the-trunk")
LOGIN_TRUNK = f'register = true\nuser = "{LOGIN[0]}"\nsecret = "{LOGIN[1]}"'
PEOPLE = {"anna": "11", "bo": "12", "cy": "13"}


def secret(person):
    return f"a secret of {person}".replace(" ", "-")


def until(what, condition, seconds=10.0):
    """Waits for a state; its value. Looks 50 times a second."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        pause.wait(0.02)
    raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")


def free_ports(count=1):
    """The first of `count` neighbouring ports that are free for UDP and TCP on loopback."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        held = []
        try:
            for port in range(first, first + count):
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    held.append(socket.socket(type=kind))
                    held[-1].bind(("127.0.0.1", port))
            return first
        except (OSError, OverflowError):
            continue
        finally:
            for each in held:
                each.close()


class Office:
    """`frontdesk apply` and `serve`; a context that ends with the process ended cleanly."""

    def __init__(self, members=("anna",), trunk=ADDRESS_TRUNK, goal="group:main"):
        self.binary = os.environ.get("FRONTDESK_BINARY") or BINARY
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="frontdesk-interop-"))
        self.data = self.folder / "data"
        self.trunk_port = free_ports(4)
        self.members, self.trunk, self.goal = members, trunk, goal
        self.ports, self.browsers = {}, {}

    def __enter__(self):
        file = self.folder / "office.toml"
        file.write_text(self.settings(), "utf-8")
        self.data.mkdir(mode=0o700)
        self.run("apply", str(file))
        self.start()
        return self

    def start(self):
        """Starts `serve`; again on the same ports when it ran before."""
        where = [f"--{name}=127.0.0.1:{self.ports.get(name, 0)}" for name in ("sip", "sips", "http", "https")]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--data", self.data, *where, f"--rtp-ports={self.rtp_ports()}", "--calls-back-any-time"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
            )
        for line in self.process.stdout:
            if line.startswith("listening "):
                self.ports = {k: int(v) for k, v in re.findall(r"(\w+)=\S*?:(\d+)(?=\s|$)", line)}
                break
        # nobody may block on a full pipe
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        assert "sip" in self.ports, f"no ready line; its log:\n{self.words()}"
        until("healthy", lambda: self.get("/healthz") is not None)

    def power_cut(self):
        """Ends it as a power failure does, then starts it again."""
        self.process.kill()
        self.process.wait(15)
        self.browsers.clear()  # log-ins end with the program
        self.start()

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("serve does not end when asked") from None

    def words(self):
        """The end of the log."""
        return (self.folder / "log").read_text("utf-8", "replace")[-4_000:]

    def rtp_ports(self):
        first = free_ports(64)
        return f"{first}-{first + 63}"

    def run(self, *words):
        """A command on this office; its output."""
        done = subprocess.run(
            [self.binary, *words, "--data", self.data], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, f"frontdesk {words[0]}: {done.returncode}: {done.stderr}"
        return done.stdout

    def get(self, path):
        """The text of a page, or nothing."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['http']}{path}", timeout=3) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def figure(self, name):
        """A figure of /metrics, all its labels summed."""
        page = self.get("/metrics") or ""
        values = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", page, re.M)
        return sum(float(v) for v in values) if values else None

    def api(self, person, path, body=None):
        """What the API answers to this person: reads `path`, or posts a body to it."""
        if person not in self.browsers:
            self.browsers[person] = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            self.api(person, "session", {"person": person, "password": secret(person)})
        top = f"http://127.0.0.1:{self.ports['http']}"
        headers = {"Origin": top, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        ask = urllib.request.Request(f"{top}/api/v1/{path}", data, headers)
        try:
            with self.browsers[person].open(ask, timeout=5) as answer:
                told = answer.read()
                return json.loads(told) if "json" in answer.headers["Content-Type"] else told
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{path}: {refused.code}: {refused.read().decode()}") from None

    def contacts(self):
        """The contacts as the API tells them, newest first."""
        return self.api("anna", "contacts")["items"]

    def line(self):
        """The line on the board, from its head: contact and kind of each entry."""
        return [(entry["contact"], entry["kind"]) for entry in self.api("anna", "board")["line"]]

    def trunk_state(self):
        """The trunk's state in a word, as /healthz has it."""
        return json.loads(self.get("/healthz") or "{}").get("trunks", {}).get("provider")

    def state(self, person):
        """A person's state on the board."""
        [found] = [p["state"] for p in self.api("anna", "board")["people"] if p["id"] == person]
        return found

    def ends_quietly(self):
        """Waits until no call and no dialog is left."""
        names = ("frontdesk_calls_active", "frontdesk_dialogs")
        try:
            until("quiet", lambda: not any(self.figure(name) for name in names))
        except AssertionError:
            raise AssertionError(f"not quiet: {[(n, self.figure(n)) for n in names]}; {self.contacts()[:1]}") from None

    def settings(self):
        people = "".join(
            f'[[person]]\nid = "{p}"\nname = "{p.title()}"\nrole = "{"owner" if p == "anna" else "lead"}"\nextension = "{ext}"\npassword = "{secret(p)}"\n'
            f'[[person.phone]]\nid = "{p}-desk"\nsecret = "{secret(p)}"\n\n'
            for p, ext in PEOPLE.items()
        )
        members = ", ".join(f'{{ person = "{m}" }}' for m in self.members)
        week = "".join(f'{day} = ["00:00-24:00"]\n' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
        return f"""
[office]
name = "Interop"
language = "en"
country = "DK"
time_zone = "Europe/Copenhagen"

{people}
[[trunk]]
id = "provider"
host = "127.0.0.1:{self.trunk_port}"
transport = "udp"
numbers = ["{NUMBER}"]
channels = 4
{self.trunk.format(port=self.trunk_port, second=self.trunk_port + 2)}

[[group]]
id = "main"
name = "Main line"
strategy = "everyone"
members = [{members}]
wrap_up = "0s"

[hours]
{week}holidays = false

[[number]]
number = "{NUMBER}"
to = "{self.goal}"
welcome = false
"""
