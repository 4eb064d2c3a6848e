/**
 * Messages on the machine among the mails: a message is work of the inbox like any other, heard, taken and closed
 * here. Who has called them back closes it without a press.
 * @module
 */
import { get } from "../lib/api.js";
import { h, icon, rows } from "../lib/dom.js";
import { signature } from "../owed/owed-facts.js";
import { owedRow } from "../owed/row.js";

/** @param {import("../board/page.js").Context} context */
export function messages(context) {
  const { voice, store, session } = context;
  const list = h("ol", { class: "list owed" });
  const root = h("section", { class: "card", hidden: true, "aria-labelledby": "spoken-title" }, h("header", null, icon("voicemail"), h("h2", { id: "spoken-title" }, voice.t("owed.voicemail"))), list);
  const update = rows(list, (/** @type {Api.Owed} */ item) => item.contact, (item) => owedRow(item, context, refresh));
  /** @type {Api.Owed[]} */
  let all = [];
  /** @type {import("./mail-facts.js").View} */
  let view = "todo";
  let gone = false;

  function draw() {
    const mine = (/** @type {Api.Owed} */ item) => item.message?.assigned === session.person?.id;
    const shown = view === "todo" ? all : view === "mine" ? all.filter(mine) : [];
    update(shown);
    root.hidden = shown.length === 0;
  }
  async function refresh() {
    try {
      const { items } = await get("/owed");
      if (gone) return;
      all = items.filter((/** @type {Api.Owed} */ item) => item.kind === "voicemail");
      draw();
    } catch {
      // the mails say what is wrong; the next change asks again
    }
  }
  const stop = store.watch((now) => signature(now.board), refresh);
  return {
    root,
    /** @param {import("./mail-facts.js").View} next */
    show(next) {
      view = next;
      draw();
    },
    end() {
      gone = true;
      stop();
    },
  };
}
