"""What real peers do with us. Every call hears both ways and ends at both ends."""

from baresip import TONES, Phone
from office import Office, until
from register import register
from sipp import Call, Sound

CALLER_HZ = 560


def ends_quietly(office):
    until("every call and dialog gone", office.is_quiet)


def phones_log_in_by_md5_and_by_sha_256():
    with Office() as office:
        with Phone(office, "anna"):  # baresip knows MD5 alone
            pass
        register(office, "bo", "MD5")
        register(office, "cy", "SHA-256")
        assert office.figure("frontdesk_registered_phones") >= 2
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
        ends_quietly(office)


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
        ends_quietly(office)
        [contact] = office.contacts()
        assert contact["outcome"] == "answered" and contact["person"] == "anna", contact
        assert contact["talked_ms"] >= 5_000, contact


def everyone_rings_and_the_first_answer_wins():
    with Office(("anna", "bo")) as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim)
        anna.expect("CALL_INCOMING")
        bo.expect("CALL_INCOMING")
        bo.do("accept")
        call.media()
        anna.expect("CALL_CLOSED")
        bo.hears(CALLER_HZ)
        kim.hears(TONES["bo"])
        bo.do("hangup")
        call.done()
        kim.close()
        ends_quietly(office)


def a_customer_gives_up_while_it_rings():
    with Office() as office, Phone(office, "anna") as anna:
        call = Call(office, "gives-up", talk_ms=700)
        anna.expect("CALL_INCOMING")
        anna.expect("CALL_CLOSED", 5)
        call.done()
        ends_quietly(office)
        [contact] = office.contacts()
        assert contact["outcome"] in ("abandoned", "abandoned_short"), contact


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
        ends_quietly(office)


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
        ends_quietly(office)


def a_blind_transfer_reaches_the_third():
    with (
        Office() as office,
        Phone(office, "anna", answers="auto") as anna,
        Phone(office, "bo", answers="auto") as bo,
    ):
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim)
        call.media()
        anna.hears(CALLER_HZ)
        anna.do("transfer", f"sip:12@127.0.0.1:{office.ports['sip']}")
        bo.hears(CALLER_HZ)
        kim.hears(TONES["bo"])
        anna.expect("CALL_CLOSED")
        bo.do("hangup")
        call.done()
        kim.close()
        ends_quietly(office)


def an_extension_calls_out_through_the_provider():
    with Office() as office, Phone(office, "anna") as anna:
        shop = Sound(CALLER_HZ)
        answering = Call(office, "is-called", shop)
        anna.dial("+4570102030")
        answering.media()
        anna.hears(CALLER_HZ)
        shop.hears(TONES["anna"])
        anna.do("hangup")
        answering.done()
        shop.close()
        ends_quietly(office)


CASES = [
    ("baresip", phones_log_in_by_md5_and_by_sha_256),
    ("baresip", two_extensions_talk),
    ("baresip", two_extensions_talk_over_tcp),
    ("baresip", hold_and_back),
    ("sipp", a_customer_reaches_the_group_and_hangs_up),
    ("sipp", everyone_rings_and_the_first_answer_wins),
    ("sipp", a_customer_gives_up_while_it_rings),
    ("sipp", keys_cross_both_ways),
    ("sipp", a_blind_transfer_reaches_the_third),
    ("sipp", an_extension_calls_out_through_the_provider),
]
