/**
 * The box's other end for the browser tests: serves static/ as the program does (build id, CSP, caching) and
 * answers the API with a small living office. `POST /mock/<state>` sets what is hard to produce for real:
 * quiet, alone (nobody else is there), longwait (Anna works after a call, a caller waits for long), lost, totp, ungranted, refuse/<code>/<status>, broken/<code>/<status> (of what pages read), closing, reached/<contact>,
 * mailed (a mail comes into every conversation), ringing/<number> (at Anna's phone), hostile, reset.
 */
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { customerDesk, customers, popOf } from "./mock-customers.mjs";
import { added, arrived, conversation, conversations, mailBoard, page as mailPage, savedReplies } from "./mock-mail.mjs";
import { callbacks, doneMessages, hours, hoursAt, owed, prompts, wav } from "./mock-office.mjs";

const STATIC = fileURLToPath(new URL("../../static", import.meta.url));
const BUILD = "mock-1";
const TYPES = { ".css": "text/css", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml" };
const SHELLS = { "/": "index.html", "/login": "login.html", "/invite": "invite.html", "/setup": "setup.html", "/tv": "tv.html" };
const CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
const PASSWORD = "correct horse";

const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const ahead = (seconds) => ago(-seconds);

/** A morning in a plumber's office. */
function morning() {
  return {
    version: 1,
    groups: [
      { id: "main", name: "Hovednummer", open: true, waiting: 2, longest_wait_ms: 47_000, open_callbacks: 2, answered_today: 23, abandoned_today: 1, service_level_today: 86.4, estimate_ms: { low: 120_000, high: 240_000 }, target_ms: 20_000, target_percent: 80, takes: ["anna", "chen", "ida"] },
      { id: "service", name: "Service", open: true, waiting: 1, longest_wait_ms: 9_000, open_callbacks: 1, answered_today: 9, abandoned_today: 2, service_level_today: 71, estimate_ms: null, target_ms: 20_000, target_percent: 80 },
    ],
    line: [
      { contact: "C-2041", kind: "live", customer: "Jensen Byg ApS", number: "+45 20 30 40 50", group: "main", joined_at: ago(47), place: 3 },
      { contact: "C-2043", kind: "live", customer: null, number: "+4571991208", group: "main", joined_at: ago(14), place: 4 },
      { contact: "C-2044", kind: "live", customer: null, number: null, group: "service", joined_at: ago(6), place: 2 },
      ...callbacks(),
    ],
    calls: [
      { contact: "C-2039", customer: "Mette Holm", number: "+45 28 11 70 66", group: "main", person: "anna", since: ago(131), state: "talking" },
      { contact: "C-2040", customer: "Rådhuset", number: "+45 33 66 33 66", group: "service", person: "bo", since: ago(312), state: "held" },
      { contact: "C-2042", customer: null, number: "+45 60 12 44 91", group: "main", person: "chen", since: ago(4), state: "ringing" },
    ],
    people: [
      { id: "anna", name: "Anna Berg", state: "talking", since: ago(131) },
      { id: "bo", name: "Bo Østergaard", state: "talking", since: ago(312) },
      { id: "chen", name: "陳怡君", state: "ringing", since: ago(4) },
      { id: "dorte", name: "Dorte Ærø", state: "wrap_up", since: ago(3), until: ahead(12) },
      { id: "erik", name: "Erik Åkesson", state: "paused", since: ago(1260), until: ahead(540), reason: "lunch" },
      { id: "freja", name: "Freja Lund", state: "phone_offline", since: ago(95) },
      { id: "gert", name: "Gert Visser", state: "off", since: ago(7200) },
      { id: "ida", name: "Ida Kjær", state: "available", since: ago(240) },
    ],
    overrides: [],
    parked: [{ slot: 71, contact: "C-2036", customer: "Nordlys Køl", number: "+45 44 10 20 30", by: "bo", since: ago(75) }],
    mail: mailBoard(),
    customers: 1,
    owed: owed().length,
    alarms: [{ code: "trunk.down", text: "Telia refuses our log-in. Customers cannot call. Check the password under Lines.", since: ago(600) }],
  };
}

const session = () => ({ person: { id: "anna", name: "Anna Berg", totp: state.second }, role: state.role, office: { name: "Hansen VVS", language: "da", country: "DK", time_zone: "Europe/Copenhagen" }, version: state.build });

let state = fresh();
function fresh() {
  return { board: morning(), refusal: null, lost: false, build: BUILD, quiet: false, hits: {}, broken: null, owed: owed(), own: new Set(["da/welcome"]), asked: [], added: [], drafts: [], attached: [], customers: customers(), notes: [], forgotten: [], imported: null, role: "owner", pasted: false, lookedUp: 0, totp: false, second: false, invite: "fdi_good" };
}
const feeds = new Set();
const desk = customerDesk(() => state, changed, refuse);

const board = () => ({ ...state.board, now: new Date().toISOString() });
function changed() {
  state.board.version += 1;
  for (const group of state.board.groups) {
    const count = (kind) => state.board.line.filter((entry) => entry.group === group.id && entry.kind === kind).length;
    Object.assign(group, { waiting: count("live"), open_callbacks: count("callback") });
  }
  state.board.owed = state.owed.length;
  for (const feed of feeds) send(feed);
}
const send = (feed) => feed.write(`event: board\ndata: ${JSON.stringify(board())}\n\n`);

/** The actions, as an office would take them. */
const ACTIONS = {
  answer(id) {
    const { line, calls, parked, people } = state.board;
    const found = [...line, ...parked, ...calls].find((entry) => entry.contact === id);
    if (!found) return refuse(404, "no_such_call");
    state.board.line = line.filter((entry) => entry.contact !== id);
    state.board.parked = parked.filter((entry) => entry.contact !== id);
    state.board.calls = [...calls.filter((call) => call.contact !== id), { contact: id, customer: found.customer, number: found.number, group: found.group ?? "main", person: "anna", since: ago(0), state: "talking" }];
    const me = people.find((person) => person.id === "anna");
    if (me.state !== "talking") Object.assign(me, { state: "talking", since: ago(0) });
    return { status: 200, body: { contact: id } };
  },
  hold: (id) => setCall(id, "held"),
  resume: (id) => setCall(id, "talking"),
  transfer: (id, body) => (body.to && body.kind ? drop(id) : refuse(422, "bad_number")),
  park(id) {
    const call = state.board.calls.find((one) => one.contact === id);
    if (!call) return refuse(404, "no_such_call");
    state.board.parked.push({ slot: 72, contact: id, customer: call.customer, number: call.number, by: "anna", since: ago(0) });
    drop(id);
    return { status: 200, body: { slot: 72 } };
  },
  hangup: (id) => drop(id),
};
function setCall(id, to) {
  const call = state.board.calls.find((one) => one.contact === id);
  if (!call) return refuse(404, "no_such_call");
  Object.assign(call, { state: to, since: ago(0) });
  return { status: 200, body: {} };
}
function drop(id) {
  if (!state.board.calls.some((call) => call.contact === id)) return refuse(404, "no_such_call");
  state.board.calls = state.board.calls.filter((call) => call.contact !== id);
  return { status: 200, body: {} };
}
/** The orders about a promise. */
const ORDERS = {
  "call-now": (entry) => Object.assign(entry, { state: "reserved", person: "anna" }),
  later: (entry, body) => Object.assign(entry, { state: "snoozed", not_before: ahead(body.minutes * 60) }),
  number: (entry, body) => Object.assign(entry, { number: body.number }),
  give: (entry, body) => Object.assign(entry, { person: body.person ?? undefined }),
  done: (entry) => settle(entry.contact),
  cancel: (entry) => settle(entry.contact),
};
function settle(contact) {
  state.board.line = state.board.line.filter((entry) => entry.contact !== contact || entry.kind !== "callback");
  state.owed = state.owed.filter((item) => item.contact !== contact);
}
function order(id, verb, body) {
  const entry = state.board.line.find((one) => one.contact === id && one.kind === "callback") ?? state.owed.find((one) => one.contact === id);
  if (!entry || !ORDERS[verb]) return refuse(404, "no_such_call");
  ORDERS[verb](entry, body);
  changed();
  return { status: 200, body: {} };
}
function promise({ number, group }) {
  if (!/^[+\d ]{6,}$/.test(number)) return refuse(422, "bad_number");
  state.board.line.push({ contact: "C-2060", kind: "callback", customer: null, number, group, joined_at: ago(0), place: 9, attempt: 1, attempts: 3, state: "waiting" });
  state.owed.push({ contact: "C-2060", kind: "callback", since: ago(0), number, customer: null, group, contacts: ["C-2060"], late: false, callback: { state: "waiting", requested_at: ago(0), promised_from: null, promised_to: null, connected_at: null, attempts: 0, settled_by: null }, message: null });
  changed();
  return { status: 200, body: { contact: "C-2060" } };
}
/** Which conversations: by state, by whose they are, by words. */
function mails(query) {
  if (state.quiet) return [];
  const [wanted, assigned, words] = [query.get("state"), query.get("assigned"), query.get("q")];
  const has = (row) => !wanted || (wanted.split(",").includes(row.state));
  return conversations().filter((row) => has(row) && (!assigned || row.assigned === assigned) && (!words || JSON.stringify(row).toLowerCase().includes(words.toLowerCase())));
}
function mailOf(id) {
  const found = conversation(id, state.added);
  return found ? { status: 200, body: { ...found, attached: state.attached.filter((one) => one.place === id) } } : refuse(404, "no_such_conversation");
}
/** One's own second factor, and who else can log in. The app shows 123456. */
function secondOrder(verb, body) {
  if (verb === "confirm") {
    if (body.code !== "123456") return refuse(422, "wrong_totp");
    state.second = true;
    return { status: 200, body: { recovery: ["ABCD EFGH", "JKLM NPQR"] } };
  }
  if (body.password !== PASSWORD) return refuse(401, "wrong_password");
  if (verb === "off") state.second = false;
  return { status: 200, body: verb === "off" ? {} : { key: "GEZD GNBV GY3T QOJQ", link: "otpauth://totp/Hansen:anna?secret=GEZDGNBVGY3TQOJQ&issuer=Hansen", picture: { size: 29, path: "M4 4h7v1h-7zM18 4h7v1h-7zM4 24h7v1h-7z" } } };
}
function inviteOrder(verb, body) {
  if (body.code !== state.invite) return refuse(410, "no_invite");
  if (verb === "look") return { status: 200, body: { person: "bo", name: "Bo Østergaard", office: "Hansen VVS", ends_at: ahead(86_400) } };
  state.invite = null;
  return { status: 200, body: session(), headers: { "set-cookie": "session=anna; HttpOnly; SameSite=Strict; Path=/" } };
}
const logins = () => state.board.people.map(({ id, name }) => ({ id, name, role: id === "anna" ? "owner" : "agent", has_password: id !== "bo", totp: id === "ida", invite_ends_at: id === "gert" ? ahead(86_400) : null }));
/** A provider: `google/…` boxes want the address pasted back, others show a code and are asked until it was typed. */
function consentOrder(verb, rest, body) {
  if (rest[0] !== "ask") return { status: 200, body: { page: "https://login.provider.example/device", user_code: state.pasted ? null : "BDFG-HJKM", interval_ms: 300, expires_in_ms: 900_000 } };
  if (state.pasted && !/code=/.test(body.address ?? "")) return refuse(422, "not_that_page");
  state.lookedUp += 1;
  return { status: 200, body: { state: state.pasted || state.lookedUp > 2 ? "given" : "pending", interval_ms: 300, said: null } };
}
/** What is being written: mails that are begun, and files. One of 13 bytes is refused. */
function draftOrder(id, body) {
  const made = { attached: [], mailbox: null, ...body };
  state.drafts = [made, ...state.drafts.filter((one) => one.id !== body.id)];
  return { status: 200, body: made };
}
function sendOrder(body) {
  state.drafts = state.drafts.filter((one) => one.id !== body.draft);
  return { status: 200, body: { conversation: "M-43", item: "I-60" } };
}
function attachOrder(kind, id, name, body) {
  if (body.length === 13) return refuse(413, "files_too_large");
  const made = { id: `u${state.asked.length}`, name: name.split("/").pop(), type: "text/plain", size: body.length };
  if (kind === "drafts") state.drafts.find((one) => one.id === id).attached.push(made);
  else state.attached.push({ ...made, place: id });
  return { status: 200, body: made };
}
function writingOrder(method, path, body) {
  const [, kind, id, , file] = path.split("/");
  const draft = state.drafts.find((one) => one.id === id);
  if (file) {
    state.attached = state.attached.filter((one) => one.id !== file);
    if (draft) draft.attached = draft.attached.filter((one) => one.id !== file);
  } else if (method === "DELETE") state.drafts = state.drafts.filter((one) => one !== draft);
  else if (kind === "drafts") Object.assign(draft, body);
  return { status: 200, body: {} };
}
function mailOrder(id, verb, body) {
  if (id === "next") return { status: 200, body: { conversation: "M-41" } };
  const found = conversation(id, state.added);
  if (!found) return refuse(404, "no_such_conversation");
  if (verb === "reply" && body.seen < found.version) return refuse(409, "unseen");
  if (verb === "reply") state.attached = state.attached.filter((one) => one.place !== id);
  if (verb === "reply" || verb === "note") state.added.push(added(verb, body.text, state.added.length));
  if (verb === "undo") state.added = state.added.filter((one) => one.id !== body.item);
  if (verb !== "present" && verb !== "draft") state.board.mail.version += 1;
  changed();
  return { status: 200, body: {} };
}
/** What is put and deleted: the owner's word over the hours, and recordings. */
function keep(method, path, query, body) {
  state.hits[path] = (state.hits[path] ?? 0) + 1;
  state.asked.push({ method, path, body: Buffer.isBuffer(body) ? body.length : body });
  if (state.refusal) return refuse(state.refusal.status, state.refusal.code);
  if (/^\/(drafts|conversations)\//.test(path)) return writingOrder(method, path, body);
  if (path.startsWith("/customers/")) return desk.change(method, path.split("/")[2], body);
  const own = /^\/prompts\/([^/]+\/[^/]+)$/.exec(path)?.[1];
  if (own && method === "PUT") state.own.add(own);
  else if (own) state.own.delete(own);
  else {
    const group = (method === "PUT" ? body.group : query.get("group")) ?? null;
    state.board.overrides = state.board.overrides.filter((one) => one.group !== group);
    if (method === "PUT") state.board.overrides.push({ group, open: body.open, until: new Date(`${body.until}:00+01:00`).toISOString() });
    changed();
  }
  return { status: 200, body: {} };
}

function refuse(status, code) {
  return { status, body: { type: "about:blank", code, title: code, status } };
}

/** Four weeks of history would be no better: one day with each outcome in it. */
function day(date) {
  const from = new Date(`${date}T00:00:00+01:00`).getTime();
  const at = (hour, minute) => new Date(from + (hour * 60 + minute) * 60_000).toISOString();
  const made = [];
  const outcomes = ["answered", "answered", "answered", "abandoned", "answered", "voicemail", "answered", "answered", "abandoned_short", "callback_requested", "answered", "failed_technical", "after_hours"];
  const names = ["Jensen Byg ApS", null, "Mette Holm", "Rådhuset", null, "Nordlys Køl", "林先生"];
  for (let i = 0; i < 39; i += 1) {
    const outcome = outcomes[i % outcomes.length];
    const minute = i * 13;
    const talked = outcome === "answered" ? 60_000 + ((i * 37) % 300) * 1000 : 0;
    made.push({
      id: `C-${2000 + i}`, kind: i % 11 === 10 ? "outbound" : "inbound", started_at: at(8, minute), ended_at: at(8, minute + 3),
      from: { number: `+45 20 30 ${40 + (i % 50)} ${10 + i}`, name: "", person: null }, to: { number: "+45 33 44 55 66", name: "", person: null },
      customer: names[i % names.length], group: "main", person: talked ? ["anna", "bo", "chen"][i % 3] : null, outcome,
      waited_ms: 4000 + ((i * 7) % 40) * 1000, talked_ms: talked, held_ms: i % 5 ? 0 : 22_000, wrapped_ms: talked ? 15_000 : 0,
    });
  }
  return { from: at(0, 0), to: at(24, 0), contacts: state.quiet ? [] : made };
}
function report(date) {
  const { from, to, contacts } = day(date);
  const ids = (...outcomes) => contacts.filter((contact) => outcomes.includes(contact.outcome)).map((contact) => contact.id);
  const every = contacts.map((contact) => contact.id);
  const figures = [
    { id: "offered", metric: null, unit: "count", value: every.length, previous: 34, parts: [], formula: "Callers that entered a group, without those who hung up within 5 s.", contacts: every },
    { id: "service_level", metric: "M1", unit: "percent", value: 83, previous: 79, parts: [], formula: "Answered within 20 s ÷ (all answered + hung up after 5 s + call back asked for, voicemail or sent elsewhere after 20 s).", contacts: ids("answered", "abandoned", "voicemail", "callback_requested") },
    { id: "abandonment", metric: "M2", unit: "percent", value: 7.7, previous: 7.7, parts: [{ id: "short", value: 3 }], formula: "Hung up after more than 5 s ÷ all callers. Those who asked to be called back do not count as hung up.", contacts: ids("abandoned") },
    { id: "waiting", metric: "M3", unit: "ms", value: 18_000, previous: 21_000, parts: [{ id: "mean", value: 22_000 }, { id: "p90", value: 39_000 }], formula: "The middle one of all waits, answered or not, from entering the group with the welcome included.", contacts: every },
    { id: "answer_speed", metric: "M4", unit: "ms", value: 16_000, previous: 19_000, parts: [], formula: "Average wait of the calls that were answered.", contacts: ids("answered") },
    { id: "handling", metric: "M8", unit: "ms", value: 228_000, previous: 214_000, parts: [{ id: "talked", value: 196_000 }, { id: "held", value: 17_000 }, { id: "wrapped", value: 15_000 }], formula: "(Talking + on hold + after-call work) ÷ calls handled.", contacts: ids("answered") },
    { id: "after_call", metric: "M10", unit: "ms", value: 15_000, previous: null, parts: [], formula: "Average after-call work, as measured until the person was ready again.", contacts: ids("answered") },
    { id: "callback_kept", metric: "M21", unit: "percent", value: 92.3, previous: 88, parts: [{ id: "narrow", value: 95 }, { id: "wide", value: 80 }], formula: "Promises kept inside the promised time ÷ all promises due.", contacts: ids("callback_requested") },
    { id: "callback_attempts", metric: "M23", unit: "count", value: 1.4, previous: 1.6, parts: [], formula: "Calls made ÷ customers reached.", contacts: ids("callback_requested") },
    { id: "owed", metric: "M28", unit: "count", value: 4, previous: null, parts: [{ id: "missed", value: 6 }, { id: "reached", value: 2 }], formula: "Callers who got no help − those reached since.", contacts: ids("abandoned", "failed_technical") },
  ];
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const start = Date.parse(from) + hour * 3_600_000;
    const within = contacts.filter((contact) => Date.parse(contact.started_at) >= start && Date.parse(contact.started_at) < start + 3_600_000);
    return { at: new Date(start).toISOString(), offered: within.length, answered: within.filter((one) => one.outcome === "answered").length, abandoned: within.filter((one) => one.outcome.startsWith("abandoned")).length };
  });
  const mail = [
    { id: "mail_received", metric: null, unit: "count", value: 9, previous: 7, parts: [], formula: "Mails of customers that came that day.", n: 2, conversations: ["M-41", "M-43"] },
    { id: "mail_first_reply", metric: "M14", unit: "percent", value: 66.7, previous: 80, parts: [{ id: "answered", value: 2 }, { id: "late", value: 1 }, { id: "due", value: 3 }], formula: "Answered within 4 h of opening time ÷ all whose time is over.", n: 1, conversations: ["M-41"] },
  ];
  return { mail: state.quiet ? [] : mail, date, time_zone: "Europe/Copenhagen", from, to, figures: figures.map((figure) => ({ ...figure, n: figure.contacts.length })), hours };
}
function detail(id) {
  const contact = day("2026-11-20").contacts.find((one) => one.id === id);
  if (!contact) return refuse(404, "not_found");
  const at = (seconds) => new Date(Date.parse(contact.started_at) + seconds * 1000).toISOString();
  const good = { packets_in: 9800, packets_out: 9820, lost: 4, strangers: 0, jitter_ms: 3.2, expected_ms: 196_000 };
  const deaf = { ...good, packets_in: 0, lost: 0 };
  const legs = [
    { leg: "L-10", device: "provider", person: null, began_at: at(0), answered_at: at(0), ended_at: at(210), verdict: good },
    { leg: "L-11", device: "anna-desk", person: "anna", began_at: at(6), answered_at: at(12), ended_at: at(210), verdict: id === "C-2002" ? deaf : good },
    { leg: "L-13", device: "bo-desk", person: "bo", began_at: at(6), answered_at: null, ended_at: at(12), verdict: null },
  ];
  const story = [[0, "Jensen Byg ApS called +45 33 44 55 66."], [6, "Came into Hovednummer at place 1."], [6, "Rang Anna (free 4 min) and Bo."], [12, "Anna answered."], [96, "Anna put the call on hold."], [118, "Anna came back."], [210, "The caller hung up."]];
  return { status: 200, body: { ...contact, legs, story: story.map(([seconds, text]) => ({ at: at(seconds), text })) } };
}

