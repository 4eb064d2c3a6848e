/** What the mock office owes, says and when it is open. */

const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const ahead = (seconds) => ago(-seconds);
const DAY = 86_400;

/** The promises in the line: one late, one put off, one that rings, one without a time. */
export const callbacks = () => [
  { contact: "C-2030", kind: "callback", customer: "Hansen", number: "+45 12 34 56 78", group: "main", joined_at: ago(730), place: 1, promised_from: ahead(300), promised_to: ahead(1200), attempt: 1, attempts: 3, state: "waiting" },
  { contact: "C-2028", kind: "callback", customer: "Vestergaard Ventilation og Klimateknik ApS", number: "+45 98 12 00 41", group: "service", joined_at: ago(4100), place: 1, promised_from: ago(1800), promised_to: ago(600), attempt: 2, attempts: 3, state: "snoozed", not_before: ahead(420), person: "bo" },
  { contact: "C-2033", kind: "callback", customer: null, number: "+4522334455", group: "main", joined_at: ago(420), place: 2, attempt: 1, attempts: 3, state: "reserved", person: "ida" },
];

const promise = (state, from, to, more) => ({ state, requested_at: ago(700), promised_from: from, promised_to: to, connected_at: null, attempts: 0, settled_by: null, ...more });

/** Everything the office owes, oldest first. */
export const owed = () => [
  { contact: "C-1980", kind: "voicemail", since: ago(DAY + 7200), number: "+45 40 50 60 70", customer: "Familien Lindqvist-Andersson", group: "main", contacts: ["C-1980"], late: true, callback: null, message: { length_ms: 43_000, saved_at: ago(DAY + 7200), heard_at: null, assigned: null, done_at: null, settled_by: null } },
  { contact: "C-2012", kind: "missed", since: ago(9000), number: "+45 31 22 10 09", customer: null, group: "service", contacts: ["C-2012", "C-2019", "C-2021"], late: false, callback: null, message: null },
  { contact: "C-2014", kind: "callback", since: ago(8200), number: "+45 50 60 70 80", customer: "Nordlys Køl", group: "main", contacts: ["C-2014"], late: true, callback: promise("unreached", ago(6000), ago(4200), { attempts: 3 }), message: null },
  { contact: "C-2016", kind: "callback", since: ago(8100), number: "+45 51 61 71 81", customer: "Fjordens Fisk", group: "main", contacts: ["C-2016"], late: true, callback: promise("perhaps", ago(6000), ago(4200), { attempts: 1, cut: "talk" }), message: null },
  { contact: "C-2028", kind: "callback", since: ago(4000), number: "+45 98 12 00 41", customer: "Vestergaard Ventilation og Klimateknik ApS", group: "service", contacts: ["C-2028"], late: true, callback: promise("snoozed", ago(1800), ago(600), { attempts: 1 }), message: null },
  { contact: "C-2025", kind: "missed", since: ago(3600), number: null, customer: null, group: "main", contacts: ["C-2025"], late: false, callback: null, message: null },
  { contact: "C-2030", kind: "callback", since: ago(700), number: "+45 12 34 56 78", customer: "Hansen", group: "main", contacts: ["C-2030"], late: false, callback: promise("waiting", ahead(300), ahead(1200)), message: null },
  { contact: "M-41", kind: "mail", since: ago(620), number: null, customer: "Jensen Byg ApS", group: "main", contacts: [], late: true, callback: null, message: null, conversation: "M-41", customer_id: "K-12", suggested: { by: "call", at: ago(120), person: "bo", id: "C-2039" } },
  { contact: "C-2031", kind: "voicemail", since: ago(600), number: "+45 70 11 22 33", customer: null, group: "main", contacts: ["C-2031"], late: false, callback: null, message: { length_ms: 12_000, saved_at: ago(600), heard_at: ago(60), assigned: null, done_at: null, settled_by: null } },
];

/** Messages somebody is done with. */
export const doneMessages = () => [{ id: "C-1950", number: "+45 28 11 70 66", customer: "Mette Holm", group: "main", audio: "/api/v1/voicemails/C-1950/audio", message: { length_ms: 21_000, saved_at: ago(3 * DAY), heard_at: ago(2 * DAY), assigned: null, done_at: ago(2 * DAY), settled_by: "bo" } }];

const span = (from, to) => ({ from, to });
const WEEK = [[span("08:00", "16:00")], [span("08:00", "16:00")], [span("08:00", "12:00"), span("12:30", "17:00")], [span("08:00", "16:00")], [span("08:00", "15:00")], [], []];

/** `GET /hours`. */
export const hours = () => ({
  time_zone: "Europe/Copenhagen",
  today: new Intl.DateTimeFormat("sv", { dateStyle: "short", timeZone: "Europe/Copenhagen" }).format(new Date()),
  plans: [{ name: null, week: WEEK }, { name: "Service", week: WEEK.map(() => [span("00:00", "24:00")]) }],
  ahead: [
    { date: "2026-12-24", kind: "closed_day", name: "Juleaften", plan: null },
    { date: "2026-12-25", kind: "holiday", name: "1. juledag", plan: null },
    { date: "2026-12-26", kind: "holiday", name: "2. juledag", plan: null },
    { date: "2027-01-01", kind: "holiday", name: "Nytårsdag", plan: null },
  ],
});

/** `GET /hours/at`. */
export const hoursAt = (time) => ({
  time: time ? new Date(`${time}:00+01:00`).toISOString() : ago(0),
  local: time ?? "2026-11-21T10:00",
  groups: [
    { id: "main", name: "Hovednummer", open: !time, closes_at: time ? null : ahead(7200), opens_at: time ? ahead(2 * DAY) : null, why: time ? "hours" : null, reason: time ? "Outside the opening hours" : null },
    { id: "service", name: "Service", open: true, closes_at: null, opens_at: null, why: null, reason: null },
  ],
  numbers: [{ number: "+4533445566", steps: ["The caller hears the welcome.", "The menu “front” is heard:", "  1: to Hovednummer, closed. The caller may leave a message.", "  2: to Service."] }],
  lines: ["Open."],
});

const TEXTS = {
  en: ["Welcome. You will be connected shortly.", "Everyone is on the phone. Please hold, you keep your place.", "We expect to call between"],
  da: ["Velkommen. Du bliver stillet om lige straks.", "Alle taler i telefon. Bliv venligst hængende, du beholder din plads.", "Vi regner med at ringe mellem"],
};

/** `GET /prompts?lang=`. `own`: those the office recorded itself. */
export function prompts(lang, own) {
  const texts = TEXTS[lang] ?? TEXTS.en;
  const shipped = ["welcome", "please-wait", "callback-between-1"].map((name, i) => ({ name, lang, text: texts[i], length_ms: 2400, own: own.has(`${lang}/${name}`), number: 101 + i }));
  return [...shipped, { name: "front-menu", lang, text: null, length_ms: 9100, own: true }];
}

/** A second of a tone in 16-bit PCM, 8 kHz. */
export function wav() {
  const samples = 8000;
  const file = Buffer.alloc(44 + samples * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i += 1) file.writeInt16LE(Math.round(6000 * Math.sin(i / 3)), 44 + i * 2);
  return file;
}
