/**
 * The second factor: on by a code of the app, off by the password.
 * @module
 */
import { press } from "../lib/act.js";
import { post } from "../lib/api.js";
import { Unfinished, ask } from "../lib/dialog.js";
import { h, icon, s, swap } from "../lib/dom.js";

/**
 * @param {import("../board/page.js").Context} context
 * @param {Api.SessionPerson} me
 */
export function second({ voice, notices }, me) {
  const { t } = voice;
  const body = h("div", { class: "consent" });
  const root = h("section", { class: "card", "aria-label": t("totp.title") }, h("h2", { tabindex: "-1" }, t("totp.title")), h("p", null, t("totp.lead")), body);
  rest();

  /** How it stands, and the one thing that can be done about it. */
  function rest() {
    const [drawn, word] = me.totp ? /** @type {const} */ (["available", "totp.is_on"]) : /** @type {const} */ (["off", "totp.is_off"]);
    const change = h("button", { type: "button", class: "button", onclick: () => (me.totp ? end() : begin()) }, t(me.totp ? "totp.end" : "totp.begin"));
    swap(body, h("p", { class: `notice ${me.totp ? "good" : ""}` }, icon(drawn), h("span", null, t(word))), h("div", { class: "buttons start" }, change));
  }
  const begin = () => byPassword("totp.begin", async (password) => install(await post("/session/totp", { password })));
  const end = () =>
    byPassword("totp.end", async (password) => {
      await post("/session/totp/off", { password });
      me.totp = false;
      rest();
      notices.tell(t("totp.ended"));
    });

  /** @param {"totp.begin" | "totp.end"} word @param {(password: string) => Promise<void>} then */
  function byPassword(word, then) {
    const password = h("input", { id: "totp-password", name: "password", type: "password", autocomplete: "current-password" });
    ask(voice, {
      title: t(word), confirm: t(word), tone: word === "totp.end" ? "end" : "main",
      content: [h("p", null, t("totp.password_why")), h("div", { class: "field" }, h("label", { for: "totp-password" }, t("login.password")), password)],
      async submit() {
        if (!password.value) throw new Unfinished(t("totp.password_empty"));
        await then(password.value);
      },
    });
  }

  /** The key goes into the app, and its first code comes back. @param {Api.TotpBegun} begun */
  function install({ key, link, picture }) {
    const code = h("input", { id: "totp-code", name: "code", inputmode: "numeric", autocomplete: "one-time-code", "aria-describedby": "totp-code-help" });
    const send = h("button", { type: "submit", class: "button main" }, t("totp.confirm"));
    const leave = h("button", { type: "button", class: "button", onclick: rest }, t("action.cancel"));
    const form = h("form", { novalidate: true }, h("div", { class: "field" }, h("label", { for: "totp-code" }, t("totp.code")), code, h("p", { class: "help", id: "totp-code-help" }, t("totp.code_help"))), h("div", { class: "buttons start" }, leave, send));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!code.value.trim()) return code.focus();
      press(send, async () => keep((await post("/session/totp/confirm", { code: code.value.trim() })).recovery), (error) => {
        notices.show(error);
        code.select();
      });
    });
    const drawn = picture && s("svg", { class: "qr", viewBox: `0 0 ${picture.size} ${picture.size}`, role: "img", "aria-label": t("totp.picture") }, s("path", { d: picture.path }));
    swap(body, drawn && h("p", null, t("totp.scan")), drawn, h("p", null, t("totp.type_key")), h("p", { class: "consent-code" }, key), h("div", { class: "buttons start" }, h("a", { class: "button", href: link }, icon("next"), t("totp.open_app"))), form);
    code.focus();
  }

  /** Shown this once. @param {string[]} recovery */
  function keep(recovery) {
    me.totp = true;
    notices.clear();
    const done = h("button", { type: "button", class: "button main", onclick: () => (rest(), root.querySelector("h2")?.focus()) }, t("totp.kept"));
    swap(body, h("p", { class: "notice good", role: "status" }, icon("available"), h("span", null, t("totp.is_on"))), h("h3", { tabindex: "-1" }, t("totp.recovery")), h("p", null, t("totp.recovery_help")),
      h("ol", { class: "recovery" }, ...recovery.map((one) => h("li", null, h("code", null, one)))), h("div", { class: "buttons start" }, done));
    root.querySelector("h3")?.focus();
  }
  return root;
}