const HOSTILE = '<img src=x onerror="document.title=\'owned\'">';
const STATES = {
  reset: () => void (state = fresh()),
  quiet() {
    state.quiet = true;
    state.owed = [];
    Object.assign(state.board, { line: [], calls: [], parked: [], alarms: [] });
  },
  alone: () => void (state.alone = true),
  longwait() {
    Object.assign(state.board.people[0], { state: "wrap_up", since: ago(1), until: ahead(60) });
    state.board.line[0].joined_at = ago(75);
  },
  hostile() {
    Object.assign(state.board.line[0], { customer: HOSTILE, number: HOSTILE });
    Object.assign(state.board.line[1], { customer: "שלום עולם‮gnp.exe" });
    Object.assign(state.board.people[3], { name: HOSTILE, state: "paused", reason: HOSTILE });
    state.board.alarms[0].text = HOSTILE;
    state.board.groups[0].name = HOSTILE;
    Object.assign(state.board.line[3], { customer: HOSTILE, number: HOSTILE });
    Object.assign(state.owed[0], { customer: HOSTILE, number: HOSTILE });
  },
  lost() {
    state.lost = true;
    for (const feed of feeds) feed.destroy();
  },
  found: () => void (state.lost = false),
  newer: () => void (state.build = "mock-2"),
  caller: () => void state.board.line.push({ contact: "C-2050", kind: "live", customer: "Ny Kunde", number: "+45 11 22 33 44", group: "main", joined_at: ago(0), place: 5 }),
  ringing: (number) => void state.board.calls.push({ contact: "C-2080", customer: null, number: number ? decodeURIComponent(number) : null, group: "main", person: "ida", ringing: ["ida", "anna"], since: ago(5), state: "ringing" }),
  /** Somebody else changes a customer. */
  edited(id, field, value) {
    const one = state.customers.find((each) => each.id === id);
    if (field) one[field] = decodeURIComponent(value);
    one.version += 1;
    state.board.customers += 1;
  },
  imported: () => void (state.imported = "T-other"),
  /** The provider no longer lets us in; `pasted`: it wants its address back. */
  ungranted(how) {
    state.pasted = how === "pasted";
    state.board.mail.mailboxes[0].trouble = "mail.grant_refused";
  },
  totp: () => void (state.totp = true),
  role: (role) => void (state.role = role),
  hungup: () => void (state.board.calls = state.board.calls.filter((call) => call.contact !== "C-2080")),
  gone: (id) => void (state.board.line = state.board.line.filter((entry) => entry.contact !== id)),
  broken: (code, status) => void (state.broken = code === "none" ? null : { code, status: Number(status) }),
  closing() {
    for (const group of state.board.groups) group.open = false;
    state.board.line = state.board.line.filter((entry) => entry.kind === "callback");
  },
  reached: (contact) => settle(contact),
  mailed() {
    state.added.push(arrived());
    state.board.mail.version += 1;
  },
  refuse: (code, status) => void (state.refusal = code === "none" ? null : { code, status: Number(status) }),
};

