/**
 * Answering and noting. What is written is kept while it is written; nothing goes out that was written without
 * seeing what came meanwhile.
 * @module
 */
import { press } from "../lib/act.js";
import { ApiError, get, post } from "../lib/api.js";
import { h, icon, mark, say, swap } from "../lib/dom.js";
import { DRAFT_MS, PRESENT_MS, filled } from "./mail-facts.js";

/**
 * @param {import("../board/page.js").Context} context
 * @param {string} id
 * @param {{ changed: () => Promise<void>, seen: () => number, fields: () => Record<string, string> }} around
 *   `seen`: the version the writer has before the eyes
 */
export function writer(context, id, { changed, seen, fields }) {
  const { voice, notices } = context;
  const path = `/conversations/${encodeURIComponent(id)}`;
  const field = h("textarea", { id: "write-text", rows: 7, dir: "auto" });
  const label = h("label", { for: "write-text" });
  const kept = h("span", { class: "soft small", role: "status" });
  const refusal = h("div", { role: "alert" });
  const send = h("button", { type: "submit", class: "button main" });
  const keeper = draftKeeper(path, field, (key) => say(kept, key ? voice.t(key) : ""));
  const modes = modeBar(voice, (mode) => dress(mode));
  const form = h("form", { class: "card write", novalidate: true, "aria-label": voice.t("mail.write") }, h("div", { class: "write-head" }, modes.root, savedReplies(context, field, fields, keeper.soon)),
    h("div", { class: "field" }, label, field), refusal, h("div", { class: "buttons" }, kept, send));
  dress("reply");
  field.addEventListener("input", keeper.soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(send, () => (modes.mode() === "note" ? note() : reply()), refuse);
  });

  /** @param {"reply" | "note"} mode */
  function dress(mode) {
    say(label, voice.t(`mail.${mode}_label`));
    swap(send, icon(mode === "note" ? "note" : "outbound"), voice.t(`mail.${mode}_send`));
    form.classList.toggle("noting", mode === "note");
  }
  async function reply() {
    if (!field.value.trim()) return empty();
    await keeper.now();
    await post(`${path}/reply`, { text: field.value, seen: seen() });
    await finish("mail.reply_done");
  }
  async function note() {
    if (!field.value.trim()) return empty();
    await post(`${path}/note`, { text: field.value });
    await finish("mail.note_done");
  }
  /** @param {string} key */
  async function finish(key) {
    field.value = "";
    swap(refusal);
    await keeper.now();
    notices.tell(voice.t(key));
    await changed();
  }
  function empty() {
    swap(refusal, h("p", { class: "notice warm" }, icon("late"), h("span", null, voice.t("mail.nothing_written"))));
    field.focus();
  }
  /** @param {unknown} error */
  async function refuse(error) {
    if (!(error instanceof ApiError) || error.code !== "unseen") return notices.show(error);
    swap(refusal, h("p", { class: "notice warm" }, icon("late"), h("span", null, voice.t("mail.unseen"))));
    await changed();
  }
  return {
    root: form,
    /** @param {string | null} draft what was written before */
    begin(draft) {
      if (draft && !field.value) {
        field.value = draft;
        say(kept, voice.t("mail.draft_found"));
      }
    },
    focus: () => field.focus(),
    end: keeper.end,
  };
}

/**
 * Keeps a draft soon after the last key, and tells colleagues that somebody writes.
 * @param {string} path @param {HTMLTextAreaElement} field @param {(key: string | null) => void} tell
 */
function draftKeeper(path, field, tell) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let keptText = "";
  let toldAt = -PRESENT_MS;
  const keep = async () => {
    clearTimeout(waiting);
    if (field.value === keptText) return;
    const text = field.value;
    try {
      await post(`${path}/draft`, { text });
      keptText = text;
      tell(text ? "mail.draft_kept" : null);
    } catch {
      tell("mail.draft_lost");
      waiting = setTimeout(keep, PRESENT_MS);
    }
  };
  return {
    soon() {
      clearTimeout(waiting);
      waiting = setTimeout(keep, DRAFT_MS);
      if (performance.now() - toldAt < PRESENT_MS) return;
      toldAt = performance.now();
      post(`${path}/present`, { doing: "writing" }).catch(() => {}); // the next key says it again
    },
    now: keep,
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
