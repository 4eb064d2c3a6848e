"""The provider's side: SIPp speaks SIP, and sound is ours, so that it can be measured both ways."""

import array
import contextlib
import pathlib
import re
import socket
import struct
import subprocess
import threading
import time

from office import NUMBER, until
from tones import RATE, ULAW, share, sine, ulaw_encode

CALLER_HZ = 560
SCENARIOS = pathlib.Path(__file__).resolve().parent / "scenarios"
FRAME = RATE // 50


class Sound:
    """An RTP end: sends a tone as PCMU every 20 ms once it knows where to, keeps what it hears."""

    def __init__(self, hertz):
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.hertz, self.target = hertz, None
        self.heard, self.keys = array.array("h"), []
        # when each packet came, and where its sound begins
        self.came = []
        self.digits, self.timestamp, self.sequence = [], 0, 0
        self.over = threading.Event()
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self.speak, self.listen)]
        for thread in self.threads:
            thread.start()

    def close(self):
        self.over.set()
        for thread in self.threads:
            thread.join(2)
        self.socket.close()

    def speak(self):
        next_at = time.monotonic()
        while not self.over.is_set():
            next_at += 0.02
            self.over.wait(max(0.0, next_at - time.monotonic()))
            if self.target:
                self.send(*self.frame())
            self.timestamp += FRAME

    def frame(self):
        """What goes out in this 20 ms, and its timestamp: a frame of the tone, or a step of a key (RFC 4733)."""
        if not self.digits:
            return 0, bytes(map(ulaw_encode, sine(self.hertz, 0.02, self.timestamp))), self.timestamp
        key = self.digits[0]
        key["step"] += 1
        end = 0x80 if key["step"] > 5 else 0
        event = struct.pack("!BBH", "0123456789*#ABCD".index(key["digit"]), end | 10, min(key["step"], 5) * FRAME)
        key.setdefault("at", self.timestamp)
        if key["step"] == 8:
            self.digits.pop(0)
        # one timestamp from the first to the last packet of a key: it is one key
        return 101, event, key["at"]

    def send(self, kind, payload, stamp):
        self.sequence += 1
        header = struct.pack("!BBHII", 0x80, kind, self.sequence & 0xFFFF, stamp & 0xFFFFFFFF, 0x1A2B3C)
        self.socket.sendto(header + payload, self.target)

    def press(self, digit):
        """Sends a key once."""
        self.digits.append({"digit": digit, "step": 0})

    def listen(self):
        self.socket.settimeout(0.2)
        last_event = None
        while not self.over.is_set():
            try:
                packet = self.socket.recv(2_048)
            except TimeoutError:
                continue
            kind, stamp = packet[1] & 0x7F, packet[4:8]
            if kind == 0:
                self.came.append((time.time(), len(self.heard)))
                self.heard.extend(ULAW[byte] for byte in packet[12:])
            elif kind == 101 and stamp != last_event:
                last_event = stamp
                self.keys.append("0123456789*#ABCD"[packet[12]])

    def listens_for(self, seconds):
        """Waits until it has heard so many more seconds of whatever there is."""
        enough = len(self.heard) + seconds * RATE
        until(f"the caller hears {seconds} s more", lambda: len(self.heard) >= enough, seconds + 10)

    def first(self, hertz, since):
        """When the first packet of this tone came, after an instant of the wall clock; the tone went on from there."""
        for at, start in list(self.came):
            if at >= since and share(self.heard[start : start + RATE // 10], hertz) > 0.9:
                return at
        return None

    def hears(self, hertz, seconds=10):
        """Waits until the last half second is this tone."""
        until(f"the caller hears {hertz} Hz", lambda: share(self.heard[-RATE // 2 :], hertz) > 0.9, seconds)

    def hears_no(self, hertz, seconds=10):
        """Waits until the last half second has nothing of this tone."""
        until(f"the caller no longer hears {hertz} Hz", lambda: share(self.heard[-RATE // 2 :], hertz) < 0.05, seconds)


def answer_options(office):
    """Answers as the provider until the office knows that there is one."""
    with socket.socket(type=socket.SOCK_DGRAM) as provider:
        provider.bind(("127.0.0.1", office.trunk_port))
        provider.settimeout(0.1)
        until("the provider is known", lambda: office.trunk_state() == "up" or answered_options(provider), 30)


def answered_options(provider):
    """Answers one question if there is one; nothing."""
    with contextlib.suppress(TimeoutError):
        asked, peer = provider.recvfrom(4_096)
        lines = [line for line in asked.decode().split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq):", line)]
        provider.sendto("\r\n".join(["SIP/2.0 200 OK", *lines, "Content-Length: 0", "", ""]).encode(), peer)


class Call:
    """One SIPp scenario run once: from the trunk's port to the office, unless `at` and `to` name other ports."""

    def __init__(self, office, scenario, sound=None, talk_ms=0, at=None, to=None, dialled=NUMBER, login=None):
        self.sound = sound
        self.said = office.folder / f"sipp-{scenario}-{time.monotonic_ns()}.log"
        options = ["-key", "rtp_port", str(sound.port if sound else 9), "-d", str(talk_ms)]
        options += ["-au", login[0], "-ap", login[1]] if login else []
        self.process = subprocess.Popen(
            ["sipp", f"127.0.0.1:{to or office.ports['sip']}", "-sf", SCENARIOS / f"{scenario}.xml", "-s", dialled,
             "-i", "127.0.0.1", "-p", str(at or office.trunk_port), "-m", "1", "-nostdin", "-timeout", "60", "-timeout_error",
             "-trace_logs", "-log_file", self.said, "-trace_err", "-error_file", f"{self.said}.err",
             "-trace_shortmsg", "-shortmessage_file", f"{self.said}.short", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=office.folder,
        )

    def media(self):
        """Waits for the answer's address and points the sound at it."""
        found = until("an answer with an address for sound", lambda: re.search(r"media (\S+) (\d+)\n", self.log()))
        self.sound.target = (found[1], int(found[2]))

    def says(self, words):
        """Waits until the scenario has said this in its log."""
        until(f"SIPp says: {words}", lambda: words in self.log())

    def log(self):
        return self.said.read_text("utf-8", "replace") if self.said.exists() else ""

    def sent_at(self, method):
        """When it sent its first request of this method, in seconds of the wall clock."""
        lines = pathlib.Path(f"{self.said}.short").read_text("utf-8", "replace").splitlines()
        [first, *_] = [line for line in lines if re.search(rf"\tS\t.*CSeq:\d+ {method}\t", line)]
        return float(re.search(r"\t(\d{10}\.\d+)", first)[1])

    def cut(self):
        """Ends it without a word, as a dead line does."""
        self.process.kill()
        self.process.wait(5)

    def done(self, seconds=30):
        """Waits for the scenario's end; it must have gone as written."""
        code = self.process.wait(seconds)
        errors = pathlib.Path(f"{self.said}.err")
        why = errors.read_text("utf-8", "replace")[-1_500:] if errors.exists() else ""
        assert code == 0, f"SIPp ended with {code}: {why}"
