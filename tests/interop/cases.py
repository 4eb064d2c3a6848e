"""What real peers do with us. Every call hears both ways and ends at both ends."""

import time

from baresip import TONES, Phone
from callback import CASES as CALLBACK
from codes import CASES as CODES
from hunting import CASES as HUNTING
from hunting import ELSEWHERE
from kamailio import Provider
from keys import CASES as KEYS
from lamps import CASES as LAMPS
from office import LOGIN_TRUNK, Office, until
from passing_on import CASES as PASSING_ON
from promises import CASES as PROMISES
from register import register
from sipp import CALLER_HZ, Call, Sound, answer_options
from trouble import CASES as TROUBLE

# from the caller's good-bye to the last phone's
SILENT_WITHIN_S = 0.2


def phones_log_in_by_md5_and_by_sha_256():
    with Office() as office:
        with Phone(office, "anna"):  # baresip knows MD5 alone
            pass
        register(office, "bo", "MD5")
        register(office, "cy", "SHA-256")
        until("both are counted", lambda: office.figure("frontdesk_registered_phones") >= 2)
        assert register(office, "cy", "SHA-256", password="wrong") in (401, 403)


def two_extensions_talk(transport="udp"):
    with Office() as office, Phone(office, "anna", transport) as anna, Phone(office, "bo", transport) as bo:
        anna.dial("bo")
        bo.expect("CALL_INCOMING")
        anna.expect("CALL_RINGING")
        bo.do("accept")
        anna.hears(TONES["bo"])
        bo.hears(TONES["anna"])
        bo.do("hangup")
        anna.expect("CALL_CLOSED")
        office.ends_quietly()


def two_extensions_talk_over_tcp():
    two_extensions_talk("tcp")


def a_customer_reaches_the_group_and_hangs_up():
    with Office() as office, Phone(office, "anna") as anna:
        kim = Sound(CALLER_HZ)
        call = Call(office, "hangs-up", kim, talk_ms=6_000)
        anna.expect("CALL_INCOMING")
        anna.do("accept")
        call.media()
        anna.hears(CALLER_HZ)
        kim.hears(TONES["anna"])
        anna.expect("CALL_CLOSED")
        call.done()
        kim.close()
        office.ends_quietly()
        [contact] = office.contacts()
        assert contact["outcome"] == "answered" and contact["person"] == "anna", contact
        assert contact["talked_ms"] >= 5_000, contact


def a_law_and_mu_law_understand_each_other():
    with Office() as office, Phone(office, "anna", codecs="PCMA/8000/1") as anna:
        kim = Sound(CALLER_HZ)  # the provider knows µ-law alone
        call = Call(office, "is-left", kim)
        anna.expect("CALL_INCOMING")
        anna.do("accept")
        call.media()
        anna.hears(CALLER_HZ)
        kim.hears(TONES["anna"])
        anna.do("hangup")
        call.done()
        kim.close()
        office.ends_quietly()


def everyone_rings_and_the_first_answer_wins():
    with Office(("anna", "bo")) as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim)
        anna.expect("CALL_INCOMING")
        bo.expect("CALL_INCOMING")
        bo.do("accept")
        call.media()
        anna.expect("CALL_CLOSED")
        until("her phone is told not to log it as missed", lambda: anna.was_told("CANCEL", ELSEWHERE))
        bo.hears(CALLER_HZ)
        kim.hears(TONES["bo"])
        bo.do("hangup")
        call.done()
        kim.close()
        office.ends_quietly()


def a_customer_gives_up_and_every_phone_is_silent_at_once():
    with Office(("anna", "bo")) as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        call = Call(office, "hangs-up", talk_ms=1_500)
        for phone in (anna, bo):
            phone.expect("CALL_INCOMING")
        closed = [phone.expect("CALL_CLOSED", 5)["heard_at"] for phone in (anna, bo)]
        call.done()
        falls_silent(call.sent_at("BYE"), closed)
        # this one was missed
        assert anna.was_told("CANCEL") and not anna.was_told("CANCEL", ELSEWHERE)
        office.ends_quietly()
        [contact] = office.contacts()
        assert contact["outcome"] in ("abandoned", "abandoned_short"), contact


def an_extension_gives_up_and_the_phone_is_silent_at_once():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        anna.dial("bo")
        bo.expect("CALL_INCOMING")
        anna.expect("CALL_RINGING")
        gave_up = time.time()
        anna.do("hangup")
        falls_silent(gave_up, [bo.expect("CALL_CLOSED", 5)["heard_at"]])
        office.ends_quietly()