async function api(request, path, query, body) {
  const loggedIn = /(^|; )session=anna/.test(request.headers.cookie ?? "");
  if (path === "/session" && request.method === "POST") {
    if (state.refusal) return refuse(state.refusal.status, state.refusal.code);
    if (body.person !== "anna" || body.password !== PASSWORD) return refuse(401, "wrong_login");
    if (state.totp && body.totp !== "123456") return refuse(401, body.totp === undefined ? "totp_needed" : "wrong_totp");
    return { status: 200, body: session(), headers: { "set-cookie": "session=anna; HttpOnly; SameSite=Strict; Path=/" } };
  }
  if (path === "/setup") {
    state.setup = body;
    return body.code === "ABCD-1234" ? { status: 201, body: {} } : refuse(403, "wrong_code");
  }
  if (path.startsWith("/invites/")) {
    state.asked.push({ method: "POST", path, body });
    return state.refusal ? refuse(state.refusal.status, state.refusal.code) : inviteOrder(path.split("/")[2], body);
  }
  if (!loggedIn) return refuse(401, "not_logged_in");
  if (path === "/session" && request.method === "DELETE") return { status: 204, headers: { "set-cookie": "session=; Max-Age=0; Path=/" } };
  if (request.method === "POST") return act(path, query, body);
  if (request.method !== "GET") return keep(request.method, path, query, body);
  if (path === "/session") return { status: 200, body: session() };
  if (path === "/board") return { status: 200, body: board() };
  if (state.broken) return refuse(state.broken.status, state.broken.code);
  if (path === "/owed") return { status: 200, body: { items: state.owed, next_cursor: null } };
  if (path === "/voicemails") return { status: 200, body: { items: query.get("done") ? doneMessages() : [], next_cursor: null } };
  if (path === "/hours") return { status: 200, body: hours() };
  if (path === "/hours/at") return { status: 200, body: hoursAt(query.get("time")) };
  if (path === "/prompts") return { status: 200, body: { items: prompts(query.get("lang"), state.own), next_cursor: null } };
  if (path === "/people") return { status: 200, body: { items: logins(), next_cursor: null } };
  if (path === "/customers") return desk.list(query);
  if (path === "/forgotten") return { status: 200, body: { items: state.forgotten, next_cursor: null } };
  const [, kind, id, what] = path.split("/");
  if (kind === "customers") return desk.read(id, what, query);
  if (kind === "calls" && what === "pop") {
    const call = state.board.calls.find((one) => one.contact === id);
    return call ? { status: 200, body: popOf(call, state.customers, state.owed, conversations()) } : refuse(404, "no_such_call");
  }
  if (path === "/conversations") return { status: 200, body: { items: mails(query), next_cursor: null } };
  if (path === "/drafts") return { status: 200, body: { items: state.drafts, next_cursor: null } };
  if (path === "/saved-replies") return { status: 200, body: { items: savedReplies(), next_cursor: null } };
  if (/^\/mails\/[^/]+\/html$/.test(path)) return { status: 200, body: mailPage(), headers: { "content-type": "text/html; charset=utf-8" } };
  const mail = /^\/conversations\/([^/]+)$/.exec(path);
  if (mail) return mailOf(mail[1]);
  if (/^\/voicemails\/C-\d+\/audio$|^\/prompts\/[^/]+\/[^/]+$/.test(path)) return { status: 200, body: wav() };
  if (path === "/reports/day") return { status: 200, body: report(query.get("date")) };
  if (path === "/contacts") return { status: 200, body: { items: day(new Date(Date.parse(query.get("from")) + 6 * 3_600_000).toISOString().slice(0, 10)).contacts, next_cursor: null } };
  const contact = /^\/contacts\/([^/]+)$/.exec(path);
  return contact ? detail(decodeURIComponent(contact[1])) : refuse(404, "not_found");
}
function act(path, query, body) {
  state.hits[path] = (state.hits[path] ?? 0) + 1;
  state.asked.push({ method: "POST", path, body: Buffer.isBuffer(body) ? body.length : body });
  if (state.refusal) return refuse(state.refusal.status, state.refusal.code);
  const [, kind, id, verb, ...rest] = path.split("/");
  if (kind === "session") return secondOrder(verb, body);
  if (kind === "people" && verb === "invite") return { status: 200, body: { person: id, name: state.board.people.find((one) => one.id === id).name, link: "http://box.local:8080/invite#fdi_new", ends_at: ahead(7 * 86_400) } };
  if (kind === "customers") return desk.order(id, verb, rest, body, query);
  if (kind === "mailboxes") return consentOrder(verb, rest, body);
  if (verb === "attachments") return attachOrder(kind, id, query.get("name"), body);
  if (kind === "drafts") return draftOrder(id, body);
  if (kind === "conversations" && !id) return sendOrder(body);
  if (kind === "conversations") return mailOrder(id, verb, body);
  if (kind === "callbacks") return verb ? order(id, verb, body) : promise(body);
  if (kind === "voicemails" || kind === "contacts") {
    settle(id);
  } else if (kind === "calls" && !id) {
    return { status: 200, body: { contact: "C-2070" } };
  } else if (kind === "people") {
    const person = state.board.people.find((one) => one.id === id);
    if (!person) return refuse(404, "no_such_person");
    const asked = state.alone && body.state !== "available" && !body.callers;
    if (asked) return { status: 409, body: { ...refuse(409, "last_person").body, parameters: { choices: "callback voicemail owner wait" } } };
    Object.assign(person, { state: body.state, reason: body.reason ?? null, until: body.until ?? null, since: ago(0) });
  } else {
    const done = ACTIONS[verb]?.(id, body) ?? refuse(404, "not_found");
    changed();
    return done;
  }
  changed();
  return { status: 200, body: {} };
}

