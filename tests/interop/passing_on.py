"""Passing a call on: transfers blind and attended, park and fetch. The customer hears whom they were passed to."""

from baresip import TONES, Phone
from office import Office
from sipp import CALLER_HZ, Call, Sound


class Customer:
    """Kim, in a call with Anna, whose phone answered it; a context that ends with the call ended by the office."""

    def __init__(self, office, anna):
        self.office, self.anna = office, anna

    def __enter__(self):
        self.sound = Sound(CALLER_HZ)
        self.call = Call(self.office, "is-left", self.sound)
        self.anna.expect("CALL_INCOMING")
        self.anna.do("accept")
        self.call.media()
        self.talks_with(self.anna)
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.call.done()
            self.office.ends_quietly()
        else:
            self.call.cut()
        self.sound.close()

    def talks_with(self, phone):
        """Both hear each other."""
        phone.hears(CALLER_HZ)
        self.sound.hears(phone.hertz)

    def contact(self):
        """The number of this call in the API."""
        [contact] = [c["id"] for c in self.office.contacts() if c["kind"] == "inbound"]
        return contact

    def story_ends(self, person):
        """The one contact of the customer says who had the call last."""
        [contact] = [c for c in self.office.contacts() if c["kind"] == "inbound"]
        assert contact["outcome"] == "answered" and contact["person"] == person, contact


def extension(office, number, more=""):
    return f"sip:{number}@127.0.0.1:{office.ports['sip']}{more}"


def a_blind_transfer_reaches_the_third():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo", answers="auto") as bo:
        with Customer(office, anna) as kim:
            anna.do("transfer", extension(office, 12))
            anna.expect("CALL_CLOSED")
            kim.talks_with(bo)
            bo.do("hangup")


def a_blind_transfer_declined_comes_back():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        with Customer(office, anna) as kim:
            office.api("anna", f"calls/{kim.contact()}/transfer", {"to": "12", "kind": "blind"})
            anna.expect("CALL_CLOSED")
            kim.sound.hears_no(anna.hertz)
            bo.expect("CALL_INCOMING")
            bo.do("hangup")
            anna.expect("CALL_INCOMING")
            anna.do("accept")
            kim.talks_with(anna)
            anna.do("hangup")


def a_phone_is_told_that_its_transfer_was_declined():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        with Customer(office, anna):
            anna.do("transfer", extension(office, 12))
            bo.expect("CALL_INCOMING")
            bo.do("hangup")
            # it hangs up by itself the moment it hears so
            anna.expect("TRANSFER_FAILED")
            assert anna.was_told("NOTIFY", "SIP/2.0 180") and anna.was_told("NOTIFY", "SIP/2.0 486")


def a_blind_transfer_nobody_answers_rings_back():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        with Customer(office, anna) as kim:
            office.api("anna", f"calls/{kim.contact()}/transfer", {"to": "12", "kind": "blind"})
            anna.expect("CALL_CLOSED")
            bo.expect("CALL_INCOMING")
            bo.expect("CALL_CLOSED", 40)
            anna.expect("CALL_INCOMING")
            anna.do("accept")
            kim.talks_with(anna)
            anna.do("hangup")


def an_attended_transfer_joins_the_two():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo", answers="auto") as bo:
        with Customer(office, anna) as kim:
            anna.do("hold")
            bo.events.queue.clear()
            anna.dial("bo")
            anna.hears(TONES["bo"])
            bo.hears(TONES["anna"])
            anna.do("line", "1")
            anna.do("transfer", f"<{extension(office, 12)}?Replaces={anna.replaces()}>")
            kim.talks_with(bo)
            anna.expect("CALL_CLOSED")
            bo.do("hangup")
        kim.story_ends("bo")


def a_parked_call_is_fetched_by_another():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        with Customer(office, anna) as kim:
            call = kim.contact()
            office.api("anna", f"calls/{call}/park", {})
            anna.expect("CALL_CLOSED")
            kim.sound.hears_no(anna.hertz)
            office.api("bo", f"calls/{call}/answer", {})
            bo.expect("CALL_INCOMING")
            bo.do("accept")
            kim.talks_with(bo)
            bo.do("hangup")


CASES = [
    ("sipp", a_blind_transfer_reaches_the_third),
    ("sipp", a_blind_transfer_declined_comes_back),
    ("sipp", a_phone_is_told_that_its_transfer_was_declined),
    ("sipp", a_blind_transfer_nobody_answers_rings_back),
    ("sipp", an_attended_transfer_joins_the_two),
    ("sipp", a_parked_call_is_fetched_by_another),
]