def falls_silent(gave_up, closed):
    took = max(closed) - gave_up
    assert 0 < took < SILENT_WITHIN_S, f"silent after {took:.3f} s"


def hold_and_back():
    with Office() as office, Phone(office, "anna") as anna, Phone(office, "bo", answers="auto") as bo:
        anna.dial("bo")
        bo.hears(TONES["anna"])
        anna.hears(TONES["bo"])
        anna.do("hold")
        bo.hears_no(TONES["anna"])
        anna.do("resume")
        bo.hears(TONES["anna"])
        anna.hears(TONES["bo"])
        anna.do("hangup")
        bo.expect("CALL_CLOSED")
        office.ends_quietly()


def keys_cross_both_ways():
    with Office() as office, Phone(office, "anna", answers="auto") as anna:
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim)
        call.media()
        anna.hears(CALLER_HZ)
        kim.press("7")
        assert anna.expect("CALL_DTMF_START")["param"] == "7"
        anna.do("sndcode", "5")
        until("the caller hears key 5", lambda: kim.keys == ["5"])
        anna.do("hangup")
        call.done()
        kim.close()
        office.ends_quietly()


def an_extension_calls_out_through_the_provider():
    with Office() as office, Phone(office, "anna") as anna:
        answer_options(office)
        shop = Sound(CALLER_HZ)
        answering = Call(office, "is-called", shop)
        anna.dial("+4570102030")
        answering.media()
        anna.hears(CALLER_HZ)
        shop.hears(TONES["anna"])
        anna.do("hangup")
        answering.done()
        shop.close()
        office.ends_quietly()


def a_provider_we_log_in_at_carries_calls_both_ways():
    with Office(trunk=LOGIN_TRUNK) as office, Provider(office) as provider, Phone(office, "anna", answers="auto") as anna:
        until("logged in at the provider", lambda: office.trunk_state() == "up")
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim, at=provider.town, to=provider.port)
        call.media()
        anna.hears(CALLER_HZ)
        kim.hears(TONES["anna"])
        anna.do("hangup")
        call.done()
        kim.close()
        shop = Sound(CALLER_HZ)
        answering = Call(office, "is-called", shop, at=provider.town, to=provider.port)
        anna.dial("+4570102030")
        answering.media()
        anna.hears(CALLER_HZ)
        shop.hears(TONES["anna"])
        anna.do("hangup")
        answering.done()
        shop.close()
        office.ends_quietly()


def a_power_cut_in_a_call_loses_no_state():
    with Office(("anna", "bo")) as office, Phone(office, "bo"):
        office.api("bo", "people/bo/state", {"state": "paused", "reason": "lunch", "callers": "wait"})
        with Phone(office, "anna", answers="auto") as anna:
            kim = Sound(CALLER_HZ)
            call = Call(office, "is-left", kim)
            call.media()
            anna.hears(CALLER_HZ)
            kim.hears(TONES["anna"])
            office.power_cut()
            call.cut()
            kim.close()
        [contact] = office.contacts()
        assert contact["outcome"] == "failed_technical" and contact["ended_at"], contact
        assert office.figure("frontdesk_calls_active") == 0
        with Phone(office, "bo"), Phone(office, "anna", answers="auto") as anna:
            assert office.state("bo") == "paused"
            until("anna is free again", lambda: office.state("anna") == "available")
            kim = Sound(CALLER_HZ)
            call = Call(office, "is-left", kim)
            call.media()
            anna.hears(CALLER_HZ)
            kim.hears(TONES["anna"])
            anna.do("hangup")
            call.done()
            kim.close()
            office.ends_quietly()


CASES = [
    # the longest first: the others run beside it
    *HUNTING,
    ("baresip", phones_log_in_by_md5_and_by_sha_256),
    ("baresip", two_extensions_talk),
    ("baresip", two_extensions_talk_over_tcp),
    ("baresip", hold_and_back),
    ("sipp", a_customer_reaches_the_group_and_hangs_up),
    ("sipp", a_law_and_mu_law_understand_each_other),
    ("sipp", everyone_rings_and_the_first_answer_wins),
    ("sipp", a_customer_gives_up_and_every_phone_is_silent_at_once),
    ("baresip", an_extension_gives_up_and_the_phone_is_silent_at_once),
    ("sipp", keys_cross_both_ways),
    ("sipp", an_extension_calls_out_through_the_provider),
    ("kamailio", a_provider_we_log_in_at_carries_calls_both_ways),
    ("sipp", a_power_cut_in_a_call_loses_no_state),
    *PASSING_ON,
    *CODES,
    *KEYS,
    *LAMPS,
    *CALLBACK,
    *PROMISES,
    *TROUBLE,
]
