/**
 * The log-in.
 * @module
 */
import { press } from "../lib/act.js";
import { ApiError, post, sentence } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { load, preferred } from "../lib/i18n.js";
import { backFromLogIn } from "../lib/login.js";
import { door, field, refusalBox } from "./door.js";

const voice = await load(preferred());
const person = h("input", { id: "person", name: "person", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true });
const password = h("input", { id: "password", name: "password", type: "password", autocomplete: "current-password", required: true });
const totp = h("input", { id: "totp", name: "totp", autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false" });
const second = h("div", { hidden: true }, field(voice, "login.totp", totp));
const refusal = refusalBox();
const send = h("button", { type: "submit", class: "button main" }, voice.t("login.confirm"));
const form = h("form", { novalidate: true }, field(voice, "login.person", person), field(voice, "login.password", password), second, refusal.root, send);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  press(send, logIn, (error) => {
    const code = error instanceof ApiError && error.status === 401 ? error.code : null;
    // the password was right; the second proof is asked for, or was not
    if (code === "totp_needed" || code === "wrong_totp") return askSecond(code);
    refusal.show(code === null ? sentence(error, voice.t, voice.has) : voice.t("login.wrong"));
    password.select();
  });
});

/** @param {string} code */
function askSecond(code) {
  second.hidden = false;
  refusal.show(voice.t(code === "wrong_totp" ? "login.totp_wrong" : "login.totp_needed"));
  totp.select();
}

async function logIn() {
  refusal.clear();
  const empty = [person, password].find((control) => !control.value.trim());
  for (const control of [person, password]) control.setAttribute("aria-invalid", String(control === empty));
  if (empty) {
    empty.focus();
    return refusal.show(voice.t("login.empty"));
  }
  await post("/session", { person: person.value.trim(), password: password.value, ...(second.hidden ? {} : { totp: totp.value.trim() }) });
  backFromLogIn();
}

door(voice, voice.t("login.title"), form);
person.focus();
