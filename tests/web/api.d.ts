/** What the screens read and write under /api/v1 (INTERFACES.md §3). Ambient: pages say `Api.Board`. */
declare namespace Api {
  /** RFC 3339, UTC. */
  type Instant = string;

  /** `GET /session`: who is looking. 401 when nobody. */
  interface Session {
    person: SessionPerson | null;
    role: "owner" | "lead" | "agent" | "viewer";
    office: { name: string; language: string; country: string; time_zone: string };
    version: string;
  }

  interface SessionPerson {
    id: string;
    name: string;
    /** A second factor is asked for at their log-in. */
    totp?: boolean;
  }

  /** `POST /invites/look`: the code of a link, the part behind "#". */
  interface InviteCode {
    code: string;
  }
  interface InvitedPerson {
    /** The name to log in with. */
    person: string;
    name: string;
    office: string;
    ends_at: Instant;
  }
  /** `POST /invites/use`. */
  interface UseInvite {
    code: string;
    password: string;
  }
  /** A link by which somebody chooses a password, once; shown this once. */
  interface Invite {
    person: string;
    name: string;
    link: string;
    ends_at: Instant;
  }
  /** `GET /people`: one of us, and whether they can log in. */
  interface LogInOf {
    id: string;
    name: string;
    role: string;
    has_password: boolean;
    totp: boolean;
    invite_ends_at: Instant | null;
  }

  /** `POST /session`. */
  interface LogIn {
    person: string;
    password: string;
    /** The code of the authenticator app, or a recovery code; asked for by the problem `totp_needed`. */
    totp?: string;
  }

