"""Those who answer together: what must hold while their phones ring (spec/hunt-groups.md §13)."""

import contextlib
import signal
import threading
import time

from baresip import TONES, Phone
from office import NUMBER, Office, until
from passing_on import extension
from sipp import CALLER_HZ, Call, Sound, answer_options
from tones import RATE, share

ELSEWHERE = 'Reason: SIP;cause=200;text="Call completed elsewhere"'
# from a member's answer to the first sound, either way
HEARD_WITHIN_S = 0.3
# a moment in which one phone is taken from one caller and given to another
MOVES_WITHIN_S = 0.7
# an unplugged phone is known to be one
FOUND_WITHIN_S = 60
SECOND = "+4533445577"
OFFER_HZ, RIGHT_HZ, LONG_HZ, MESSAGE_HZ, ALONE_HZ = 1_700, 1_900, 2_100, 2_300, 2_500


def idle_while_somebody_waits(board):
    """Who is free on a board on which a caller waits."""
    waits = any(entry["kind"] == "live" for entry in board["line"])
    return [person["id"] for person in board["people"] if waits and person["state"] == "available"]


def self_check():
    """The law can be broken: one who is free beside one who waits."""
    person = {"id": "anna", "state": "available"}
    assert idle_while_somebody_waits({"line": [{"kind": "live"}], "people": [person]}) == ["anna"]
    assert idle_while_somebody_waits({"line": [{"kind": "callback"}], "people": [person]}) == []
    assert idle_while_somebody_waits({"line": [{"kind": "live"}], "people": [{**person, "state": "ringing"}]}) == []


@contextlib.contextmanager
def no_idle_phone_is_silent(office):
    """Looks at the board all the time: nobody is free while a caller waits."""
    over, wrong = threading.Event(), []

    def look():
        since = None
        while not over.wait(0.04):
            board = office.api("anna", "board")
            idle = idle_while_somebody_waits(board)
            since = (since or time.monotonic()) if idle else None
            if since and time.monotonic() - since > MOVES_WITHIN_S or board["alarms"]:
                wrong.append((idle, board["line"], board["alarms"]))

    watch = threading.Thread(target=look)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()
    assert not wrong, f"a phone was silent while somebody waited: {wrong[0]}"


class Caller:
    """One of several customers at addresses of their own, each with a tone."""

    def __init__(self, office, at, dialled=NUMBER):
        self.sound = Sound(CALLER_HZ + 30 * at)
        self.call = Call(office, "is-left", self.sound, at=office.trunk_port + 2 * at, dialled=dialled)
        self.call.media()

    def is_spoken_to(self, phone):
        """Both hear each other, and the office hangs up."""
        phone.hears(self.sound.hertz)
        self.sound.hears(phone.hertz)
        phone.do("hangup")
        phone.expect("CALL_CLOSED")
        self.call.done()
        self.sound.close()


def every_free_phone_rings_and_none_twice():
    people = ("anna", "bo")
    with Office(people) as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        answer_options(office)
        with no_idle_phone_is_silent(office):
            first = Caller(office, 0)
            for phone in (anna, bo):
                phone.expect("CALL_INCOMING")
            second = Caller(office, 1)
            # the lower in rank is moved over, and logs no missed call
            bo.expect("CALL_CLOSED")
            until("the phone hears why", lambda: bo.was_told("CANCEL", ELSEWHERE))
            bo.expect("CALL_INCOMING")
            third = Caller(office, 2)
            bo.do("accept")
            bo.hears(second.sound.hertz)
            anna.do("accept")
            first.is_spoken_to(anna)
            anna.expect("CALL_INCOMING")
            second.is_spoken_to(bo)
            bo.expect("CALL_INCOMING")
            bo.do("accept")
            third.is_spoken_to(bo)
            anna.expect("CALL_CLOSED")
        office.ends_quietly()
        assert anna.rang_at_once() == 1 and bo.rang_at_once() == 1, "rung twice at once"


