"""What people and disks do to a telephone system: keys at random, a hang-up at any moment, no room left."""

import json
import resource

from baresip import TONES, Outside, Phone
from callback import LEA, customer
from keys import KeysOffice
from office import NUMBER, until
from sipp import CALLER_HZ, Call, Sound, answer_options

MENU_HZ, WRONG_HZ, OFFER_HZ, RIGHT_HZ, TYPE_HZ = 1_500, 1_650, 1_800, 1_950, 2_100
SPEAK_HZ, SAVED_HZ, NOT_KEPT_HZ, STAY_HZ, CODE_HZ = 2_250, 2_400, 2_550, 2_700, 2_850
PROMPTS = {
    "welcome": MENU_HZ, "key-not-in-use": WRONG_HZ, "offer-callback": OFFER_HZ, "confirm-number": RIGHT_HZ,
    "type-number": TYPE_HZ, "leave-message": SPEAK_HZ, "message-saved": SAVED_HZ, "message-not-kept": NOT_KEPT_HZ,
    "stay-on-line": STAY_HZ, "no-messages": CODE_HZ, "echo-test": CODE_HZ, "pause-minutes": CODE_HZ,
    "prompt-number": CODE_HZ, "callback-preview-1": CODE_HZ,
}  # fmt: skip
SOON = '[group.callback]\noffer_after = "1s"\n'


def is_full(office, yes=True):
    """From now on nothing can be written, or everything again."""
    hard = resource.prlimit(office.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(office.process.pid, resource.RLIMIT_FSIZE, (1 if yes else hard, hard))


def calls(office):
    """Kim calls through the provider and hears the menu."""
    kim = Sound(CALLER_HZ)
    call = Call(office, "is-left", kim)
    call.media()
    kim.hears(MENU_HZ)
    return kim, call


def leaves_a_message(office, kim, then):
    """Kim speaks for three seconds, and hears what became of it."""
    kim.press("2")
    kim.hears(SPEAK_HZ)
    kim.press("5")
    before = set((office.data / "voicemail").glob("*"))
    until("the recording has begun", lambda: set((office.data / "voicemail").glob("*")) - before)
    kim.listens_for(3)
    then()
    kim.press("#")


def store_of(office):
    return json.loads(office.get("/healthz"))["store"]


def on_a_full_disk_nothing_is_promised_and_calls_go_on():
    with KeysOffice(prompts=PROMPTS) as office, Phone(office, "anna") as anna:
        answer_options(office)
        kim, call = calls(office)
        leaves_a_message(office, kim, lambda: is_full(office))
        kim.hears(NOT_KEPT_HZ)
        call.done()
        kim.close()
        until("it says so", lambda: store_of(office) == "refusing promises")
        # nothing is promised to who asks to be called back; who stays on the line is answered
        kim, call = calls(office)
        kim.press("1")
        anna.expect("CALL_INCOMING")
        kim.press("1")
        kim.hears(STAY_HZ)
        anna.do("accept")
        anna.hears(CALLER_HZ)
        kim.hears(TONES["anna"])
        anna.do("hangup")
        call.done()
        kim.close()
        is_full(office, yes=False)
        until("it keeps promises again", lambda: store_of(office) == "ok", 30)
        kim, call = calls(office)
        leaves_a_message(office, kim, lambda: None)
        kim.hears(SAVED_HZ)
        call.done()
        kim.close()
        office.ends_quietly()
        outcomes = [contact["outcome"] for contact in office.contacts()]
        assert outcomes[:2] == ["voicemail", "answered"] and outcomes[2] in ("abandoned", "abandoned_short"), outcomes
        assert len(office.api("anna", "voicemails")["items"]) == 1


def keys_mashed_at_random_hurt_nobody():
    with KeysOffice(prompts=PROMPTS, more=SOON) as office, Phone(office, "anna") as anna:
        answer_options(office)
        kim, call = calls(office)
        mash(kim, "9*#A8D0")  # nought leads to the group
        anna.expect("CALL_INCOMING")
        mash(kim, "*5#9*0#7B3**#6C84#*0")
        anna.do("accept")
        anna.hears(CALLER_HZ)
        kim.hears(TONES["anna"])
        # codes are read from the staff's side alone
        mash(kim, "*2110#*3120#*70*4*10#*#*")
        kim.listens_for(1)
        anna.hears(CALLER_HZ)
        kim.hears(TONES["anna"])
        anna.press(*"59#0*999##", listens=0.3)
        kim.listens_for(1)
        anna.hears(CALLER_HZ)
        kim.hears(TONES["anna"])
        anna.do("hangup")
        call.done()
        kim.close()
        office.ends_quietly()
        assert customer(office)["outcome"] == "answered", customer(office)
        assert office.figure("frontdesk_panics_total") == 0


def mash(kim, keys):
    for key in keys:
        kim.press(key)
    until("all keys are sent", lambda: not kim.digits, 15)


def a_hang_up_at_any_prompt_ends_the_call():
    gone = ("abandoned", "abandoned_short")
    asked = ("callback_requested",)
    moments = [
        ("", MENU_HZ, gone), ("9", WRONG_HZ, gone), ("2", SPEAK_HZ, gone), ("25", None, gone), ("1", OFFER_HZ, gone),
        # who hangs up after asking has asked
        ("11", RIGHT_HZ, asked), ("112", TYPE_HZ, asked),
    ]  # fmt: skip
    with KeysOffice(prompts=PROMPTS, more=SOON) as office, Phone(office, "anna") as anna:
        with Outside(office, "lea", LEA) as lea:
            for number, (keys, prompt, outcomes) in enumerate(moments, 1):
                lea.dial(NUMBER)
                lea.expect("CALL_ESTABLISHED")
                lea.hears(MENU_HZ)
                lea.press(*keys, listens=0.5)
                if prompt:
                    lea.hears(prompt)
                lea.do("hangup")
                lea.expect("CALL_CLOSED")
                until("the call is in the store", lambda: len(office.contacts()) == number)
                until("the call has its outcome", lambda: customer(office)["outcome"])
                assert customer(office)["outcome"] in outcomes, (keys, customer(office))
                if outcomes == asked:
                    hangs_up_on_the_preview(office, anna, customer(office)["id"])
                office.ends_quietly()
            for code in ("*97", "*43", "*12", "*77"):
                anna.dial(code)
                anna.hears(CODE_HZ)
                anna.do("hangup")
                office.ends_quietly()
        until("Anna is free", lambda: office.state("anna") == "available")
        assert office.line() == [], (office.line(), office.contacts()[:2])
        assert office.figure("frontdesk_panics_total") == 0


def hangs_up_on_the_preview(office, anna, contact):
    """Anna is rung for the promise, hangs up at once, and takes it back."""
    until("she is rung for the promise", lambda: office.state("anna") == "ringing")
    anna.events.queue.clear()
    anna.do("accept")
    anna.hears(CODE_HZ)
    anna.do("hangup")
    office.ends_quietly()
    [open_one] = office.api("anna", "callbacks")["items"]
    assert open_one["id"] == contact and open_one["callback"]["attempts"] == 0, open_one
    office.api("anna", f"callbacks/{contact}/cancel", {"reason": "a test"})
    until("it is taken back", lambda: office.api("anna", "callbacks")["items"] == [])


CASES = [
    ("sipp", on_a_full_disk_nothing_is_promised_and_calls_go_on),
    ("sipp", keys_mashed_at_random_hurt_nobody),
    ("baresip", a_hang_up_at_any_prompt_ends_the_call),
]