  interface Board {
    version: number;
    /** Moves with every change of a customer. */
    customers: number;
    now: Instant;
    groups: Group[];
    line: Waiting[];
    calls: Call[];
    people: Person[];
    parked: Parked[];
    /** The owner's word over the opening hours. */
    overrides: HoursOverride[];
    mail: Mail;
    owed: number;
    alarms: Alarm[];
  }
  interface HoursOverride {
    /** `null`: the whole office. */
    group: string | null;
    open: boolean;
    until: Instant;
  }
  /** `GET /hours/at`: what happens if someone calls then. */
  interface HoursAt {
    time: Instant;
    /** The same on the office's clock. */
    local: string;
    groups: GroupHours[];
    numbers: NumberHours[];
    /** The whole of it in sentences, indented. */
    lines: string[];
  }
  interface GroupHours {
    id: string;
    name: string;
    open: boolean;
    closes_at: Instant | null;
    opens_at: Instant | null;
    /** `null` while open. */
    why: "hours" | "holiday" | "closed_day" | "override" | null;
    /** The same in words. */
    reason: string | null;
  }
  interface NumberHours {
    number: string;
    steps: string[];
  }
  /** `PUT /hours/override`. */
  interface SetOverride {
    group?: string | null;
    open: boolean;
    /** An instant, or a time on the office's clock. */
    until: string;
  }
  interface Mail {
    unassigned: number;
    oldest_at: Instant | null;
    overdue: number;
    /** Conversations that wait for an answer of ours, late ones among them; when the next becomes late. */
    owed: number;
    next_due_at: Instant | null;
    /** Moves when a list of conversations is worth fetching again. */
    version: number;
    mailboxes: Mailbox[];
    present: Present[];
    /** Who was named in a note with `@` and has not looked at its conversation since. */
    mentions: Mention[];
  }
  interface Mention {
    conversation: string;
    person: string;
    /** The note, and who wrote it. */
    item: string;
    by: string | null;
  }
  interface Mailbox {
    id: string;
    checked_at: Instant | null;
    fetching: { done: number; of: number } | null;
    /** The code of its alarm. */
    trouble: string | null;
  }
  /** Somebody is in a conversation. */
  interface Present {
    conversation: string;
    person: string;
    doing: "looking" | "writing";
  }
  interface Correspondent {
    name: string;
    address: string;
  }
  /** An exchange with one customer. */
  interface Conversation {
    id: string;
    version: number;
    state: "new" | "open" | "waiting" | "snoozed" | "closed";
    subject: string;
    customer: Correspondent;
    /** By our cards; null: nobody we know. */
    customer_name: string | null;
    customer_id: string | null;
    mailbox: string;
    group: string;
    assigned: string | null;
    due_at: Instant | null;
    owed_since: Instant | null;
    snoozed_until: Instant | null;
    last_at: Instant;
    merged_into: string | null;
    viewing: string[];
    writing: string[];
  }
  interface ConversationDetail extends Conversation {
    items: ConversationItem[];
    /** What the reader has written so far. */
    draft: string | null;
    /** Files the reader has put to it. */
    attached: Attached[];
  }
  /** A file that goes along with what is being written. */
  interface Attached {
    id: string;
    name: string;
    type: string;
    size: number;
  }
  /** A mail somebody has begun that answers none. */
  interface MailDraft {
    id: string;
    /** Whom it was begun for; empty: to be typed. */
    address: string;
    mailbox: string | null;
    /** As typed so far. */
    to: string;
    subject: string;
    text: string;
    attached: Attached[];
  }
  /** The latest first. */
  interface MailDraftList {
    items: MailDraft[];
    next_cursor: string | null;
  }
  /** `POST /drafts`, `PUT /drafts/{id}`. */
  interface NewMailDraft {
    id?: string | null;
    address?: string;
    mailbox?: string | null;
    to: string;
    subject: string;
    text: string;
  }
  interface ConversationList {
    items: Conversation[];
    next_cursor: string | null;
  }
  interface ConversationItem {
    id: string;
    kind: "mail" | "reply" | "auto_reply" | "note" | "call" | "voicemail" | "callback";
    at: Instant;
    from: Correspondent | null;
    person: string | null;
    to: Correspondent[];
    subject: string;
    text: string;
    html_url: string | null;
    attachments: MailAttachment[];
    raw_url: string | null;
    sent_state: "held" | "queued" | "sending" | "sent" | "failed" | "unsure" | null;
    sent_at: Instant | null;
    sent_error: string | null;
    mentions: string[];
    labels: string[];
    /** Of a call, a voicemail or a callback; the id is then its. */
    contact: Contact | null;
  }
  interface MailAttachment {
    id: string;
    name: string;
    type: string;
    size: number;
    url: string;
  }
  /** `POST /conversations/{id}/reply`; `seen`: the version the writer saw. */
  interface NewReply {
    text: string;
    seen: number;
    to?: string[];
    later?: Instant;
    /** Files of the draft that go along, by their ids. */
    attachments?: string[];
  }
  /** `POST /conversations`: we write first. */
  interface NewMail {
    /** Left out: the first one. */
    mailbox?: string | null;
    /** The first is the customer. */
    to: string[];
    subject: string;
    text: string;
    later?: Instant | null;
    /** Files of `draft` that go along, by their ids. */
    attachments?: string[];
    /** What it was begun as; gone once it is sent. */
    draft?: string;
  }
  /** `POST /mailboxes/{id}/consent`: what the owner opens, and types there if it is a code. */
  interface ConsentPage {
    page: string;
    /** Null: the page ends at an address that is pasted back. */
    user_code: string | null;
    interval_ms: number | null;
    expires_in_ms: number | null;
  }
  /** `POST /mailboxes/{id}/consent/ask`: where the browser ended; left out for a code. */
  interface Pasted {
    address?: string | null;
  }
  interface ConsentAnswer {
    state: "pending" | "given" | "refused";
    interval_ms: number | null;
    said: string | null;
  }
  interface SavedReply {
    name: string;
    text: string;
  }
  interface SavedReplyList {
    items: SavedReply[];
    next_cursor: string | null;
  }
  interface Group {
    id: string;
    name: string;
    open: boolean;
    /** Callers who hold the line; those who wait for a call back are `open_callbacks`. */
    waiting: number;
    longest_wait_ms: number | null;
    open_callbacks: number;
    answered_today: number;
    abandoned_today: number;
    /** Per cent; null before the first call that counts. */
    service_level_today: number | null;
    estimate_ms: { low: number; high: number } | null;
    /** The wait (`target.within`) after which a caller counts as late. */
    target_ms?: number;
    target_percent?: number;
    /** Those its calls ring, backup included: a callback of this group can be given to them alone. */
    takes?: string[];
  }
  interface Waiting {
    contact: string;
    kind: "live" | "callback";
    customer: string | null;
    /** Null: nobody on our cards, or more than one. */
    customer_id: string | null;
    number: string | null;
    group: string;
    joined_at: Instant;
    place: number;
    /** Of a callback. */
    promised_from?: Instant;
    promised_to?: Instant;
    /** The try that goes on or comes next, of so many. */
    attempt?: number;
    attempts?: number;
    state?: string;
    /** Not dialled before. */
    not_before?: Instant;
    /** Whose phone rings for it, or the only one who is asked. */
    person?: string;
  }
  interface Call {
    contact: string;
    customer: string | null;
    /** Null: nobody on our cards, or more than one. */
    customer_id: string | null;
    number: string | null;
    group: string | null;
    person: string | null;
    /** Everybody whose phone rings for it. */
    ringing: string[];
    since: Instant;
    state: "ringing" | "talking" | "held";
  }
  type PersonState = "available" | "ringing" | "talking" | "wrap_up" | "paused" | "phone_offline" | "off";
  interface Person {
    id: string;
    name: string;
    state: PersonState;
    since: Instant;
    until?: Instant | null;
    /** A word of ours (lunch, errand, meeting, mail, other, no_answer, after_call_work) or the person's own. */
    reason?: string | null;
  }
  interface Parked {
    slot: number;
    contact: string;
    customer: string | null;
    /** Null: nobody on our cards, or more than one. */
    customer_id: string | null;
    number: string | null;
    by: string;
    since: Instant;
  }
  interface Alarm {
    code: string;
    /** A sentence in the reader's language (Accept-Language). */
    text: string;
    since: Instant;
  }

