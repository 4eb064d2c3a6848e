/**
 * The files that go along with what is written: chosen, on their way, here, taken away again.
 * @module
 */
import { press } from "../lib/act.js";
import { ApiError, del, sendWatched, sentence } from "../lib/api.js";
import { h, icon, swap } from "../lib/dom.js";
import { refusedFile, size } from "./mail-facts.js";

/** @typedef {{ name: string, size: number, bar: HTMLProgressElement, root: HTMLElement }} Coming */

/**
 * @param {import("../board/page.js").Context} context
 * @param {() => Promise<string>} place of what they go along with: `/conversations/M-12`, `/drafts/…`
 */
export function attachments({ voice }, place) {
  /** @type {Api.Attached[]} */
  let here = [];
  /** @type {Set<Coming>} */
  const coming = new Set();
  /** Moves with every file that comes or goes here: an older word of the box takes none away. */
  let turn = 0;
  const field = h("input", { type: "file", multiple: true, hidden: true });
  const choose = h("button", { type: "button", class: "button", "data-action": "attach", onclick: () => field.click() }, icon("clip"), voice.t("mail.attach"));
  const list = h("ul", { class: "files", "aria-label": voice.t("mail.attached"), hidden: true });
  const refusal = h("div", { role: "alert" });
  field.addEventListener("change", () => {
    const files = [...(field.files ?? [])];
    field.value = ""; // the same one may be chosen again
    swap(refusal);
    void bring(files);
  });

  function draw() {
    swap(list, ...here.map(hereRow), ...[...coming].map((one) => one.root));
    list.hidden = here.length + coming.size === 0;
  }
  /** @param {Api.Attached} file */
  function hereRow(file) {
    const away = h("button", { type: "button", class: "button quiet round", "aria-label": voice.t("mail.detach", { name: file.name }) }, icon("close"));
    away.addEventListener("click", () => press(away, () => takeAway(file), refuse));
    return h("li", { class: "file", "data-file": file.id }, icon("clip"), h("bdi", null, file.name), h("span", { class: "soft small" }, size(file.size, voice)), away);
  }
  /** @param {Api.Attached} file */
  async function takeAway(file) {
    try {
      await del(`${await place()}/attachments/${encodeURIComponent(file.id)}`);
    } catch (error) {
      // at another desk it was taken away already
      if (!(error instanceof ApiError && error.code === "no_such_file")) throw error;
    }
    here = here.filter((one) => one.id !== file.id);
    turn += 1;
    draw();
    choose.focus();
  }
  /** One after the other: the box counts them so. @param {File[]} files */
  async function bring(files) {
    const taken = [];
    for (const file of files) {
      const code = refusedFile(file, [...here, ...coming]);
      if (code) refuse(new ApiError(413, { code, title: "", detail: "", status: 413 }), file.name);
      else taken.push([file, begin(file)]);
    }
    draw();
    for (const [file, row] of /** @type {[File, Coming][]} */ (taken)) {
      try {
        if (!coming.has(row)) continue;
        const made = await send(file, row);
        if (made) here = [...here, made];
      } catch (error) {
        if (coming.has(row)) refuse(error, file.name);
      }
      coming.delete(row);
      turn += 1;
      draw();
    }
  }
  /** @param {File} file @returns {Coming} */
  function begin(file) {
    const bar = h("progress", { max: 1, value: 0, "aria-label": voice.t("mail.attaching", { name: file.name }) });
    const stop = h("button", { type: "button", class: "button quiet round", "aria-label": voice.t("mail.detach", { name: file.name }) }, icon("close"));
    const root = h("li", { class: "file" }, icon("clip"), h("bdi", null, file.name), bar, stop);
    const row = { name: file.name, size: file.size, bar, root };
    stop.addEventListener("click", () => {
      coming.delete(row);
      root.dispatchEvent(new Event("stop"));
      draw();
      choose.focus();
    });
    coming.add(row);
    return row;
  }
  /** Nothing where it was taken away on its way. @param {File} file @param {Coming} row @returns {Promise<Api.Attached | null>} */
  async function send(file, row) {
    const to = `${await place()}/attachments`;
    if (!coming.has(row)) return null;
    const sent = sendWatched(`${to}?name=${encodeURIComponent(file.name)}`, file, (share) => (row.bar.value = share));
    row.root.addEventListener("stop", sent.stop);
    const made = await sent.done;
    if (coming.has(row)) return made;
    await del(`${to}/${encodeURIComponent(made.id)}`);
    return null;
  }
  /** @param {unknown} error @param {string} [name] whose it is */
  function refuse(error, name) {
    const text = sentence(error, voice.t, voice.has);
    refusal.append(h("p", { class: "notice warm" }, icon("late"), h("span", null, name && h("bdi", null, name), name && ": ", text)));
  }
  return {
    root: h("div", { class: "attach" }, h("div", { class: "buttons start" }, choose, field), list, refusal),
    turn: () => turn,
    /** What the box has. @param {Api.Attached[]} files @param {number} asked the turn when it was asked */
    has(files, asked = turn) {
      if (coming.size || asked !== turn) return;
      here = files;
      draw();
    },
    ids: () => here.map((file) => file.id),
    /** Is one on its way? */
    isBusy: () => coming.size > 0,
    /** Nobody waits for those on their way any more. */
    stop() {
      const late = [...coming];
      coming.clear();
      for (const one of late) one.root.dispatchEvent(new Event("stop"));
    },
  };
}
