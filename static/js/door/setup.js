/**
 * The first run: from the printed code to an office that can be called.
 * @module
 */
import { press } from "../lib/act.js";
import { ApiError, post, sentence } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { LANGUAGES, choose, load, preferred } from "../lib/i18n.js";
import { door, field, refusalBox } from "./door.js";
import { COUNTRIES, fault, officeOf, personId, phoneSecret } from "./setup-facts.js";

const voice = await load(preferred());
const { t } = voice;
const secret = phoneSecret(crypto.getRandomValues(new Uint8Array(16)));

/** @param {string} name @param {Record<string, unknown>} [props] */
const input = (name, props) => h("input", { id: name, name, autocomplete: "off", ...props });
/** @param {string} name @param {[string, string][]} options @param {string} chosen */
const select = (name, options, chosen) => h("select", { id: name, name }, ...options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));

const controls = {
  code: input("code", { autocapitalize: "characters", spellcheck: "false" }),
  office: input("office", { autocomplete: "organization" }),
  language: select("language", Object.entries(LANGUAGES), choose([voice.language])),
  country: select("country", countries(), homeCountry()),
  time_zone: select("time_zone", zones().map((zone) => [zone, zone.replace(/_/g, " ")]), homeZone()),
  name: input("name", { autocomplete: "name" }),
  password: input("password", { type: "password", autocomplete: "new-password" }),
  extension: input("extension", { inputmode: "numeric", value: "11" }),
  number: input("number", { type: "tel", placeholder: "+45 33 44 55 66" }),
  host: input("host", { spellcheck: "false", autocapitalize: "none", placeholder: "sip.provider.example" }),
  user: input("user", { spellcheck: "false", autocapitalize: "none" }),
  secret: input("secret", { type: "password", autocomplete: "new-password" }),
};
const later = h("input", { type: "checkbox", id: "later", name: "later" });
const line = h("div", { class: "stack" }, ...["number", "host", "user", "secret"].map(ours));
later.addEventListener("change", () => (line.hidden = later.checked));
const refusal = refusalBox();
const send = h("button", { type: "submit", class: "button main" }, t("setup.confirm"));
const form = h("form", { novalidate: true },
  ours("code"),
  part("setup.part_office", ...["office", "language", "country", "time_zone"].map(ours)),
  part("setup.part_you", ...["name", "password", "extension"].map(ours)),
  part("setup.part_line", h("label", { class: "choice", for: "later" }, later, h("span", null, t("setup.later"))), line),
  refusal.root, send);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  press(send, setUp, (error) => {
    const wrong = error instanceof ApiError && (error.status === 401 || error.status === 403);
    refusal.show(wrong ? t("setup.wrong_code") : sentence(error, voice.t, voice.has));
    if (wrong) controls.code.select();
  });
});

/** @param {string} name */
function ours(name) {
  return field(voice, `setup.${name}`, controls[/** @type {keyof typeof controls} */ (name)]);
}

/** @param {string} key @param {...Node} content */
function part(key, ...content) {
  return h("fieldset", { class: "part" }, h("legend", null, t(key)), ...content);
}

async function setUp() {
  refusal.clear();
  const data = /** @type {import("./setup-facts.js").Form} */ (Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.value])));
  const wrong = fault(data, !later.checked);
  for (const [name, control] of Object.entries(controls)) control.setAttribute("aria-invalid", String(name === wrong?.name));
  if (wrong) {
    controls[wrong.name].focus();
    return refusal.show(t(wrong.key, { field: t(`setup.${wrong.name}`) }));
  }
  const phone = { id: `${personId(data.name)}-desk`, secret };
  await post("/setup", officeOf(data, !later.checked, phone));
  done(personId(data.name), phone, await sipPort());
}

/** Where phones come in; 5060 (RFC 3261) unless this box says otherwise. */
async function sipPort() {
  /** @type {{ listening?: { sip?: string } } | null} */
  const health = await fetch("/healthz").then((answer) => answer.json()).catch(() => null);
  return health?.listening?.sip?.split(":").pop() ?? "5060";
}

/** What was made and what happens next. @param {string} login @param {{ id: string, secret: string }} phone @param {string} port */
function done(login, phone, port) {
  /** @type {[string, string][]} */
  const account = [["server", location.hostname], ["port", port], ["user", phone.id], ["secret", phone.secret]];
  door(voice, t("setup.done_title"),
    h("ol", { class: "next" },
      h("li", null, h("h2", null, t("setup.next_phone")), h("p", null, t("setup.next_phone_help")),
        h("dl", { class: "account" }, ...account.map(([key, value]) => h("div", null, h("dt", null, t(`setup.account_${key}`)), h("dd", null, h("code", null, value)))))),
      h("li", null, h("h2", null, t("setup.next_login")), h("p", null, t("setup.next_login_help", { person: login }))),
      h("li", null, h("h2", null, t("setup.next_secure")), h("p", null, t("setup.next_secure_help")),
        h("p", null, h("a", { href: "/ca.crt", download: "frontdesk-ca.crt" }, t("setup.certificate")))),
      h("li", null, h("h2", null, t("setup.next_call")), h("p", null, t("setup.next_call_help")))),
    h("a", { class: "button main", href: "/" }, icon("board"), t("setup.open_board")));
  document.querySelector("h1")?.focus();
}

/** @returns {[string, string][]} */
function countries() {
  const names = new Intl.DisplayNames(voice.language, { type: "region" });
  return COUNTRIES.map((code) => /** @type {[string, string]} */ ([code, names.of(code) ?? code])).sort((a, b) => voice.compare(a[1], b[1]));
}

/** The country this browser speaks of, else that of the language. */
function homeCountry() {
  const regions = navigator.languages.map((language) => new Intl.Locale(language).region ?? "");
  const byLanguage = { en: "GB", da: "DK", nl: "NL", sv: "SE", "zh-Hant": "TW" }[choose([voice.language])];
  return regions.find((region) => COUNTRIES.includes(region)) ?? byLanguage;
}

function homeZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function zones() {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), homeZone(), "UTC"])].sort();
}

door(voice, t("setup.title"), h("p", { class: "soft" }, t("setup.lead")), form);
controls.code.focus();