  /** `POST /people/{id}/state`. */
  interface WantedState {
    state: "available" | "paused" | "off";
    reason?: string;
    until?: Instant;
    /** Where callers go whom nobody answers then; asked of the last one to leave (problem `last_person`, its parameter `choices`). */
    callers?: "callback" | "voicemail" | "owner" | "wait";
  }
  /** `POST /calls/{id}/transfer`. `to`: a person's id or a number. */
  interface Transfer {
    to: string;
    kind: "blind" | "attended";
  }
  /** What an action answers; `slot` after park, `contact` after `POST /calls`. */
  interface Done {
    slot?: number;
    contact?: string;
    conversation?: string;
    item?: string;
    customer?: string;
  }

  type Outcome =
    | "answered"
    | "abandoned_short"
    | "abandoned"
    | "callback_requested"
    | "voicemail"
    | "overflowed"
    | "after_hours"
    | "rejected"
    | "failed_technical"
    | "unreached"
    | "internal";
  /** One end of a contact: a number (null: withheld), a name, or one of us. */
  interface Party {
    number: string | null;
    name: string;
    person: string | null;
  }
  interface Callback {
    state: string;
    requested_at: Instant;
    promised_from: Instant | null;
    promised_to: Instant | null;
    connected_at: Instant | null;
    attempts: number;
    settled_by: string | null;
    /** Of `perhaps`: what a power cut broke off. */
    cut?: "dial" | "talk";
    /** Of `invalid`: the customer typed a number, and called from this one. */
    called_from?: string;
    /** Of `unreached`: the customer turned us down twice. */
    seems?: "blocked";
    /** What it is about, in the customer's own words. */
    matter?: Matter;
  }
  interface Matter {
    length_ms: number;
    audio: string;
  }
  interface Message {
    length_ms: number;
    saved_at: Instant;
    heard_at: Instant | null;
    /** Who sees to it. */
    assigned: string | null;
    done_at: Instant | null;
    settled_by: string | null;
  }
  /** `GET /voicemails`, with `?done=true` those somebody is done with. */
  interface Voicemail {
    id: string;
    customer: string | null;
    /** Null: nobody on our cards, or more than one. */
    customer_id: string | null;
    number: string | null;
    group: string | null;
    message: Message;
    audio: string;
  }
  /** `GET /owed`. */
  interface Owed {
    contact: string;
    kind: "missed" | "callback" | "voicemail" | "mail";
    since: Instant;
    number: string | null;
    customer: string | null;
    /** Null: nobody on our cards, or more than one. */
    customer_id: string | null;
    group: string | null;
    contacts: string[];
    /** A promised time has passed, or it lies here from an earlier day. */
    late: boolean;
    callback: Callback | null;
    message: Message | null;
    /** Of a mail. */
    conversation?: string;
    /** Of a mail: its sender's. */
    address?: string;
    /** They were reached another way since: perhaps this is settled. A person decides. */
    suggested: Suggested | null;
  }
  /** Why a debt may be settled. */
  interface Suggested {
    by: "call" | "mail";
    at: Instant;
    person: string | null;
    /** The contact, or the item. */
    id: string;
  }
  /** `POST /callbacks`. */
  interface NewCallback {
    number: string;
    group: string;
  }
  /** How far a first connection is. */
  interface Fetching {
    done: number;
    of: number;
  }
  /** `POST /conversations/{id}/note`. */
  interface NewNote {
    text: string;
  }
  /** `POST /conversations/{id}/assign`; null: anybody's. */
  interface Assign {
    person: string | null;
  }
  /** `POST /conversations/{id}/snooze`: an instant, or a time on the office's clock. */
  interface Snooze {
    until: string;
  }
  /** `POST /conversations/{id}/present`: `looking`, `writing`, or null: gone. */
  interface NowDoing {
    doing: string | null;
  }
  /** `POST /conversations/{id}/draft`. */
  interface DraftText {
    text: string;
  }
  /** `POST /conversations/{id}/undo`, `…/send-again`. */
  interface WhichItem {
    item: string;
  }
  /** `POST /conversations/{id}/merge`. */
  interface Merge {
    into: string;
  }
  /** `POST /conversations/{id}/split`. */
  interface Split {
    items: string[];
  }
  /** `PUT /saved-replies/{name}`. */
  interface NewSavedReply {
    text: string;
  }
  /** `POST /callbacks/{id}/later`. */
  interface Later {
    minutes: number;
  }
  /** `POST /callbacks/{id}/cancel`. */
  interface Cancel {
    reason: string;
  }
  /** `POST /callbacks/{id}/give`; null: anybody again. */
  interface Give {
    person: string | null;
  }
  /** `POST /callbacks/{id}/number`. */
  interface RightNumber {
    number: string;
  }
  /** `GET /hours`: the week of the office and of groups with hours of their own, and the closed days ahead. */
  interface Hours {
    time_zone: string;
    /** The date in the office. */
    today: string;
    plans: HoursPlan[];
    ahead: ClosedDay[];
  }
  interface HoursPlan {
    /** A group's name; null: the office. */
    name: string | null;
    /** Monday first. */
    week: HoursSpan[][];
  }
  /** `08:00`–`16:00`; `24:00`: until midnight. */
  interface HoursSpan {
    from: string;
    to: string;
  }
  interface ClosedDay {
    date: string;
    kind: "holiday" | "closed_day";
    /** The holiday, or the owner's reason. */
    name: string;
    /** The group it is about; null: the office. */
    plan: string | null;
  }
  /** `GET /prompts`. */
  interface Prompt {
    name: string;
    lang: string;
    /** What the shipped one says; null: only the office has it. */
    text: string | null;
    length_ms: number;
    /** The office's own recording is played. */
    own: boolean;
    /** What an owner types after *77 to record it by phone; left out: by upload only. */
    number?: number;
  }
  interface Contact {
    id: string;
    kind: "inbound" | "outbound" | "internal";
    started_at: Instant;
    ended_at: Instant | null;
    from: Party;
    to: Party;
    customer: string | null;
    /** Null: nobody on our cards, or more than one. */
    customer_id: string | null;
    group: string | null;
    person: string | null;
    /** Null while it goes on. */
    outcome: Outcome | null;
    waited_ms: number;
    talked_ms: number;
    held_ms: number;
    wrapped_ms: number;
    callback: Callback | null;
    message: Message | null;
    disposition: string | null;
    resolved_first: boolean | null;
    recording: string | null;
  }
  interface ContactDetail extends Contact {
    legs: Leg[];
    /** Sentences in the reader's language. */
    story: { at: Instant; text: string }[];
  }
  interface Leg {
    leg: string;
    /** A phone's or a trunk's id. */
    device: string;
    person: string | null;
    began_at: Instant;
    answered_at: Instant | null;
    ended_at: Instant | null;
    verdict: Verdict | null;
  }
  interface Verdict {
    packets_in: number;
    packets_out: number;
    lost: number;
    strangers: number;
    jitter_ms: number;
    expected_ms: number;
  }
  interface List<T> {
    items: T[];
    next_cursor: string | null;
  }

