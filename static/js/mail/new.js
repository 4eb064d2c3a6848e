/**
 * A mail nobody asked for: to somebody new, or to a customer. What is begun lies on the box: it is there again at
 * another desk, each for whom it was begun.
 * @module
 */
import { del, get, post, put } from "../lib/api.js";
import { Unfinished, ask } from "../lib/dialog.js";
import { h, say } from "../lib/dom.js";
import { attachments } from "./files.js";
import { newMails } from "./kept.js";
import { DRAFT_MS, PRESENT_MS } from "./mail-facts.js";

/** @typedef {Omit<Api.NewMailDraft, "address">} Fields */

/** What was put away last is on the box before it is asked for again. @type {Promise<unknown>} */
let putAway = Promise.resolve();

/** @param {import("../board/page.js").Context} context @param {string} address of whom it goes to; nothing: to be typed */
export async function askNewMail(context, address) {
  const { voice, store, notices, session } = context;
  const mine = `${session.person?.id} ${address}`;
  await putAway;
  /** @type {Api.MailDraftList} */
  const { items } = await get("/drafts").catch(() => ({ items: [] })); // without an answer it begins anew
  /** What the box could not be told. @type {Api.MailDraft | null} */
  const unsent = JSON.parse(newMails.get(mine) || "null");
  const known = items.find((one) => (unsent?.id ? one.id === unsent.id : one.address === address)) ?? null;
  // what was told as the page went may have arrived all the same
  const found = unsent ? { ...unsent, id: unsent.id || (known?.id ?? ""), attached: known?.attached ?? [] } : known;
  const boxes = store.now().board?.mail.mailboxes ?? [];
  const to = h("input", { id: "new-to", name: "to", type: "text", inputmode: "email", autocomplete: "off", dir: "auto", value: found?.to ?? address });
  const subject = h("input", { id: "new-subject", name: "subject", type: "text", autocomplete: "off", dir: "auto", value: found?.subject ?? "" });
  const text = h("textarea", { id: "new-text", name: "text", rows: 9, dir: "auto" }, found?.text ?? "");
  const from = h("select", { id: "new-from", name: "mailbox" }, ...boxes.map((one) => h("option", { value: one.id, selected: one.id === found?.mailbox }, one.id)));
  const kept = h("span", { class: "soft small", role: "status" });
  const mailbox = () => (boxes.length > 1 ? { mailbox: from.value } : {});
  /** @returns {Fields} */
  const fields = () => ({ ...mailbox(), to: to.value, subject: subject.value, text: text.value });
  const keeper = begunKeeper({ id: found?.id || freshId(), address, isThere: Boolean(known) }, fields, (key) => {
    say(kept, key ? voice.t(key) : "");
    if (keeper.isKept()) newMails.put(mine, "");
  });
  const files = attachments(context, async () => `/drafts/${await keeper.id()}`);
  files.has(found?.attached ?? []);
  if (found) say(kept, voice.t("mail.draft_found"));
  if (unsent) keeper.anew();
  const field = (/** @type {HTMLElement} */ control, /** @type {string} */ key) => h("div", { class: "field" }, h("label", { for: control.id }, voice.t(key)), control);
  for (const control of [to, subject, text, from]) control.addEventListener("input", () => {
    setAside();
    keeper.soon();
  });
  let isSent = false;
  /** In this browser, until the box has it. */
  function setAside() {
    newMails.put(mine, JSON.stringify({ id: keeper.name, address, mailbox: null, attached: [], ...fields() }));
  }
  ask(voice, {
    title: voice.t("mail.new_title"),
    confirm: voice.t("mail.reply_send"),
    content: [boxes.length > 1 ? field(from, "mail.new_from") : h("span"), field(to, "mail.new_to"), field(subject, "mail.new_subject"), field(text, "mail.new_text"), files.root, kept],
    async submit() {
      const addresses = to.value.split(/[,;\s]+/).filter(Boolean);
      if (addresses.length === 0) throw new Unfinished(voice.t("mail.new_nobody"));
      if (!text.value.trim()) throw new Unfinished(voice.t("mail.nothing_written"));
      if (files.isBusy()) throw new Unfinished(voice.t("mail.attach_wait"));
      await keeper.now();
      const ids = files.ids();
      const { conversation } = await post("/conversations", { ...mailbox(), to: addresses, subject: subject.value.trim(), text: text.value, ...(ids.length > 0 && { attachments: ids }), draft: keeper.name });
      isSent = true;
      newMails.put(mine, "");
      location.hash = `#/mail/${conversation}`;
      setTimeout(() => notices.tell(voice.t("mail.reply_done")));
    },
    closed() {
      files.stop();
      const isEmpty = !subject.value.trim() && !text.value.trim() && files.ids().length === 0;
      if (isEmpty) newMails.put(mine, "");
      if (isSent) keeper.end();
      else putAway = isEmpty ? keeper.discard() : keeper.now().then(keeper.end);
    },
  });
}

/** A name for what is begun, before the box has heard of it. */
const freshId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * Keeps what is begun soon after the last key; it begins on the box with the first. Its name is chosen here: begun
 * twice, because the box was slow to answer, it is one.
 * @param {{ id: string, address: string, isThere: boolean }} begun @param {() => Fields} fields @param {(key: string | null) => void} tell
 */
function begunKeeper({ id: name, address, isThere }, fields, tell) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let keptFields = JSON.stringify(fields());
  /** @type {Promise<void> | null} */
  let making = null;
  const begin = async () => {
    const now = fields();
    await post("/drafts", { id: name, address, ...now });
    isThere = true;
    keptFields = JSON.stringify(now);
    tell("mail.draft_kept");
  };
  const id = async () => {
    if (!isThere) await (making ??= begin().finally(() => (making = null)));
    return name;
  };
  /** @returns {Promise<void>} */
  const keep = async () => {
    clearTimeout(waiting);
    const now = fields();
    if (JSON.stringify(now) === keptFields) return;
    try {
      if (!isThere) {
        await id();
        return await keep(); // what was typed meanwhile
      }
      await put(`/drafts/${name}`, { address, ...now });
      keptFields = JSON.stringify(now);
      tell("mail.draft_kept");
    } catch {
      tell("mail.draft_lost");
      waiting = setTimeout(keep, PRESENT_MS);
    }
  };
  return {
    soon() {
      clearTimeout(waiting);
      waiting = setTimeout(keep, DRAFT_MS);
    },
    now: keep,
    /** Is everything that is written here on the box? */
    isKept: () => JSON.stringify(fields()) === keptFields,
    /** The box has not heard of it yet. */
    anew() {
      keptFields = "";
      void keep();
    },
    /** Its name, once it is begun on the box. */
    id,
    name,
    async discard() {
      clearTimeout(waiting);
      if (isThere || making) await del(`/drafts/${name}`).catch(() => {}); // it is empty
    },
    end: () => clearTimeout(waiting),
  };
}
