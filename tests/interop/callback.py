"""The promise to call back, over real SIP: asked for by key, kept, tried in vain, and over a power cut.

The only agent talks to a colleague while the customer asks. Every key is sent by baresip (RFC 4733).
"""

import array
import contextlib
import io
import wave

from baresip import TONES, Outside, Phone
from office import NUMBER, Office, until
from tones import RATE, share

LEA, MAX, NOA = "+4520304050", "+4520304060", "+4520304070"
# a shorter talk may have been with a machine
TALK_S = 10.5
# a plain answer of the member's says yes after this
ACCEPTS_AFTER_S = 4


@contextlib.contextmanager
def busy(office):
    """Anna's phone, who talks to Bo; and her way to end that."""
    with Phone(office, "anna") as anna, Phone(office, "bo", answers="auto") as bo:
        anna.dial("bo")
        anna.hears(TONES["bo"])
        anna.expect("CALL_ESTABLISHED")

        def free():
            anna.do("hangup")
            bo.expect("CALL_CLOSED")

        yield anna, free


def customer(office):
    """The one contact that came from outside; of several the latest."""
    return next(contact for contact in office.contacts() if contact["kind"] == "inbound")


def is_promised(office):
    """Waits until the promise alone is left of the call; its contact."""
    until("a promise stands in the line", lambda: "callback" in [kind for _, kind in office.line()])
    until("the live call has its outcome", lambda: customer(office)["outcome"])
    return customer(office)


def asks(office, lea):
    """Lea waits, presses 1 and 1, hears what is promised, and hangs up."""
    lea.dial(NUMBER)
    lea.expect("CALL_ESTABLISHED")
    lea.listens_for(1)
    lea.press("1")
    lea.do("sndcode", "1")
    until("the promise is written down", lambda: customer(office)["callback"])
    lea.listens_for(1)
    lea.do("hangup")
    lea.expect("CALL_CLOSED")
    contact = is_promised(office)
    assert contact["outcome"] == "callback_requested", contact
    return contact["id"]


def talk(office, anna, lea):
    """Both hear each other, long enough; Lea hangs up."""
    lea.hears(TONES["anna"])
    anna.hears(TONES["lea"])
    anna.listens_for(TALK_S)
    lea.do("hangup")
    anna.expect("CALL_CLOSED")
    office.ends_quietly()


def is_kept(office, contact, settled_by, attempts):
    """The row says that the promise was kept, and how; nothing is owed any more."""
    row = until("the promise is settled", lambda: [c for c in office.contacts() if c["id"] == contact and c["callback"]["settled_by"]])[0]
    callback = row["callback"]
    assert row["outcome"] == "callback_requested" and callback["state"] == "done", row
    assert callback["connected_at"] and callback["settled_by"] == settled_by and callback["attempts"] == attempts, row
    assert office.api("anna", "owed")["items"] == [] and office.line() == []


def a_customer_asks_by_key_and_is_called_back():
    with Office() as office, Outside(office, "lea", LEA) as lea, busy(office) as (anna, free):
        contact = asks(office, lea)
        free()
        anna.expect("CALL_INCOMING")
        until("her display says that it is a callback", lambda: anna.was_shown("↩"))
        anna.do("accept")
        yes = anna.expect("CALL_ESTABLISHED")["heard_at"]
        rang = lea.expect("CALL_INCOMING")["heard_at"]
        assert ACCEPTS_AFTER_S - 0.5 < rang - yes < ACCEPTS_AFTER_S + 1, f"dialled {rang - yes:.2f} s after the answer"
        lea.do("accept")
        talk(office, anna, lea)
        is_kept(office, contact, "callback", 1)


def rings_for_a_promise(anna, lea, times=1):
    """Anna's phone says that it is a callback; she answers and says yes, and the customer's phone rings."""
    anna.expect("CALL_INCOMING")
    shown = lambda: sum(text.startswith("INVITE") and "↩" in text for _, text in anna.messages())
    until("her display says that it is a callback", lambda: shown() == times)
    anna.do("accept")
    anna.expect("CALL_ESTABLISHED")
    anna.press("1")
    lea.expect("CALL_INCOMING", 3)


def is_served(anna, customer, seconds=10):
    """A live caller is answered; both hear each other, and the customer hangs up."""
    anna.takes(seconds)
    customer.hears(TONES["anna"])
    anna.hears(customer.hertz)
    customer.do("hangup")
    anna.expect("CALL_CLOSED")


def waits(office, customer):
    """A customer calls and stands at the end of the line."""
    before = len(office.line())
    customer.dial(NUMBER)
    customer.expect("CALL_ESTABLISHED")
    until("the line is longer", lambda: len(office.line()) == before + 1)
    return office.line()[-1][0]


