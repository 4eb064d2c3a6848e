"""A desk phone: baresip with a tone for a microphone and a file for an ear, led through its control port."""

import array
import json
import queue
import re
import socket
import subprocess
import threading
import time
import urllib.parse

from office import PEOPLE, free_ports, secret, until
from tones import RATE, share, write

MODULES = "/usr/lib/baresip/modules"
TONES = {"anna": 440, "bo": 700, "cy": 1_100, "lea": 860, "max": 1_300, "noa": 1_550}


class Phone:
    """One registered phone of one person."""

    def __init__(self, office, person, transport="udp", answers="manual", codecs="PCMA/8000/1,PCMU/8000/1"):
        self.office, self.person = office, person
        self.folder = office.folder / f"{person}-{free_ports()}"
        self.folder.mkdir()
        self.transport, self.answers, self.codecs = transport, answers, codecs
        self.hertz = TONES[person]
        self.events = queue.Queue()
        self.seen, self.history = [], []

    def __enter__(self):
        self.port, control, rtp = self.listens(), free_ports(), free_ports(12)
        write(self.folder / "tone.wav", self.hertz, 60)
        (self.folder / "config").write_text(f"""
poll_method epoll
sip_listen 127.0.0.1:{self.port}
audio_source aufile,{self.folder}/tone.wav
audio_player aubridge,ear-{control}
audio_alert aubridge,bell-{control}
audio_srate {RATE}
audio_channels 1
rtp_ports {rtp}-{rtp + 10}
module_path {MODULES}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {self.folder}
""")
        more = f";answermode={self.answers};audio_codecs={self.codecs};ptime=20\n"
        (self.folder / "accounts").write_text("".join(account + more for account in self.accounts()))
        before = self.office.figure("frontdesk_registered_phones") or 0
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                ["stdbuf", "-oL", "baresip", "-s", "-f", self.folder], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.control = until("baresip's control port", lambda: self.connect(control), 30)
        threading.Thread(target=self.listen, daemon=True).start()
        until(f"{self.person} is there over {self.transport}", lambda: self.is_there(before))
        return self

    def listens(self):
        """Its own SIP port."""
        return free_ports(2)

    def accounts(self):
        """Who it is, as baresip writes it."""
        server = f"127.0.0.1:{self.office.ports['sip']}"
        return [
            f"<sip:{self.person}-desk@{server};transport={self.transport}>;auth_user={self.person}-desk;"
            f"auth_pass={secret(self.person)};regint=60"
        ]

    def is_there(self, before):
        """Does the office know it, where `before` phones were known?"""
        return (self.office.figure("frontdesk_registered_phones") or 0) > before

    def __exit__(self, failed, *_):
        if failed:
            print(self.last_words(), flush=True)
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.control.close()

    @staticmethod
    def connect(port):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=2)
        except OSError:
            return None

    def listen(self):
        """Splits the control port's netstrings into events."""
        self.control.settimeout(None)
        pending = b""
        while True:
            try:
                got = self.control.recv(65_536)
            except OSError:
                return
            if not got:
                return
            pending += got
            while b":" in pending:
                length, rest = pending.split(b":", 1)
                if len(rest) <= int(length):
                    break
                event, pending = json.loads(rest[: int(length)]), rest[int(length) + 1 :]
                if event.get("event"):
                    event["heard_at"] = time.time()
                    self.history.append(event)
                    self.events.put(event)

    def do(self, command, words=""):
        """Presses a key, so to speak."""
        message = json.dumps({"command": command, "params": words}).encode()
        self.control.sendall(b"%d:%s," % (len(message), message))

    def expect(self, kind, seconds=10):
        """The next event of a kind; those before it are passed over."""
        while True:
            try:
                event = self.events.get(timeout=seconds)
            except queue.Empty:
                raise AssertionError(f"{self.person}'s phone: no {kind}; it saw {self.seen}") from None
            self.seen.append(event["type"])
            if event["type"] == kind:
                return event

    def news(self):
        """What has happened since it was last asked or expected."""
        while not self.events.empty():
            event = self.events.get()
            self.seen.append(event["type"])
            yield event

    def rang_at_once(self):
        """How many calls rang or went on at the same time, at most."""
        now, most = set(), 0
        for event in self.history:
            if event["type"] == "CALL_INCOMING":
                now.add(event["id"])
            elif event["type"] == "CALL_CLOSED":
                now.discard(event["id"])
            most = max(most, len(now))
        return most

    def takes(self, seconds=10):
        """Waits until it rings, and answers."""
        self.expect("CALL_INCOMING", seconds)
        self.do("accept")
        self.expect("CALL_ESTABLISHED")

    def dial(self, person):
        self.do("dial", f"sip:{PEOPLE.get(person, person)}@127.0.0.1:{self.office.ports['sip']};transport={self.transport}")

    def messages(self):
        """What it sent and received, in that order: from whom, and the text."""
        said = (self.folder / "log").read_text("utf-8", "replace").replace("\r", "")
        return re.findall(r"(?:UDP|TCP) \S+:(\d+) -> \S+:\d+\n(.*?)\n\x1b\[;m", said, re.S)

    def was_told(self, start, *words):
        """Did it receive a message that begins so and has all these words?"""
        own = str(self.port)
        told = [text for port, text in self.messages() if port != own and text.startswith(start)]
        return any(all(word in text for word in words) for text in told)

    def answered(self):
        """How many calls did it answer, as far as it said so itself?"""
        own = str(self.port)
        return sum(port == own and text.startswith("SIP/2.0 200") and " INVITE\n" in text for port, text in self.messages())

    def replaces(self):
        """The latest call it made, as RFC 3891 names it to the office."""
        answers = [m for _, m in self.messages() if m.startswith("SIP/2.0 200") and " INVITE\n" in m]
        part = lambda pattern: re.search(rf"(?im)^{pattern}", answers[-1])[1]
        call, ours, theirs = part(r"Call-ID: *(\S+)"), part(r"From:.*;tag=([^;\s]+)"), part(r"To:.*;tag=([^;\s]+)")
        return urllib.parse.quote(f"{call};to-tag={theirs};from-tag={ours}", safe="")

    def ear(self, seconds):
        """The latest seconds this phone has heard."""
        files = sorted(self.folder.glob("dump-*-dec.wav"))
        raw = files[-1].read_bytes()[44:] if files else b""
        wanted = round(seconds * RATE) * 2
        if len(raw) < wanted:
            return array.array("h")
        even = len(raw) // 2 * 2
        return array.array("h", raw[even - wanted : even])

    def listens_for(self, seconds):
        """Waits until it has heard so many more seconds of whatever there is."""
        heard = lambda: sum(file.stat().st_size for file in self.folder.glob("dump-*-dec.wav"))
        enough = heard() + seconds * RATE * 2
        until(f"{self.person} hears {seconds} s more", lambda: heard() >= enough, seconds + 10)

    def press(self, *keys, listens=1.0):
        """Sends keys (RFC 4733), with time to hear what each of them does."""
        for key in keys:
            self.do("sndcode", key)
            self.listens_for(listens)

    def heard_first(self, seconds):
        """The beginning of what it heard in its latest call."""
        raw = sorted(self.folder.glob("dump-*-dec.wav"))[-1].read_bytes()[44:]
        return array.array("h", raw[: round(seconds * RATE) * 2])

    def was_shown(self, words):
        """Did its display ever show these words?"""
        return words in (self.folder / "log").read_text("utf-8", "replace")

    def last_words(self):
        """What it heard and saw, for whoever reads of a case that failed."""
        heard = [(file.name, file.stat().st_size // (2 * RATE)) for file in sorted(self.folder.glob("dump-*"))]
        sent = [f"  {port} {text.splitlines()[0]}" for port, text in self.messages()[-16:]]
        return "\n".join([f"{self.person}'s phone ({self.port}): files and seconds {heard[-4:]}", *sent])

    def hears(self, hertz, seconds=10):
        """Waits until half a second of what it hears is this tone."""
        until(f"{self.person} hears {hertz} Hz", lambda: share(self.ear(0.5), hertz) > 0.9, seconds)

    def hears_no(self, hertz, seconds=10):
        """Waits until half a second of what it hears has nothing of this tone, while sound goes on or not."""
        heard = lambda: share(self.ear(0.5), hertz) < 0.05
        until(f"{self.person} no longer hears {hertz} Hz", heard, seconds)


class Outside(Phone):
    """Somebody outside: a phone that stands at an address of the provider's, and has one number or `also` others."""

    def __init__(self, office, person, number, at=0, answers="manual", also=()):
        super().__init__(office, person, answers=answers)
        self.numbers, self.at = (number, *also), office.trunk_port + 2 * at

    def listens(self):
        return self.at

    def accounts(self):
        return [f"<sip:{number}@127.0.0.1:{self.at}>;regint=0" for number in self.numbers]

    def as_number(self, number):
        """What is done next is done with this number."""
        self.do("uafind", f"sip:{number}@127.0.0.1:{self.at}")

    def is_there(self, _):
        return self.office.trunk_state() == "up"