async function file(path, response) {
  const asset = /^\/a\/[^/]+\/(.+)$/.exec(path);
  const name = SHELLS[path] ?? asset?.[1];
  if (!name || name.endsWith("README.md")) return response.writeHead(404).end();
  try {
    let content = await readFile(join(STATIC, normalize(`/${name}`)));
    if (SHELLS[path]) content = Buffer.from(content.toString().replaceAll("@build@", state.build).replaceAll("@lang@", "da"));
    response.writeHead(200, {
      "content-type": TYPES[extname(name)] ?? "application/octet-stream",
      "content-security-policy": CSP,
      "x-content-type-options": "nosniff",
      "cache-control": SHELLS[path] ? "no-cache" : "no-store", // the program says immutable; here files change under the same id
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

async function handle(request, response) {
  const url = new URL(request.url, "http://mock");
  const path = url.pathname;
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const sent = Buffer.concat(chunks);
  if (path.startsWith("/mock/")) {
    const [, , name, ...rest] = path.split("/");
    if (name === "state") return response.writeHead(200).end(JSON.stringify({ hits: state.hits, asked: state.asked, setup: state.setup ?? null }));
    STATES[name](...rest);
    changed();
    return response.writeHead(204).end();
  }
  if (path === "/healthz") return response.writeHead(200, { "content-type": "application/json" }).end('{"status":"ok","listening":{"sip":"127.0.0.1:5060"}}');
  if (!path.startsWith("/api/v1/")) return file(path, response);
  if (state.lost) return request.socket.destroy();
  if (path === "/api/v1/live") {
    if (!/session=anna/.test(request.headers.cookie ?? "")) return response.writeHead(401).end();
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    feeds.add(response);
    response.on("close", () => feeds.delete(response));
    return send(response);
  }
  const answer = await api(request, path.slice("/api/v1".length), url.searchParams, read(request, sent));
  const isSound = Buffer.isBuffer(answer.body);
  const isPage = typeof answer.body === "string";
  const type = isSound ? "audio/wav" : answer.status >= 400 ? "application/problem+json" : "application/json";
  const retry = answer.status === 429 ? { "retry-after": "30" } : {};
  response.writeHead(answer.status, { "content-type": type, ...retry, ...answer.headers });
  response.end(answer.body === undefined ? undefined : isSound || isPage ? answer.body : JSON.stringify(answer.body));
}
function read(request, sent) {
  if (sent.length === 0) return {};
  return /json/.test(request.headers["content-type"] ?? "") ? JSON.parse(sent) : sent;
}

/** Starts on a free port of loopback. @returns {Promise<{ url: string, close: () => void }>} */
export function start(port = 0) {
  const server = createServer((request, response) => handle(request, response).catch((error) => response.writeHead(500).end(String(error))));
  return new Promise((ready) => server.listen(port, "127.0.0.1", () => ready({
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      for (const feed of feeds) feed.destroy();
      server.close();
      server.closeAllConnections();
    },
  })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await start(Number(process.argv[2] ?? 8081))).url);
