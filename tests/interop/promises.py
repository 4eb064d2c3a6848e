"""Promises to call back among other callers, and when something is in the way (spec/callback.md §13)."""

import datetime
import zoneinfo

from baresip import TONES, Outside, Phone
from callback import LEA, MAX, NOA, asks, busy, customer, is_kept, is_served, rings_for_a_promise, waits
from office import NUMBER, Office, stays, until
from sipp import Call, answer_options

# recordings of the office's own: a tone says which of them is played
TYPE_HZ, WRONG_HZ, RIGHT_HZ, CLOSED_HZ = 1_700, 1_900, 2_100, 2_300
ZONE = zoneinfo.ZoneInfo("Europe/Copenhagen")


def those_who_wait_are_served_in_the_order_they_came():
    """One live, one promised, one live; and the promise is kept in the time that was spoken."""
    with (
        Office() as office, Outside(office, "lea", LEA) as lea, Outside(office, "max", MAX, at=1) as first,
        Outside(office, "noa", NOA, at=2) as third, busy(office) as (anna, free),
    ):
        waits(office, first)
        contact = asks(office, lea)
        waits(office, third)
        assert [kind for _, kind in office.line()] == ["live", "callback", "live"], office.line()
        free()
        is_served(anna, first)
        rings_for_a_promise(anna, lea)
        lea.do("accept")
        lea.hears(TONES["anna"])
        anna.hears(TONES["lea"])
        [row] = [c["callback"] for c in office.contacts() if c["id"] == contact]
        assert row["promised_from"] <= row["connected_at"] <= row["promised_to"], row
        lea.do("hangup")
        anna.expect("CALL_CLOSED")
        is_served(anna, third)


def no_more_are_dialled_than_can_be_spoken_to():
    """Five promises, two people: two dials at once, never three."""
    numbers = [f"+45203040{last}" for last in range(51, 56)]
    people = ("anna", "bo")
    with (
        Office(people) as office, Outside(office, "lea", numbers[0], also=numbers[1:]) as town,
        Phone(office, "anna") as anna, Phone(office, "bo") as bo,
    ):
        for person in people:
            office.api(person, f"people/{person}/state", {"state": "paused", "reason": "lunch", "callers": "wait"})
        for number in numbers:
            office.api("anna", "callbacks", {"number": number, "group": "main"})
        until("five promises stand in the line", lambda: len(office.line()) == 5)
        for person in people:
            office.api(person, f"people/{person}/state", {"state": "available"})
        rung, ended, most = {}, set(), 0

        def everybody_was_rung():
            nonlocal most
            for phone in (anna, bo):
                for event in phone.news():
                    if event["type"] == "CALL_INCOMING":
                        phone.do("accept")
                    elif event["type"] == "CALL_ESTABLISHED":
                        phone.do("sndcode", "1")
            for event in town.news():
                if event["type"] == "CALL_INCOMING":
                    rung[event["id"]] = event
                elif event["type"] == "CALL_CLOSED":
                    ended.add(event["id"])
            now = [event for call, event in rung.items() if call not in ended]
            most = max(most, len(now))
            # both ring for a moment, then the oldest is busy
            if len(now) == 2 or len(rung) == 5:
                for event in now[:1]:
                    town.as_number(event["accountaor"].split(":")[1].split("@")[0])
                    town.do("hangup")
            return len(ended) == 5

        until("all five were dialled", everybody_was_rung, 60)
        assert len(rung) == 5 and most == 2, f"{len(rung)} dialled, {most} at once"


def a_customer_who_calls_while_being_dialled_is_connected():
    with Office() as office, Outside(office, "lea", LEA) as lea, busy(office) as (anna, free):
        contact = asks(office, lea)
        free()
        rings_for_a_promise(anna, lea)
        lea.dial(NUMBER)
        lea.expect("CALL_CLOSED")  # the leg to her is taken back
        lea.hears(TONES["anna"])
        anna.hears(TONES["lea"])
        lea.do("hangup")
        anna.expect("CALL_CLOSED")
        office.ends_quietly()
        is_kept(office, contact, "customer_called", 0)
        assert len([c for c in office.contacts() if c["from"].get("number") == LEA]) == 1, office.contacts()


def hours(text, begins, ends):
    """The settings with other hours: one day's, closed on all others."""
    day = begins.strftime("%a").lower()
    span = f'["{begins:%H:%M}-{ends:%H:%M}"]' if begins < ends else "[]"
    for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        text = text.replace(f'{name} = ["00:00-24:00"]', f"{name} = {span if name == day else '[]'}")
    return text


