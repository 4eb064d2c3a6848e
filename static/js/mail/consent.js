/**
 * Signing in at the provider of a mailbox: by a code typed there, or by the address pasted back from there.
 * @module
 */
import { press } from "../lib/act.js";
import { post, sentence } from "../lib/api.js";
import { h, icon, swap } from "../lib/dom.js";

/** How soon the provider is asked where it says nothing. */
const INTERVAL_MS = 5_000;

/**
 * @param {Element} root @param {import("../board/page.js").Context} context @param {string} id of the mailbox
 * @returns {() => void}
 */
export function mount(root, context, id) {
  const { voice } = context;
  const [told, body] = [h("div", { role: "alert" }), h("div", { class: "consent" })];
  const path = `/mailboxes/${encodeURIComponent(id)}/consent`;
  const begin = h("button", { type: "button", class: "button main" }, voice.t("consent.begin"));
  root.append(h("div", { class: "page" }, h("p", null, h("a", { href: "#/mail" }, icon("previous"), voice.t("mail.back"))), h("h1", { tabindex: "-1" }, voice.t("consent.title", { name: id })),
    h("section", { class: "card", "aria-label": voice.t("consent.title", { name: id }) }, h("p", null, voice.t("consent.lead")), body, told, h("div", { class: "buttons start" }, begin))));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again;
  let gone = false;
  /** @param {string} tone @param {string} drawn @param {string} text */
  const tell = (tone, drawn, text) => gone || swap(told, h("p", { class: `notice ${tone}` }, icon(drawn), h("span", null, text)));
  /** @param {unknown} error */
  const refuse = (error) => tell("bad", "alarm", sentence(error, voice.t, voice.has));

  /** @param {{ address?: string }} said */
  async function look(said) {
    /** @type {Api.ConsentAnswer} */
    const { state, interval_ms, said: words } = await post(`${path}/ask`, said);
    if (gone) return;
    if (state === "pending") again = setTimeout(() => look({}).catch(refuse), interval_ms ?? INTERVAL_MS);
    else swap(body);
    if (state === "given") {
      begin.hidden = true;
      tell("good", "available", voice.t("consent.given"));
    }
    if (state === "refused") tell("bad", "alarm", voice.t("consent.refused", { detail: words ?? "" }));
  }
  async function start() {
    clearTimeout(again);
    swap(told);
    /** @type {Api.ConsentPage} */
    const { page, user_code, interval_ms } = await post(path);
    if (gone) return;
    const door = h("a", { class: "button", href: /^https:/.test(page) ? page : undefined, target: "_blank", rel: "noopener noreferrer" }, icon("next"), voice.t("consent.page"));
    swap(body, ...(user_code ? byCode(user_code, door) : byAddress(door)));
    if (user_code) again = setTimeout(() => look({}).catch(refuse), interval_ms ?? INTERVAL_MS);
  }
  /** @param {string} code @param {HTMLElement} door */
  const byCode = (code, door) => [h("p", null, voice.t("consent.type_code")), h("p", { class: "consent-code" }, code), h("div", { class: "buttons start" }, door), h("p", { class: "soft", role: "status" }, voice.t("consent.waiting"))];
  /** @param {HTMLElement} door */
  function byAddress(door) {
    const field = h("input", { id: "consent-address", type: "url", autocomplete: "off" });
    const send = h("button", { type: "submit", class: "button main" }, voice.t("consent.send"));
    const form = h("form", { novalidate: true }, h("div", { class: "field" }, h("label", { for: "consent-address" }, voice.t("consent.address")), field, h("p", { class: "help" }, voice.t("consent.address_help"))), h("div", { class: "buttons start" }, send));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.value.trim()) press(send, () => look({ address: field.value.trim() }), refuse);
      else field.focus();
    });
    return [h("div", { class: "buttons start" }, door), form];
  }
  begin.addEventListener("click", () => press(begin, start, refuse));
  return () => {
    gone = true;
    clearTimeout(again);
  };
}