  /** `GET /reports/day?date=2026-11-21`: the day in the office's time zone. */
  interface Day {
    date: string;
    time_zone: string;
    /** First instant of the day, and of the next one. */
    from: Instant;
    to: Instant;
    figures: Figure[];
    /** Of the shared mailbox; empty where there is none. */
    mail: MailFigure[];
    hours: Hour[];
    /** Every contact of the day by outcome. */
    outcomes: Record<string, number>;
  }
  interface MailFigure {
    /** mail_received, mail_first_reply (M14). */
    id: string;
    metric: string | null;
    unit: "percent" | "count";
    value: number | null;
    previous: number | null;
    /** Of mail_first_reply: answered, late (some answered since), due (there is time yet). */
    parts: { id: string; value: number | null }[];
    formula: string;
    /** How many conversations, and which. */
    n: number;
    conversations: string[];
  }
  interface Figure {
    /** offered, service_level (M1), abandonment (M2), waiting (M3), answer_speed (M4), handling (M8),
     *  after_call (M10), owed (M28). */
    id: string;
    /** "M1" … of spec/metrics.md; null for plain counts. */
    metric: string | null;
    unit: "percent" | "ms" | "count";
    /** Null: nothing to count yet. waiting: the median. handling: the whole. */
    value: number | null;
    /** The same figure one week earlier. */
    previous: number | null;
    /** waiting: mean, p90. handling: talked, held, wrapped. abandonment: short (count). */
    parts: { id: string; value: number | null }[];
    /** The formula in words, in the reader's language. */
    formula: string;
    /** How many contacts are behind it, and which (2,000 at most). */
    n: number;
    contacts: string[];
  }
  interface Hour {
    /** Start of the hour. */
    at: Instant;
    offered: number;
    answered: number;
    abandoned: number;
  }

