/**
 * Answering and noting. What is written is kept while it is written; nothing goes out that was written without
 * seeing what came meanwhile.
 * @module
 */
import { press } from "../lib/act.js";
import { ApiError, get, post } from "../lib/api.js";
import { h, icon, mark, say, swap } from "../lib/dom.js";
import { attachments } from "./files.js";
import { DRAFT_MS, PRESENT_MS, filled } from "./mail-facts.js";
import { answers, notes } from "./kept.js";

/**
 * @param {import("../board/page.js").Context} context
 * @param {string} id
 * @param {{ changed: () => Promise<void>, reread: () => Promise<void>, seen: () => number, fields: () => Record<string, string> }} around
 *   `seen`: the version the writer has before the eyes; `reread`: shows what came since
 */
export function writer(context, id, { changed, reread, seen, fields }) {
  const { voice, notices, session } = context;
  /** One tab may be logged in as one person after the other. */
  const mine = `${session.person?.id} ${id}`;
  const path = `/conversations/${encodeURIComponent(id)}`;
  const field = h("textarea", { id: "write-text", rows: 7, dir: "auto" });
  const label = h("label", { for: "write-text" });
  const kept = h("span", { class: "soft small", role: "status" });
  const refusal = h("div", { role: "alert" });
  const send = h("button", { type: "submit", class: "button main" });
  const files = attachments(context, async () => path);
  const keeper = draftKeeper(path, mine, () => answer(), (key) => say(kept, key ? voice.t(key) : ""));
  /** What is written for the customer and what for us are two texts: a note is never sent by mistake. */
  const other = { reply: "", note: notes.get(id) };
  const modes = modeBar(voice, (mode) => {
    other[mode === "note" ? "reply" : "note"] = field.value;
    field.value = other[mode];
    dress(mode);
  });
  const form = h("form", { class: "card write", novalidate: true, "aria-label": voice.t("mail.write") }, h("div", { class: "write-head" }, modes.root, savedReplies(context, field, fields, () => written())),
    h("div", { class: "field" }, label, field), files.root, refusal, h("div", { class: "buttons" }, kept, send));
  dress("reply");
  field.addEventListener("input", () => written());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(send, () => (modes.mode() === "note" ? note() : reply()), refuse);
  });

  /** The answer so far, also while a note is before the eyes. */
  const answer = () => (modes.mode() === "reply" ? field.value : other.reply);
  /** @param {"reply" | "note"} mode */
  function dress(mode) {
    say(label, voice.t(`mail.${mode}_label`));
    swap(send, icon(mode === "note" ? "note" : "outbound"), voice.t(`mail.${mode}_send`));
    form.classList.toggle("noting", mode === "note");
    files.root.hidden = mode === "note"; // a note is for us: nothing goes along
  }
  /** A note is kept in this browser, an answer on the box: it may be finished at another desk. */
  function written() {
    if (modes.mode() === "note") notes.put(id, field.value);
    else keeper.soon();
  }
  async function reply() {
    const text = field.value;
    if (!text.trim()) return warn("mail.nothing_written");
    if (files.isBusy()) return warn("mail.attach_wait");
    await keeper.now();
    const ids = files.ids();
    await post(`${path}/reply`, { text, seen: seen(), ...(ids.length > 0 && { attachments: ids }) });
    files.has([]);
    await finish("mail.reply_done", text);
  }
  async function note() {
    const text = field.value;
    if (!text.trim()) return warn("mail.nothing_written");
    await post(`${path}/note`, { text });
    await finish("mail.note_done", text);
    notes.put(id, field.value);
  }
  /** What was typed while it went out stays. @param {string} key @param {string} text */
  async function finish(key, text) {
    if (field.value === text) field.value = "";
    swap(refusal);
    if (modes.mode() === "reply") await keeper.now();
    notices.tell(voice.t(key));
    await changed();
  }
  /** @param {string} key what is missing */
  function warn(key) {
    swap(refusal, h("p", { class: "notice warm" }, icon("late"), h("span", null, voice.t(key))));
    field.focus();
  }
  /** @param {unknown} error */
  async function refuse(error) {
    const code = error instanceof ApiError ? error.code : "";
    if (code !== "unseen") notices.show(error);
    if (code === "no_such_file") await changed(); // which are there is shown anew
    if (code !== "unseen") return;
    warn("mail.unseen");
    await reread();
  }
  return {
    root: form,
    /** What was written before, or came back because it was not sent. @param {string | null} draft @param {Api.Attached[]} attached @param {number} turn of the files, when it was asked for */
    begin(draft, attached, turn) {
      if (send.getAttribute("aria-disabled") !== "true") files.has(attached, turn);
      const isFree = modes.mode() === "reply" && !field.value && keeper.isKept() && send.getAttribute("aria-disabled") !== "true";
      const unsent = answers.get(mine);
      if (!isFree || !(draft || unsent)) return;
      field.value = unsent || draft || "";
      keeper.has(draft ?? "");
      say(kept, voice.t("mail.draft_found"));
      if (unsent) keeper.soon();
    },
    turn: files.turn,
    /** Is an answer being written? */
    isWriting: () => answer().trim() !== "",
    end: keeper.end,
  };
}

