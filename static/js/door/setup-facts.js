/**
 * Pure: from the set-up form to an office.
 * @module
 */

/**
 * @typedef {Record<"code" | "office" | "language" | "country" | "time_zone" | "name" | "password" | "extension" | "number" | "host" | "user" | "secret", string>} Form
 */

/** Countries whose number plan and holidays are asked for first; each written by Intl. */
export const COUNTRIES = "AT AU BE CA CH CZ DE DK EE ES FI FR GB HK HU IE IS IT LT LU LV NL NO NZ PL PT SE SG SI SK TW US".split(" ");

export const PASSWORD_LETTERS_MIN = 10;

/**
 * A name to log in with: "Anna Bergström" → "anna".
 * @param {string} name
 */
export function personId(name) {
  const first = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim().split(/\s+/)[0] ?? "";
  return first.replace(/ø/g, "o").replace(/æ/g, "ae").replace(/ß/g, "ss").replace(/[^a-z0-9-]/g, "").replace(/^-+|-+$/g, "") || "owner";
}

/**
 * A secret for a phone, easy to type on a phone's small screen: no letters that look alike.
 * @param {Uint8Array} random 16 bytes or more
 */
export function phoneSecret(random) {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  return [...random].map((byte) => letters[byte % letters.length]).join("").replace(/(.{4})(?=.)/g, "$1-");
}

/** A number as it is kept: + and figures. @param {string} text */
export const plainNumber = (text) => text.replace(/^\s*00/, "+").replace(/[^\d+]/g, "");

/** Whether it has a country code, as every number of ours must. @param {string} text */
export const isFullNumber = (text) => /^\+[1-9]\d{5,14}$/.test(plainNumber(text));

/**
 * The first field that is not right, and which sentence says so.
 * @param {Form} form
 * @param {boolean} withLine
 * @returns {{ name: keyof Form, key: string } | null}
 */
export function fault(form, withLine) {
  /** @type {(keyof Form)[]} */
  const needed = ["code", "office", "name", "password", "extension", ...(withLine ? /** @type {const} */ (["number", "host"]) : [])];
  const empty = needed.find((name) => !form[name].trim());
  if (empty) return { name: empty, key: "setup.empty" };
  if (form.password.length < PASSWORD_LETTERS_MIN) return { name: "password", key: "setup.short" };
  if (!/^\d{2,5}$/.test(form.extension.trim())) return { name: "extension", key: "setup.bad_extension" };
  return withLine && !isFullNumber(form.number) ? { name: "number", key: "setup.bad_number" } : null;
}

/**
 * @param {Form} form
 * @param {boolean} withLine
 * @param {{ id: string, secret: string }} phone
 * @returns {Api.SetUp}
 */
export function officeOf(form, withLine, phone) {
  const id = personId(form.name);
  const number = plainNumber(form.number);
  const login = form.user.trim() ? { register: true, user: form.user.trim(), secret: form.secret } : { register: false };
  const trunk = { id: "provider", host: form.host.trim(), transport: "udp", ...login, numbers: [number] };
  return {
    code: form.code.trim(),
    office: { name: form.office.trim(), language: form.language, country: form.country, time_zone: form.time_zone },
    person: [{ id, name: form.name.trim(), role: "owner", password: form.password, extension: form.extension.trim(), phone: [phone] }],
    trunk: withLine ? [trunk] : [],
    group: [{ id: "main", name: form.office.trim(), strategy: "everyone", members: [{ person: id }] }],
    number: withLine ? [{ number, to: "group:main", welcome: true }] : [],
  };
}