  /** One of the office's customers. Numbers as E.164, addresses in lower case; those of merged ones too. */
  interface Customer {
    id: string;
    version: number;
    name: string;
    company: string;
    about: string;
    numbers: string[];
    addresses: string[];
    vip: boolean;
    blocked: Blocked | null;
    created_at: Instant;
    changed_at: Instant;
    /** What was put together with this one; each can be taken apart again. */
    merged: MergedCustomer[];
    /** What may be theirs, read in a mail; open ones only. */
    maybes: Maybe[];
    /** Numbers and addresses others have too: who calls cannot be told. */
    shared: Shared[];
  }
  interface CustomerRef {
    id: string;
    name: string;
    company: string;
  }
  interface Blocked {
    since: Instant;
    until: Instant | null;
    by: string | null;
  }
  interface MergedCustomer {
    id: string;
    name: string;
    company: string;
    at: Instant;
    by: string | null;
  }
  interface Maybe {
    id: number;
    kind: "number" | "address" | "company";
    value: string;
    at: Instant;
    conversation: string | null;
    /** Others who have that value already. */
    customers: CustomerRef[];
  }
  interface Shared {
    value: string;
    customers: CustomerRef[];
  }
  interface TimelineItem {
    kind: "call" | "callback" | "voicemail" | "mail" | "reply" | "auto_reply" | "note";
    id: string;
    at: Instant;
    person: string | null;
    contact: Contact | null;
    mail: TimelineMail | null;
    /** A note on the customer. */
    text: string | null;
  }
  interface TimelineMail {
    conversation: string;
    subject: string;
    text: string;
    state: string;
    attachments: number;
    sent_state: string | null;
  }
  /** `POST /customers/{id}/claim`: what is the asker's now, and what stays with a colleague. */
  interface Claimed {
    conversations: string[];
    messages: string[];
    callbacks: string[];
    others: Held[];
  }
  interface Held {
    id: string;
    person: string;
  }
  /** The receipt of what was forgotten: counts, no name. */
  interface Forgotten {
    receipt: string;
    /** Null: it was only older than it is kept. */
    customer: string | null;
    at: Instant;
    by: string | null;
    contacts: number;
    recordings: number;
    voicemails: number;
    conversations: number;
    mails: number;
    attachments: number;
    notes: number;
  }
  /** `POST /customers/import`: without `apply` what would happen. */
  interface Import {
    token: string | null;
    applied: boolean;
    created: number;
    merged: number;
    unchanged: number;
    refused: number;
    /** The first 500, refused ones first. */
    rows: ImportRow[];
  }
  interface ImportRow {
    line: number;
    what: "create" | "merge" | "unchanged" | "refuse";
    why: string | null;
    detail: string | null;
    name: string;
    company: string;
    numbers: string[];
    addresses: string[];
    customer: CustomerRef | null;
    adds: string[];
  }
  /** `GET /calls/{contact}/pop`: who rings. */
  interface Pop {
    contact: string;
    kind: "inbound" | "outbound";
    /** We ring them, as promised. */
    callback: boolean;
    number: string | null;
    said_name: string;
    group: PopGroup | null;
    since: Instant;
    waited_ms: number;
    customer: Customer | null;
    /** Several: then `customer` is null, and it is one of these. */
    customers: CustomerRef[];
    history: TimelineItem[];
    owed: Owed[];
    conversations: Conversation[];
  }
  interface PopGroup {
    id: string;
    name: string;
  }

