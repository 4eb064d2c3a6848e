"""Keys from real phones (RFC 4733): a menu, a message left and listened to, the echo, a mobile that takes a call."""


from baresip import TONES, Phone
from office import Office, until
from sipp import CALLER_HZ, Call, Sound, answer_options

MENU = """
[[menu]]
id = "front"
prompt = "welcome"
keys = { "1" = "group:main", "2" = "voicemail:main" }
timeout = "6s"
otherwise = "group:main"
"""
MOBILE = "+4520304099"
MOBILE_HZ = 900


class KeysOffice(Office):
    """The number leads to a menu; Bo has a mobile."""

    def settings(self):
        text = super().settings().replace('to = "group:main"', 'to = "menu:front"') + MENU
        phone = '[[person.phone]]\nid = "bo-desk"'
        return text.replace(phone, f'[[person.phone]]\nmobile = "{MOBILE}"\n{phone}')


def a_caller_chooses_by_key_and_the_prompt_stops():
    with KeysOffice() as office, Phone(office, "anna", answers="auto") as anna:
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim)
        call.media()
        until("the caller hears the menu", lambda: len(kim.heard) > 4_000)
        kim.press("1")
        anna.hears(CALLER_HZ)
        kim.hears(TONES["anna"])
        anna.do("hangup")
        call.done()
        kim.close()
        office.ends_quietly()
        [contact] = office.contacts()
        assert contact["outcome"] == "answered", contact


def a_message_is_left_by_key_and_listened_to_by_star_97():
    with KeysOffice() as office, Phone(office, "anna") as anna:
        kim = Sound(CALLER_HZ)
        call = Call(office, "is-left", kim)
        call.media()
        until("the caller hears the menu", lambda: len(kim.heard) > 4_000)
        kim.press("2")
        # a key goes straight to the tone, then Kim "speaks" its own tone
        until("the greeting has begun", lambda: len(kim.heard) > 16_000)
        kim.press("5")
        kept = office.data / "voicemail"
        until("the recording has begun", lambda: any(kept.glob("*")))
        spoken = len(kim.heard)
        until("four seconds are spoken", lambda: len(kim.heard) > spoken + 32_000)
        kim.press("#")
        call.done()
        kim.close()
        office.ends_quietly()
        [contact] = office.contacts()
        assert contact["outcome"] == "voicemail", contact
        assert [file.name for file in kept.iterdir()] == [f"{contact['id']}.wav"], list(kept.iterdir())
        anna.dial("*97")
        anna.hears(CALLER_HZ, 40)
        anna.do("sndcode", "3")
        anna.expect("CALL_CLOSED", 20)
        office.ends_quietly()


def the_echo_is_heard_by_star_43():
    with KeysOffice() as office, Phone(office, "anna") as anna:
        anna.dial("*43")
        anna.hears(TONES["anna"], 20)
        anna.do("hangup")
        office.ends_quietly()


def a_mobile_has_the_call_only_after_key_1():
    with KeysOffice() as office, Phone(office, "anna") as anna, Phone(office, "bo") as bo:
        answer_options(office)
        mobile = Sound(MOBILE_HZ)
        answering = Call(office, "is-called", mobile)
        anna.dial("bo")
        bo.expect("CALL_INCOMING")
        answering.media()
        until("the mobile is asked", lambda: len(mobile.heard) > 8_000)
        assert office.state("bo") == "ringing", office.state("bo")
        mobile.press("1")
        bo.expect("CALL_CLOSED")
        anna.hears(MOBILE_HZ)
        mobile.hears(TONES["anna"])
        anna.do("hangup")
        answering.done()
        mobile.close()
        office.ends_quietly()


CASES = [
    ("sipp", a_caller_chooses_by_key_and_the_prompt_stops),
    ("sipp", a_message_is_left_by_key_and_listened_to_by_star_97),
    ("baresip", the_echo_is_heard_by_star_43),
    ("sipp", a_mobile_has_the_call_only_after_key_1),
]