/**
 * Keeps a draft soon after the last key, and tells colleagues that somebody writes.
 * @param {string} path @param {string} mine under which this browser keeps what the box does not have
 * @param {() => string} written what is to be kept @param {(key: string | null) => void} tell
 */
function draftKeeper(path, mine, written, tell) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let keptText = "";
  let toldAt = -PRESENT_MS;
  const keep = async () => {
    clearTimeout(waiting);
    const text = written();
    if (text === keptText) return;
    answers.put(mine, text);
    try {
      await post(`${path}/draft`, { text });
      keptText = text;
      if (written() === text) answers.put(mine, "");
      tell(text ? "mail.draft_kept" : null);
    } catch {
      tell("mail.draft_lost");
      waiting = setTimeout(keep, PRESENT_MS);
    }
  };
  return {
    soon() {
      answers.put(mine, written() === keptText ? "" : written());
      clearTimeout(waiting);
      waiting = setTimeout(keep, DRAFT_MS);
      if (performance.now() - toldAt < PRESENT_MS) return;
      toldAt = performance.now();
      post(`${path}/present`, { doing: "writing" }).catch(() => {}); // the next key says it again
    },
    now: keep,
    /** Is everything that is written here on the box? */
    isKept: () => written() === keptText,
    /** This is what the box has. @param {string} text */
    has: (text) => void (keptText = text),
    end() {
      void keep();
    },
  };
}

/** @param {import("../lib/i18n.js").Voice} voice @param {(mode: "reply" | "note") => void} changed */
function modeBar(voice, changed) {
  /** @type {"reply" | "note"} */
  let chosen = "reply";
  const modes = /** @type {const} */ (["reply", "note"]);
  const buttons = modes.map((mode) => {
    const button = h("button", { type: "button", class: "button", "data-mode": mode, "aria-pressed": String(mode === chosen) }, icon(mode === "note" ? "note" : "outbound"), voice.t(`mail.mode_${mode}`));
    button.addEventListener("click", () => {
      chosen = mode;
      buttons.forEach((one, at) => mark(one, "aria-pressed", String(modes[at] === mode)));
      changed(mode);
    });
    return button;
  });
  return { root: h("div", { class: "filter", role: "group", "aria-label": voice.t("mail.mode") }, ...buttons), mode: () => chosen };
}

/**
 * Replies to be used again; what is chosen is put where the cursor is.
 * @param {import("../board/page.js").Context} context @param {HTMLTextAreaElement} field
 * @param {() => Record<string, string>} fields @param {() => void} written
 */
function savedReplies({ voice, notices }, field, fields, written) {
  const choice = h("select", { id: "saved-reply", "aria-label": voice.t("mail.saved") }, h("option", { value: "" }, voice.t("mail.saved")));
  /** @type {Api.SavedReply[]} */
  let all = [];
  get("/saved-replies").then(
    (/** @type {{ items: Api.SavedReply[] }} */ { items }) => {
      all = items;
      choice.append(...items.map((one, at) => h("option", { value: at }, one.name)));
      choice.hidden = items.length === 0;
    },
    notices.show,
  );
  choice.hidden = true;
  choice.addEventListener("change", () => {
    const found = all[Number(choice.value)];
    if (choice.value === "" || !found) return;
    field.setRangeText(filled(found.text, fields()), field.selectionStart, field.selectionEnd, "end");
    choice.value = "";
    written();
    field.focus();
  });
  return choice;
}
