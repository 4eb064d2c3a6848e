/** The mock office's mailbox: a morning of mails, one of them hostile. */
import { contact } from "./mock-customers.mjs";

const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const ahead = (seconds) => ago(-seconds);
const HOUR = 3600;

const us = { name: "Hansen VVS", address: "info@hansen.example" };
const jensen = { name: "Jensen Byg ApS", address: "kontor@jensenbyg.example" };

const item = (id, kind, at, more) => ({
  id, kind, at, person: null, from: jensen, to: [us], text: "", html_url: null, raw_url: null, attachments: [], labels: [], sent_state: null, sent_at: null, sent_error: null, subject: "", mentions: [], contact: null, ...more,
});

const row = (id, subject, more) => ({
  id, version: 3, state: "new", subject, customer: jensen, mailbox: "info", group: "main", assigned: null, due_at: null, owed_since: null, snoozed_until: null, merged_into: null, last_at: ago(600), viewing: [], writing: [], ...more,
});

/** The list of conversations. */
export const conversations = () => [
  row("M-41", "Tilbud på varmepumpe", { customer_id: "K-12", customer_name: "Søren Jensen, Jensen Byg ApS", due_at: ago(900), last_at: ago(5 * HOUR) }),
  row("M-43", "Re: Faktura 20391 – Forbrugsafregningsopgørelse for ejerforeningen", { customer: { name: "Ejerforeningen Strandvejen", address: "bestyrelsen@strandvejen.example" }, state: "open", assigned: "anna", due_at: ahead(1500), last_at: ago(2400) }),
  row("M-45", "", { customer: { name: "", address: "林先生@範例.example" }, due_at: ahead(3 * HOUR), last_at: ago(90) }),
  row("M-39", "Vintertjek", { state: "waiting", assigned: "bo", last_at: ago(26 * HOUR) }),
  row("M-37", "Reservedele", { state: "snoozed", snoozed_until: ahead(40 * HOUR), last_at: ago(50 * HOUR) }),
];

/** A message and a call of Jensen's between their mails. */
const spoken = () => {
  const saved = ago(4.5 * HOUR);
  const message = { length_ms: 43_000, saved_at: saved, heard_at: null, assigned: null, done_at: null, settled_by: null };
  const rows = [["voicemail", contact("C-1980", saved, "voicemail", { person: null, talked_ms: 0, message })], ["call", contact("C-2002", ago(3.5 * HOUR), "answered")]];
  return rows.map(([kind, one]) => item(one.id, kind, one.started_at, { from: null, to: [], person: one.person, contact: one }));
};

const quoted = "Torsdag passer fint.\n\nMvh Søren\n\nDen 20. nov. skrev Hansen VVS:\n> Kunne torsdag kl. 10 passe?\n> Hilsen Anna";

/** Everything in one of them. */
export function conversation(id, notes) {
  const found = conversations().find((one) => one.id === id);
  if (!found) return null;
  const items = [
    item("I-1", "mail", ago(5 * HOUR), { from: found.customer, text: "Hej,\n\nKan I komme forbi torsdag? Vedhæftet er tegningerne.", html_url: `/api/v1/mails/I-1/html`, raw_url: `/api/v1/mails/I-1/raw`, attachments: [{ id: "A-1", name: "tegninger-stueetage.pdf", type: "application/pdf", size: 482_133, url: `/api/v1/mails/I-1/attachments/1` }] }),
    item("I-2", "auto_reply", ago(5 * HOUR - 5), { from: us, to: [found.customer], text: "Tak for din mail. Vi svarer inden kl. 12.", sent_state: "sent" }),
    item("I-3", "note", ago(4 * HOUR), { person: "bo", from: us, to: [], text: "@anna kender du sagen fra foråret?" }),
    item("I-4", "mail", ago(3 * HOUR), { from: { ...found.customer, name: "" }, text: quoted, labels: ["spam", "network:LinkedIn", "of a later version"] }),
    item("I-5", "reply", ago(1200), { person: "anna", from: us, to: [found.customer], text: "Vi kommer torsdag kl. 10.", sent_state: "failed", sent_error: "550 5.1.1 No such user" }),
    ...(id === "M-41" ? spoken() : []),
    ...notes,
  ].sort((a, b) => a.at.localeCompare(b.at));
  return { ...found, version: found.version + notes.length, items, draft: id === "M-41" ? "Kære Jensen, " : null };
}

/** What is added by a press: a note, or a reply that may still be taken back. */
export const added = (kind, text, n) => item(`I-${10 + n}`, kind, ago(0), { person: "anna", from: us, to: kind === "reply" ? [jensen] : [], text, sent_state: kind === "reply" ? "held" : null, sent_at: kind === "reply" ? ahead(10) : null });

/** What the customer writes while somebody is writing. */
export const arrived = () => item("I-9", "mail", ago(0), { text: "Glem det, vi har fundet en anden." });

/** Replies to be used again. */
export const savedReplies = () => [{ name: "Tak", text: "Kære {customer}\n\nTak for din mail. Din sag har nummer {reference}.\n\nHilsen {me}, {office}" }];

/** A mail as its sender made it, as the program would clean it. */
export const page = () => "<!doctype html><meta charset=utf-8><p style=\"color:#036\">Hej, <b>kan I komme forbi torsdag?</b></p>";

/** How the mailbox is, on the board. */
export const mailBoard = () => ({
  unassigned: 2, oldest_at: ago(5 * HOUR), overdue: 1, owed: 2, next_due_at: null, mentions: [], version: 1,
  mailboxes: [{ id: "info", checked_at: ago(12), fetching: null, trouble: null }],
  owed: 3, next_due_at: ahead(1500), mentions: [{ conversation: "M-41", person: "anna", item: "I-3", by: "bo" }],
  present: [{ conversation: "M-41", person: "bo", doing: "writing" }],
});
