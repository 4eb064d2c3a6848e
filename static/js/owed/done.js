/**
 * Messages somebody is done with: who wants to hear one again finds it here. Fetched when it is opened.
 * @module
 */
import { get } from "../lib/api.js";
import { h, icon, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { caller } from "../board/caller.js";
import { messagePlayer } from "./player.js";

/** @param {import("../board/page.js").Context} context */
export function doneMessages(context) {
  const { voice } = context;
  const body = h("div");
  const root = h("details", { class: "card done-messages" }, h("summary", null, voice.t("owed.done_title")), body);
  const refresh = async () => {
    swap(body, h("p", { class: "soft" }, voice.t("day.loading")));
    try {
      /** @type {{ items: Api.Voicemail[] }} */
      const { items } = await get("/voicemails?done=true");
      if (items.length) swap(body, h("ul", { class: "list owed" }, ...items.map((one) => row(one, context))));
      else swap(body, h("p", { class: "empty" }, voice.t("owed.done_none")));
    } catch (error) {
      swap(body, failure(error, voice, refresh));
    }
  };
  root.addEventListener("toggle", () => root.open && void refresh());
  return root;
}

/** @param {Api.Voicemail} one @param {import("../board/page.js").Context} context */
function row(one, { voice, store }) {
  const who = caller(voice);
  who.show(one);
  const board = store.now().board;
  const group = board?.groups.find((each) => each.id === one.group)?.name ?? one.group;
  const by = board?.people.find((each) => each.id === one.message.settled_by)?.name;
  const done = one.message.done_at && voice.t("owed.done_at", { time: voice.moment(one.message.done_at) });
  return h("li", { class: "row", "data-message": one.id }, h("div", { class: "who" }, h("span", { class: "back-line" }, icon("voicemail", { class: "icon back" }), h("a", { href: `#/contact/${one.id}` }, who.root)),
    h("bdi", { class: "soft small" }, [group, voice.moment(one.message.saved_at), done, by].filter(Boolean).join(" · ")), messagePlayer(one.id, one.message.saved_at, voice)));
}
