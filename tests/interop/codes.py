"""Star codes as a phone dials them, and the keys that follow them or are pressed inside a call (RFC 4733)."""

from baresip import TONES, Outside, Phone
from callback import LEA, rings_for_a_promise
from office import Office, until
from sipp import CALLER_HZ, Call, Sound

# between two keys of a code: as fast as somebody who knows it by heart
BETWEEN_KEYS_S = 0.3
# the first of the shipped sentences a phone can record
FIRST_PROMPT, FIRST_PROMPT_NAME = "101", "busy"


def types(phone, keys):
    """Sends keys one after the other; the last may end the call."""
    phone.press(*keys[:-1], listens=BETWEEN_KEYS_S)
    phone.do("sndcode", keys[-1])


def dials(phone, code, keys=""):
    """Dials a code, and types what it asks for."""
    phone.dial(code)
    phone.expect("CALL_ESTABLISHED")
    if keys:
        phone.listens_for(1)
        types(phone, keys)


def ends(phone):
    """Hangs up, unless the office was faster."""
    phone.do("hangup")
    phone.expect("CALL_CLOSED")


def a_phone_goes_off_duty_pauses_and_has_more_time_by_code():
    with Office(wrap_up="120s") as office, Phone(office, "anna") as anna:
        until("Anna is free", lambda: office.state("anna") == "available")
        # The last one there says where callers go: to a message, to a call back.
        for code, keys, becomes in (("*10", "2", "off"), ("*11", "", "available"), ("*12", "30#1", "paused"), ("*13", "", "available")):
            dials(anna, code, keys)
            until(f"{code} makes her {becomes}", lambda: office.state("anna") == becomes)
            ends(anna)
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim)
        anna.takes()
        call.media()
        anna.hears(CALLER_HZ)
        anna.do("hangup")
        call.done()
        kim.close()
        wraps_up_until = lambda: next(p["until"] for p in office.api("anna", "board")["people"] if p["id"] == "anna")
        until("Anna writes down", lambda: office.state("anna") == "wrap_up")
        before = wraps_up_until()
        dials(anna, "*14")
        until("she has more time", lambda: office.state("anna") == "wrap_up" and wraps_up_until() > before)
        ends(anna)
        dials(anna, "*13")
        until("Anna is free", lambda: office.state("anna") == "available")
        ends(anna)
        office.ends_quietly()


def a_call_is_picked_up_parked_fetched_and_passed_on_by_keys():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim)
        anna.expect("CALL_INCOMING")
        bo.dial("*8")
        call.media()
        talk(kim, bo)
        anna.expect("CALL_CLOSED")
        for slot, phone, fetches in (("*70", bo, anna), ("*76", anna, bo)):
            types(phone, slot)
            phone.expect("CALL_CLOSED")
            fetches.dial(slot)
            talk(kim, fetches)
        types(bo, "*211#")  # blind, to Anna
        anna.takes()
        bo.expect("CALL_CLOSED")
        talk(kim, anna)
        types(anna, "*312#")  # asks Bo first
        bo.takes()
        anna.hears(TONES["bo"])
        anna.do("hangup")
        talk(kim, bo)
        bo.do("hangup")
        call.done()
        kim.close()
        office.ends_quietly()
        [contact] = [c for c in office.contacts() if c["kind"] == "inbound"]
        assert contact["outcome"] == "answered" and contact["person"] == "bo", contact


def talk(kim, phone):
    """Both hear each other."""
    phone.hears(CALLER_HZ)
    kim.hears(phone.hertz)


def a_prompt_is_recorded_and_the_next_promise_called_by_code():
    with Office() as office, Outside(office, "lea", LEA) as lea, Phone(office, "anna") as anna:
        dials(anna, "*77", FIRST_PROMPT + "#")
        anna.listens_for(1)
        anna.do("sndcode", "1")  # a key goes straight to the tone
        own = office.data / "sounds" / "en"
        until("the recording has begun", lambda: any(own.glob("*")))
        anna.listens_for(3)
        anna.do("sndcode", "#")
        anna.hears(TONES["anna"])  # played back to her
        assert [file.name for file in own.iterdir()] == [f"{FIRST_PROMPT_NAME}.wav"], list(own.iterdir())
        ends(anna)
        office.api("anna", "people/anna/state", {"state": "paused", "reason": "lunch", "callers": "wait"})
        office.api("anna", "callbacks", {"number": LEA, "group": "main"})
        [(promised, _)] = until("the promise stands in the line", office.line)
        office.api("anna", f"callbacks/{promised}/later", {"minutes": 60})
        office.api("anna", "people/anna/state", {"state": "available"})
        dials(anna, "*66")
        ends(anna)
        rings_for_a_promise(anna, lea)
        lea.do("accept")
        lea.hears(TONES["anna"])
        anna.hears(TONES["lea"])


CASES = [
    ("sipp", a_phone_goes_off_duty_pauses_and_has_more_time_by_code),
    ("sipp", a_call_is_picked_up_parked_fetched_and_passed_on_by_keys),
    ("baresip", a_prompt_is_recorded_and_the_next_promise_called_by_code),
]
