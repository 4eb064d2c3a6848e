"""A phone that logs in by a digest of our choice (RFC 3261 §22, RFC 8760): Debian's peers know MD5 alone."""

import hashlib
import re
import secrets
import socket

from office import secret

HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def register(office, person, algorithm, password=None):
    """Registers once; the final status."""
    server = ("127.0.0.1", office.ports["sip"])
    with socket.socket(type=socket.SOCK_DGRAM) as phone:
        phone.connect(server)
        phone.settimeout(5)
        port = phone.getsockname()[1]
        call, tag = secrets.token_hex(8), secrets.token_hex(4)

        def ask(sequence, more=""):
            phone.send(
                (
                    f"REGISTER sip:127.0.0.1:{server[1]} SIP/2.0\r\n"
                    f"Via: SIP/2.0/UDP 127.0.0.1:{port};rport;branch=z9hG4bK{secrets.token_hex(8)}\r\n"
                    f"Max-Forwards: 70\r\nFrom: <sip:{person}-desk@127.0.0.1>;tag={tag}\r\n"
                    f"To: <sip:{person}-desk@127.0.0.1>\r\nCall-ID: {call}\r\nCSeq: {sequence} REGISTER\r\n"
                    f"Contact: <sip:{person}-desk@127.0.0.1:{port}>\r\nExpires: 120\r\n{more}Content-Length: 0\r\n\r\n"
                ).encode()
            )
            answer = phone.recv(4_096).decode()
            return int(answer.split()[1]), answer

        status, answer = ask(1)
        assert status == 401, f"a REGISTER without a word was answered {status}"
        challenge = next((c for c in re.findall(r"(?im)^WWW-Authenticate: *(.*)$", answer) if offers(c, algorithm)), None)
        assert challenge, f"{algorithm} is not offered"
        uri = f"sip:127.0.0.1:{server[1]}"
        proof = answer_to(challenge, algorithm, f"{person}-desk", password or secret(person), uri)
        return ask(2, f"Authorization: {proof}\r\n")[0]


def offers(challenge, algorithm):
    return (re.search(r"algorithm=\"?([\w-]+)", challenge) or [None, "MD5"])[1].upper() == algorithm


def answer_to(challenge, algorithm, user, password, uri):
    """The Authorization header's value."""
    digest = lambda text: HASHES[algorithm](text.encode()).hexdigest()
    part = lambda name: re.search(rf'{name}="([^"]*)"', challenge)[1]
    realm, nonce, client = part("realm"), part("nonce"), secrets.token_hex(8)
    ha1, ha2 = digest(f"{user}:{realm}:{password}"), digest(f"REGISTER:{uri}")
    response = digest(f"{ha1}:{nonce}:00000001:{client}:auth:{ha2}")
    opaque = re.search(r'opaque="([^"]*)"', challenge)
    return (
        f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}", '
        f'algorithm={algorithm}, qop=auth, nc=00000001, cnonce="{client}"' + (f', opaque="{opaque[1]}"' if opaque else "")
    )
