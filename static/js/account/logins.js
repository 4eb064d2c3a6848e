/**
 * Who can log in, and the links by which those who cannot choose a password. For the owner.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { all, post } from "../lib/api.js";
import { h, rows, say, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";

/** @param {import("../board/page.js").Context} context */
export function logins(context) {
  const { voice } = context;
  const state = h("div", null, h("p", { class: "soft" }, voice.t("day.loading")));
  const list = h("ul", { class: "list logins" });
  const root = h("section", { class: "card", "aria-label": voice.t("account.logins") }, h("h2", null, voice.t("account.logins")), h("p", { class: "soft" }, voice.t("account.logins_lead")), state, list);
  const update = rows(list, (/** @type {Api.LogInOf} */ one) => one.id, (one) => row(one, context, refresh));
  let gone = false;

  async function refresh() {
    try {
      /** @type {Api.LogInOf[]} */
      const people = await all("/people");
      if (gone) return;
      update(people);
      swap(state);
    } catch (error) {
      if (!gone) swap(state, failure(error, voice, refresh));
    }
  }
  void refresh();
  return { root, end: () => void (gone = true) };
}

/**
 * @param {Api.LogInOf} first
 * @param {import("../board/page.js").Context} context
 * @param {() => Promise<void>} changed
 */
function row(first, { voice, notices }, changed) {
  const [name, badge, link] = [h("bdi", { class: "name" }), h("span", { class: "badge" }), h("div", { class: "invite-link", role: "status" })];
  const make = actionButton({ class: "button", "aria-label": voice.t("account.invite_who", { name: first.name }) }, async () => {
    /** @type {Api.Invite} */
    const made = await post(`/people/${encodeURIComponent(first.id)}/invite`);
    swap(link, h("p", null, h("code", null, made.link)), h("p", { class: "soft" }, voice.t("account.link_help", { name: made.name, day: voice.day(voice.dateOf(made.ends_at)) })));
    await changed();
  }, notices, voice.t("account.invite"));
  const root = h("li", { class: "row", "data-person": first.id }, h("div", { class: "who" }, name, h("span", { class: "soft small" }, first.id), link), badge, h("div", { class: "do" }, make));
  return {
    root,
    update(/** @type {Api.LogInOf} */ one) {
      say(name, one.name);
      const open = one.invite_ends_at && Date.parse(one.invite_ends_at) > Date.now() ? one.invite_ends_at : null;
      const word = one.has_password ? (one.totp ? "account.has_totp" : "account.has_password") : open ? "account.is_invited" : "account.no_password";
      say(badge, voice.t(word, { day: open ? voice.day(voice.dateOf(open)) : "" }));
      badge.className = `badge ${one.has_password ? "good" : ""}`;
    },
  };
}
