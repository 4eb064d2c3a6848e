/**
 * An invite: whoever has the link chooses a password and is in.
 * @module
 */
import { press } from "../lib/act.js";
import { ApiError, post, sentence } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { load, preferred } from "../lib/i18n.js";
import { door, field, refusalBox } from "./door.js";
import { fault } from "./invite-facts.js";

const voice = await load(preferred());
const { t } = voice;
// Behind "#" the code reaches no server unless this page sends it.
const code = location.hash.slice(1);
await look();

async function look() {
  try {
    welcome(await post("/invites/look", { code }));
  } catch (error) {
    refused(error);
  }
}

/** @param {Api.InvitedPerson} invited */
function welcome(invited) {
  // Read by password managers: whose password this will be.
  const person = h("input", { id: "person", name: "person", autocomplete: "username", readonly: true, value: invited.person });
  const password = h("input", { id: "password", name: "password", type: "password", autocomplete: "new-password", required: true });
  const again = h("input", { id: "again", name: "again", type: "password", autocomplete: "new-password", required: true });
  const refusal = refusalBox();
  const send = h("button", { type: "submit", class: "button main" }, t("invite.confirm"));
  const form = h("form", { novalidate: true }, field(voice, "login.person", person), field(voice, "invite.password", password), field(voice, "invite.again", again), refusal.root, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    refusal.clear();
    const wrong = fault(password.value, again.value);
    const at = wrong === "invite.differ" ? again : password;
    for (const control of [password, again]) control.setAttribute("aria-invalid", String(wrong !== null && control === at));
    if (wrong) {
      at.focus();
      return refusal.show(t(wrong));
    }
    press(send, choose, (error) => (isGone(error) ? refused(error) : refusal.show(sentence(error, t, voice.has))));
  });
  async function choose() {
    await post("/invites/use", { code, password: password.value });
    location.replace("/");
  }
  door(voice, t("invite.title", { name: invited.name }), h("p", { class: "soft" }, t("invite.lead", { office: invited.office })), form);
  password.focus();
}

/** Used up, too old, or never one of ours. @param {unknown} error */
function isGone(error) {
  return error instanceof ApiError && error.status === 410;
}

/** @param {unknown} error */
function refused(error) {
  const login = h("a", { class: "button", href: "/login" }, t("login.title"));
  if (isGone(error)) return door(voice, t("invite.gone_title"), h("p", null, t("invite.gone")), login);
  const again = h("button", { type: "button", class: "button main" }, t("action.again"));
  again.addEventListener("click", () => press(again, look, () => {}));
  door(voice, t("invite.failed_title"), h("p", { role: "alert" }, sentence(error, t, voice.has)), again);
}