def promises_are_kept_for_a_while_after_closing_and_then_carried():
    with (
        Office(prompts={"closed-until-1": CLOSED_HZ}) as office, Outside(office, "lea", LEA, also=[MAX]) as lea,
        Outside(office, "noa", NOA, at=2) as late, busy(office) as (anna, free),
    ):
        contact = asks(office, lea)
        office.api("anna", "callbacks", {"number": MAX, "group": "main"})
        until("two promises stand in the line", lambda: len(office.line()) == 2)
        second = office.line()[1][0]
        an_hour = datetime.datetime.now(ZONE) + datetime.timedelta(hours=1)
        office.api("anna", "hours/override", {"open": False, "until": f"{an_hour:%Y-%m-%dT%H:%M}"}, "PUT")
        [main] = office.api("anna", "board")["groups"]
        assert main["open_callbacks"] == 2, main
        late.dial(NUMBER)
        late.hears(CLOSED_HZ)
        late.do("hangup")
        free()
        rings_for_a_promise(anna, lea)
        lea.do("accept")
        lea.hears(TONES["anna"])
        anna.hears(TONES["lea"])
        # closed for longer than promises are kept after it
        closed = datetime.datetime.now(ZONE) - datetime.timedelta(minutes=20)
        office.apply(lambda text: hours(text, closed.replace(hour=0, minute=0), closed))
        office.api("anna", "hours/override", method="DELETE")
        lea.do("hangup")
        anna.expect("CALL_CLOSED")
        until("Anna is free", lambda: office.state("anna") == "available")
        stays("nobody is rung", lambda: office.state("anna") == "available")
        assert (second, "callback") in office.line(), office.line()
        office.apply()
        rings_for_a_promise(anna, lea, times=2)
        lea.as_number(MAX)
        lea.do("accept")
        lea.hears(TONES["anna"])
        anna.hears(TONES["lea"])


def a_provider_that_is_away_costs_no_attempt():
    with Office() as office:
        with Outside(office, "lea", LEA) as lea, busy(office):
            contact = asks(office, lea)
        # a restart has heard nothing of the provider yet
        office.power_cut()
        with Phone(office, "anna") as anna:
            until("Anna is free", lambda: office.state("anna") == "available")
            stays("nobody is rung", lambda: office.state("anna") == "available")
            assert office.trunk_state() != "up" and office.line() == [(contact, "callback")], office.line()
            assert customer(office)["callback"]["attempts"] == 0, customer(office)
            with Outside(office, "lea", LEA) as lea:
                rings_for_a_promise(anna, lea)
                lea.do("accept")
                lea.hears(TONES["anna"])
                anna.hears(TONES["lea"])
        assert customer(office)["callback"]["attempts"] == 1, customer(office)


def a_provider_that_fails_costs_no_attempt():
    with Office() as office, Phone(office, "anna") as anna:
        answer_options(office)
        failing = Call(office, "fails")
        office.api("anna", "callbacks", {"number": LEA, "group": "main"})
        anna.takes()
        anna.press("1")
        anna.expect("CALL_CLOSED", 20)
        failing.done()
        [tried] = office.api("anna", "callbacks")["items"]
        assert [one["came_to"] for one in tried["tries"]] == ["fault"] and tried["callback"]["attempts"] == 0, tried
        assert tried["callback"]["state"] == "waiting" and tried["not_before"], tried


def a_premium_number_is_not_promised():
    prompts = {"type-number": TYPE_HZ, "not-a-number": WRONG_HZ, "confirm-number": RIGHT_HZ}
    with Office(prompts=prompts) as office, Outside(office, "lea", LEA) as lea, busy(office):
        lea.dial(NUMBER)
        lea.expect("CALL_ESTABLISHED")
        lea.listens_for(1)
        lea.press("1")
        lea.hears(RIGHT_HZ)
        lea.do("sndcode", "2")
        lea.hears(TYPE_HZ)
        lea.press(*"90123456#", listens=0.4)
        lea.hears(WRONG_HZ)
        lea.press(*"20304077#", listens=0.4)
        lea.hears(RIGHT_HZ)
        lea.do("sndcode", "1")
        until("the promise is written down", lambda: customer(office)["callback"])
        [promised] = office.api("anna", "callbacks")["items"]
        assert promised["number"] == "+4520304077", promised


def a_voicemail_is_no_answer_and_keeps_the_place():
    with Office() as office, Outside(office, "lea", LEA) as lea, busy(office) as (anna, free):
        contact = asks(office, lea)
        free()
        rings_for_a_promise(anna, lea)
        lea.do("accept")
        lea.hears(TONES["anna"])
        anna.hears(TONES["lea"])
        anna.press("*", "4")
        anna.do("hangup")
        lea.expect("CALL_CLOSED")
        office.ends_quietly()
        # a row is kept within a moment, and nobody waits for it
        [tried] = until("the promise stands open again", lambda: office.api("anna", "callbacks")["items"])
        assert tried["id"] == contact and [one["came_to"] for one in tried["tries"]] == ["voicemail"], tried
        assert tried["callback"]["state"] == "waiting" and tried["callback"]["attempts"] == 1, tried
        minutes = datetime.datetime.fromisoformat(tried["not_before"]) - datetime.datetime.now(datetime.timezone.utc)
        assert 28 < minutes.total_seconds() / 60 <= 30, tried
        anna.dial("bo")
        anna.hears(TONES["bo"])
        with Outside(office, "max", MAX, at=1) as later:
            last = waits(office, later)
            assert office.line() == [(contact, "callback"), (last, "live")], office.line()


CASES = [
    ("baresip", those_who_wait_are_served_in_the_order_they_came),
    ("baresip", no_more_are_dialled_than_can_be_spoken_to),
    ("baresip", a_customer_who_calls_while_being_dialled_is_connected),
    ("baresip", promises_are_kept_for_a_while_after_closing_and_then_carried),
    ("baresip", a_provider_that_is_away_costs_no_attempt),
    ("sipp", a_provider_that_fails_costs_no_attempt),
    ("baresip", a_premium_number_is_not_promised),
    ("baresip", a_voicemail_is_no_answer_and_keeps_the_place),
]
