//! Pure. The server's own texts in English.

/// Key → text.
pub const TEXTS: &[(&str, &str)] = &[
    ("length.seconds", "{n} s"),
    ("length.minutes", "{n} min"),
    ("length.hours", "{n} h"),
    ("story.called_in", "The call came in."),
    ("story.dialled_out", "The call was dialled."),
    ("story.heard_welcome", "The caller heard the welcome."),
    ("story.entered_group", "The caller joined {group} at place {place}."),
    ("story.rang_free", "{person}’s phone rang (free for {length})."),
    ("story.rang", "{person}’s phone rang."),
    ("story.rang_out", "{person} did not answer ({length})."),
    ("story.declined", "{person} declined."),
    ("story.phone_unreachable", "{person}’s phone could not be reached."),
    ("story.answered", "{person} answered."),
    ("story.stopped_ringing", "{person}’s phone stopped ringing."),
    ("story.held_by", "{person} put the call on hold."),
    ("story.held", "The other end put the call on hold."),
    ("story.resumed_by", "{person} took the call back from hold."),
    ("story.resumed", "The other end took the call back from hold."),
    ("story.parked", "{person} parked the call at {slot}."),
    ("story.fetched", "{person} fetched the call from {slot}."),
    ("story.transferred", "{person} transferred the call to {to}."),
    ("story.transfer_returned", "{to} did not answer, and the call came back."),
    ("story.caller_hung_up", "The caller hung up."),
    ("story.person_hung_up", "{person} hung up."),
    ("story.line_lost", "The line was lost."),
    ("story.reached_outside", "The other end answered."),
    ("story.not_reached", "The other end was not reached (status {status})."),
    ("story.refused_by_policy", "The rules for outgoing calls refused it ({why})."),
    ("story.closed", "The office was closed."),
    ("story.cut", "The box lost power or stopped; the call was cut."),
    (
        "formula.offered",
        "Calls from outside that entered a group. Left out: those who hung up within 5 s, and calls still going on.",
    ),
    (
        "formula.service_level",
        "Answered within the group’s target (20 s unless set) ÷ (answered + abandoned after 5 s + asked for a callback, left a message or were sent on after the target).",
    ),
    (
        "formula.abandonment",
        "Hung up after 5 s and before anybody answered ÷ calls offered. Short ones (within 5 s) are shown beside and not counted.",
    ),
    (
        "formula.waiting",
        "The wait in the middle, over all calls offered, from entering the group (welcome included) until answered or gone. Beside it the mean, and the wait that nine in ten stayed within.",
    ),
    (
        "formula.answer_speed",
        "Mean wait of the answered calls, from entering the group until somebody answered. Those who gave up are not in it: read it with the abandoned.",
    ),
    (
        "formula.handling",
        "(Talking + on hold + after-call work) ÷ answered calls from outside. A low figure is not always a good one.",
    ),
    ("formula.after_call", "Measured after-call work, extensions included ÷ answered calls from outside."),
    (
        "formula.owed",
        "Callers who gave up, came after hours or were cut off by a fault, less those somebody has talked to since. Several calls of one number are one.",
    ),
];
