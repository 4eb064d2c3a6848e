"""The real binary with a small office, on loopback, on ports of its own."""

import json
import multiprocessing
import os
import pathlib
import random
import re
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from tones import write

TOP = pathlib.Path(__file__).resolve().parents[2]
BINARY = TOP / os.environ.get("CARGO_TARGET_DIR", "target") / os.environ.get("FRONTDESK_PROFILE", "release") / "frontdesk"
NUMBER = "+4533445566"
# a trunk known by its address alone, and one we log in at
ADDRESS_TRUNK = "register = false\nfrom = [{places}]"
# a recording of the owner's own: long enough to be noticed
PROMPT_S = 3
# people outside stand at so many addresses of the provider's; who is called is called at the first
PLACES = 4
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


def stays(what, condition, seconds=1.5):
    """Looks 50 times a second whether a state lasts so long."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while time.monotonic() < end:
        assert condition(), f"did not stay so: {what}"
        pause.wait(0.02)


# below those the system gives out by itself, and none twice to cases that run side by side
PORTS = range(20_000, 32_000)
next_port = multiprocessing.Value("i", random.choice(PORTS[:-200]))


def free_ports(count=1):
    """The first of `count` neighbouring ports that are free for UDP and TCP on loopback."""
    while True:
        with next_port.get_lock():
            first = next_port.value
            next_port.value = PORTS.start + (first + count - PORTS.start) % (len(PORTS) - 200)
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
    """`frontdesk apply` and `serve`; a context that ends with the process ended cleanly.

    `more` follows the group in the settings; `prompts` are recordings of the owner's own, by name: tones.
    """

    def __init__(self, members=("anna",), trunk=ADDRESS_TRUNK, goal="group:main", wrap_up="0s", strategy="everyone", more="", prompts=()):
        self.binary = os.environ.get("FRONTDESK_BINARY") or BINARY
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="frontdesk-interop-"))
        self.data = self.folder / "data"
        self.trunk_port = free_ports(2 * PLACES)
        self.members, self.trunk, self.goal = members, trunk, goal
        self.wrap_up, self.strategy, self.more, self.prompts = wrap_up, strategy, more, dict(prompts)
        self.ports, self.browsers = {}, {}

    def __enter__(self):
        self.data.mkdir(mode=0o700)
        self.apply()
        own = self.data / "sounds" / "en"
        own.mkdir(parents=True, exist_ok=True)
        for name, hertz in self.prompts.items():
            write(own / f"{name}.wav", hertz, PROMPT_S)
        self.start()
        return self

    def apply(self, changed=lambda text: text):
        """Makes the office what its settings say, changed or not."""
        file = self.folder / "office.toml"
        file.write_text(changed(self.settings()), "utf-8")
        self.run("apply", str(file))

    def start(self):
        """Starts `serve`; again on the same ports when it ran before."""
        where = [f"--{name}=127.0.0.1:{self.ports.get(name, 0)}" for name in ("sip", "sips", "http", "https")]
        # Its log goes through a pipe, and a write that the system forbids fails without a signal: a full disk may
        # stop what it keeps, not what it says.
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.data, *where, f"--rtp-ports={self.rtp_ports()}", "--calls-back-any-time"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, restore_signals=False,
        )
        threading.Thread(target=self.keep_words, args=[self.process.stderr], daemon=True).start()
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

    def __exit__(self, failed, *_):
        if failed:
            print(self.last_words(), flush=True)
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("serve does not end when asked") from None

    def keep_words(self, said):
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            for line in said:
                log.write(line)
                log.flush()

    def last_words(self):
        """What was going on, for whoever reads of a case that failed."""
        try:
            [newest, *_] = self.contacts()
            told = self.api("anna", f"contacts/{newest['id']}")
        except (AssertionError, OSError, ValueError) as nothing:
            told = f"no contact: {nothing}"
        return f"the office's newest contact: {json.dumps(told)}\n{self.words()}"

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

    def api(self, person, path, body=None, method=None):
        """What the API answers to this person: reads `path`, or posts a body to it, or does as `method` says."""
        if person not in self.browsers:
            self.browsers[person] = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            self.api(person, "session", {"person": person, "password": secret(person)})
        top = f"http://127.0.0.1:{self.ports['http']}"
        headers = {"Origin": top, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        ask = urllib.request.Request(f"{top}/api/v1/{path}", data, headers, method=method)
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
        places = ", ".join(f'"127.0.0.1/32:{self.trunk_port + 2 * place}"' for place in range(PLACES))
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
{self.trunk.format(places=places)}

[[group]]
id = "main"
name = "Main line"
strategy = "{self.strategy}"
members = [{members}]
wrap_up = "{self.wrap_up}"
{self.more}
[hours]
{week}holidays = false

[[number]]
number = "{NUMBER}"
to = "{self.goal}"
welcome = false
"""
