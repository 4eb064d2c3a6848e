"""A desk phone with a key on a colleague, played by SIPp: its lamp is told when the colleague rings, talks and is free."""

from baresip import Phone
from office import Office, secret
from sipp import Call


class Key(Call):
    """Cy's phone, with a key on Bo's extension."""

    def __init__(self, office):
        super().__init__(office, "watches", at=office.trunk_port + 1, dialled="12", login=("cy-desk", secret("cy")))


def a_key_on_a_colleague_shows_that_they_ring_and_talk():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        key = Key(office)
        key.says("lamp terminated")
        anna.do("dial", f"sip:12@127.0.0.1:{office.ports['sip']}")
        bo.expect("CALL_INCOMING")
        key.says("lamp early")
        bo.do("accept")
        key.says("lamp confirmed")
        bo.do("hangup")
        anna.expect("CALL_CLOSED")
        key.done()
        office.ends_quietly()


CASES = [("sipp", a_key_on_a_colleague_shows_that_they_ring_and_talk)]