  /** `POST /session/totp`, `POST /session/totp/off`: whoever changes the second factor proves the first. */
  interface TotpPassword {
    password: string;
  }
  /** What an authenticator app takes: typed, by its link, or by the link's picture. */
  interface TotpBegun {
    key: string;
    link: string;
    picture: Picture | null;
  }
  /** A QR code of `size` by `size` modules; `path` is SVG and fills the dark ones. */
  interface Picture {
    size: number;
    path: string;
  }
  /** `POST /session/totp/confirm`. */
  interface TotpCode {
    code: string;
  }
  /** It is on; each of these opens once. */
  interface TotpOn {
    recovery: string[];
  }

  /** RFC 9457. `code` is stable and translated by the screen; `parameters` fill its sentence. */
  interface Problem {
    code: string;
    title: string;
    detail: string;
    status: number;
    parameters?: Record<string, string>;
    /** Faults of the settings, each a sentence. */
    faults?: string[];
    /** What came since the writer of a reply looked (`unseen`). */
    unseen?: ConversationItem[];
    /** What the log can be searched for (5xx). */
    reference?: string;
  }

  /** `POST /setup {code, …office.toml as JSON}`. The first log-in is open afterwards (cookie set). */
  interface SetUp {
    code: string;
    office: { name: string; language: string; country: string; time_zone: string };
    person: { id: string; name: string; role: "owner"; password: string; extension: string; phone: object[] }[];
    trunk: object[];
    group: object[];
    number: object[];
  }
}