def an_answer_is_heard_at_once_in_the_middle_of_a_prompt():
    more = '[group.callback]\noffer_after = "1s"\n'
    with Office(more=more, prompts={"offer-callback": OFFER_HZ, "confirm-number": RIGHT_HZ}) as office:
        with Phone(office, "anna") as anna:
            answer_options(office)
            for keys, prompt_hertz in (("", OFFER_HZ), ("1", RIGHT_HZ)):
                kim = Sound(CALLER_HZ)
                call = Call(office, "is-left", kim)
                call.media()
                anna.expect("CALL_INCOMING")
                for key in keys:
                    until("the caller hears something", lambda: len(kim.heard) > 4_000)
                    kim.press(key)
                kim.hears(prompt_hertz)
                accepted = time.time()
                anna.do("accept")
                heard = until("the caller hears Anna", lambda: kim.first(TONES["anna"], accepted))
                assert heard - accepted < HEARD_WITHIN_S, f"heard {heard - accepted:.3f} s after the answer"
                anna.hears(CALLER_HZ)
                begins = anna.heard_first(HEARD_WITHIN_S + 0.1)
                assert share(begins[-RATE // 10 :], CALLER_HZ) > 0.9, "Anna heard the caller too late"
                anna.do("hangup")
                anna.expect("CALL_CLOSED")
                call.done()
                kim.close()
                office.ends_quietly()


class TwoGroups(Office):
    """Anna answers for two numbers; work follows the calls of one of them."""

    def settings(self):
        second = '\n[[group]]\nid = "second"\nname = "Second"\nmembers = [{ person = "anna" }]\nwrap_up = "0s"\n'
        number = f'\n[[number]]\nnumber = "{SECOND}"\nto = "group:second"\nwelcome = false\n'
        text = super().settings().replace(f'numbers = ["{NUMBER}"]', f'numbers = ["{NUMBER}", "{SECOND}"]')
        return text.replace("\n[hours]", f"{second}\n[hours]") + number


def after_call_work_holds_over_groups_and_after_a_transfer():
    work_s = 4
    with TwoGroups(wrap_up=f"{work_s}s") as office, Phone(office, "anna") as anna:
        with Phone(office, "bo", answers="auto") as bo:
            # whoever answers for several groups hears first for which; any key ends that
            kim = Caller(office, 0)
            anna.takes()
            anna.do("sndcode", "1")
            kim.is_spoken_to(anna)
            rests(office, anna, work_s)
            kim = Caller(office, 0)
            anna.takes()
            anna.do("sndcode", "1")
            anna.hears(CALLER_HZ)
            anna.do("hold")
            bo.events.queue.clear()
            anna.dial("bo")
            anna.hears(TONES["bo"])
            bo.hears(TONES["anna"])
            anna.do("line", "1")
            anna.do("transfer", f"<{extension(office, 12)}?Replaces={anna.replaces()}>")
            bo.hears(CALLER_HZ)
            kim.sound.hears(TONES["bo"])
            rests(office, anna, work_s)
            kim.is_spoken_to(bo)
            office.ends_quietly()


def rests(office, anna, work_s):
    """Her call is over: a caller to the other group waits until her work after it is, and is answered then."""
    until("she works after the call", lambda: office.state("anna") == "wrap_up")
    ended = [event["heard_at"] for event in anna.history if event["type"] == "CALL_CLOSED"][-1]
    other = Caller(office, 1, SECOND)
    rang = anna.expect("CALL_INCOMING")["heard_at"] - ended
    assert rang > work_s - 0.2, f"rang {rang:.2f} s after her call"
    anna.do("accept")
    anna.expect("CALL_ESTABLISHED")
    anna.do("sndcode", "1")
    other.is_spoken_to(anna)


def a_power_cut_while_phones_ring_loses_nobody():
    with Office() as office, Phone(office, "anna") as anna:
        answer_options(office)
        call = Call(office, "is-left", talk_ms=0)
        anna.expect("CALL_INCOMING")
        until("the call is in the store", office.contacts)
        office.power_cut()
        call.cut()
        [contact] = office.contacts()
        assert contact["outcome"] == "failed_technical" and contact["ended_at"], contact
        assert contact["callback"]["state"] in ("waiting", "reserved"), contact
        assert [owed["contact"] for owed in office.api("anna", "owed")["items"]] == [contact["id"]]


def when_all_decline_the_caller_is_offered_something_else():
    people = ("anna", "bo")
    more = '[group.overflow]\nchoice_after = "4s"\n'
    prompts = {"long-wait": LONG_HZ, "leave-message": MESSAGE_HZ}
    with Office(people, more=more, prompts=prompts) as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        answer_options(office)
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim)
        call.media()
        phones = (anna, bo)

        def declines_until(heard):
            for phone in phones:
                for event in phone.news():
                    if event["type"] == "CALL_INCOMING":
                        phone.do("hangup")
            return heard()

        until("the caller is asked", lambda: declines_until(lambda: kim.first(LONG_HZ, 0)))
        kim.press("2")
        until("the caller may speak", lambda: declines_until(lambda: kim.first(MESSAGE_HZ, 0)))
        kim.press("5")
        kept = office.data / "voicemail"
        until("the recording has begun", lambda: any(kept.glob("*")))
        kim.listens_for(3)
        kim.press("#")
        call.done()
        kim.close()
        office.ends_quietly()
        rang = [sum(event["type"] == "CALL_INCOMING" for event in phone.history) for phone in phones]
        assert rang == [1, 1], f"who declined was rung again: {rang}"
        [contact] = office.contacts()
        assert contact["outcome"] == "voicemail", contact


def talks(office):
    """Who talks with the only caller, by the board."""
    calls = office.api("anna", "board")["calls"]
    return next((call["person"] for call in calls if call["state"] == "talking"), None)


def two_answers_at_once_are_one_conversation():
    people = ("anna", "bo")
    with Office(people) as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        both = (anna, bo)
        for _ in range(5):
            kim = Caller(office, 0)
            answered = sum(phone.answered() for phone in both)
            for phone in both:
                phone.expect("CALL_INCOMING")
            for phone in both:
                phone.do("accept")
            # while it rings the board names somebody who may not be the one who has it in the end
            who = until("one of them has the call", lambda: talks(office))
            winner = {"anna": anna, "bo": bo}[who]
            [loser] = [phone for phone in both if phone is not winner]
            loser.expect("CALL_CLOSED")
            kim.is_spoken_to(winner)
            office.ends_quietly()
            if sum(phone.answered() for phone in both) == answered + 2:
                # it had answered, too: it is told the same as one that was still ringing
                assert loser.was_told("BYE", ELSEWHERE), "it does not know who has the call"
                return
        raise AssertionError("in five calls no two phones answered at once")


def an_unplugged_phone_is_found():
    with Office(("anna", "bo")) as office, Phone(office, "anna") as anna, Phone(office, "bo"):
        asked = lambda: sum(text.startswith("OPTIONS") for _, text in anna.messages())
        until("the phone is known as one that answers", lambda: asked() >= 3, 30)
        anna.process.send_signal(signal.SIGSTOP)
        unplugged = time.monotonic()
        try:
            until("she is known to be away", lambda: office.state("anna") == "phone_offline", FOUND_WITHIN_S)
        finally:
            anna.process.send_signal(signal.SIGCONT)
        assert time.monotonic() - unplugged < FOUND_WITHIN_S
        until("she is back", lambda: office.state("anna") == "available", 20)


def one_member_is_a_group():
    """In turns with herself she rings without a gap; declined, she is asked once more, as the last one."""
    with Office(strategy="take-turns", more='ring = "5s"\n', prompts={"only-you-left": ALONE_HZ}) as office:
        with Phone(office, "anna") as anna:
            kim = Caller(office, 0)
            anna.expect("CALL_INCOMING")
            kim.sound.listens_for(7)
            assert anna.history[-1]["type"] != "CALL_CLOSED", "there was a gap between her turns"
            anna.do("hangup")
            declined = anna.expect("CALL_CLOSED")["heard_at"]
            again = anna.expect("CALL_INCOMING", 25)["heard_at"] - declined
            assert 19 < again < 21, f"rung again after {again:.1f} s"
            anna.do("accept")
            anna.hears(ALONE_HZ)
            kim.is_spoken_to(anna)
            office.ends_quietly()


CASES = [
    ("sipp", an_unplugged_phone_is_found),
    ("sipp", one_member_is_a_group),
    ("sipp", every_free_phone_rings_and_none_twice),
    ("sipp", an_answer_is_heard_at_once_in_the_middle_of_a_prompt),
    ("sipp", after_call_work_holds_over_groups_and_after_a_transfer),
    ("sipp", a_power_cut_while_phones_ring_loses_nobody),
    ("sipp", when_all_decline_the_caller_is_offered_something_else),
    ("sipp", two_answers_at_once_are_one_conversation),
]