def a_customer_who_does_not_answer_keeps_the_place():
    """While they cannot be tried, others are served; when they can, they come before whoever called later."""
    with Office() as office, Outside(office, "lea", LEA) as lea, busy(office) as (anna, free):
        contact = asks(office, lea)
        free()
        rings_for_a_promise(anna, lea)
        lea.expect("CALL_CLOSED", 30)
        anna.expect("CALL_CLOSED", 20)
        office.ends_quietly()
        [tried] = office.api("anna", "callbacks")["items"]
        assert tried["id"] == contact and tried["not_before"] and tried["tries"][0]["came_to"] == "no_answer", tried
        callback = customer(office)["callback"]
        assert callback["state"] in ("waiting", "snoozed") and callback["attempts"] == 1, callback
        with Outside(office, "max", MAX, at=1) as second, Outside(office, "noa", NOA, at=2) as third:
            second.dial(NUMBER)
            anna.takes()
            second.hears(TONES["anna"])
            last = waits(office, third)
            assert office.line() == [(contact, "callback"), (last, "live")], office.line()
            # nobody waits five minutes here: Anna asks for it before its time
            office.api("anna", f"callbacks/{contact}/call-now", {})
            second.do("hangup")
            anna.expect("CALL_CLOSED")
            rings_for_a_promise(anna, lea, times=2)
            lea.do("accept")
            lea.hears(TONES["anna"])
            anna.hears(TONES["lea"])
            assert office.line() == [(last, "live")], office.line()
            lea.do("hangup")
            anna.expect("CALL_CLOSED")
            is_served(anna, third)


def a_customer_who_calls_again_has_the_same_place():
    with Office() as office, Outside(office, "lea", LEA) as lea, busy(office) as (anna, free):
        contact = asks(office, lea)
        with Outside(office, "max", MAX, at=1) as later:
            later.dial(NUMBER)
            later.expect("CALL_ESTABLISHED")
            until("both stand in the line", lambda: len(office.line()) == 2)
            lea.dial(NUMBER)
            lea.expect("CALL_ESTABLISHED")
            until("live, and first", lambda: office.line()[:1] == [(contact, "live")])
            assert len(office.line()) == 2, office.line()
            later.do("hangup")
            until("alone in the line", lambda: office.line() == [(contact, "live")])
        free()
        anna.expect("CALL_INCOMING")
        anna.do("accept")
        talk(office, anna, lea)
        is_kept(office, contact, "customer_called", 0)
        assert len([c for c in office.contacts() if c["from"].get("number") == LEA]) == 1, office.contacts()


def a_promise_outlives_a_power_cut():
    with Office() as office, Outside(office, "lea", LEA) as lea:
        with busy(office):
            contact = asks(office, lea)
            office.power_cut()
        assert customer(office)["id"] == contact and office.line() == [(contact, "callback")]
        until("the provider is there again", lambda: office.trunk_state() == "up")
        with Phone(office, "anna") as anna:
            # it rings the moment it is known, perhaps before anybody listens to it
            until("her phone rings", lambda: office.state("anna") == "ringing")
            until("her display says that it is a callback", lambda: anna.was_shown("↩"))
            anna.do("accept")
            anna.expect("CALL_ESTABLISHED")
            anna.press("1")
            lea.expect("CALL_INCOMING")
            lea.do("accept")
            talk(office, anna, lea)
        is_kept(office, contact, "callback", 1)


def a_message_is_left_after_the_tone():
    with Office(goal="voicemail:main") as office, Outside(office, "lea", LEA) as lea:
        lea.dial(NUMBER)
        lea.expect("CALL_ESTABLISHED")
        lea.press("5")  # no need to hear all of the greeting
        lea.listens_for(3)
        lea.do("hangup")
        lea.expect("CALL_CLOSED")
        office.ends_quietly()
        [message] = until("a message lies there", lambda: office.api("anna", "voicemails")["items"])
        assert message["number"] == LEA and customer(office)["outcome"] == "voicemail", message
        sound = office.api("anna", f"voicemails/{message['id']}/audio")
        with wave.open(io.BytesIO(sound)) as file:
            assert (file.getframerate(), file.getsampwidth()) == (RATE, 2), file.getparams()
            heard = array.array("h", file.readframes(file.getnframes()))
        assert share(heard[RATE : 2 * RATE], TONES["lea"]) > 0.9, "the message is not what was spoken"
        assert [owed["kind"] for owed in office.api("anna", "owed")["items"]] == ["voicemail"]


CASES = [
    ("baresip", a_customer_asks_by_key_and_is_called_back),
    ("baresip", a_customer_who_does_not_answer_keeps_the_place),
    ("baresip", a_customer_who_calls_again_has_the_same_place),
    ("baresip", a_promise_outlives_a_power_cut),
    ("baresip", a_message_is_left_after_the_tone),
]
