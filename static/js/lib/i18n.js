/**
 * Words: one JSON catalogue per language, `{name}` filled in, plural forms by Intl.PluralRules.
 * @module
 */

/** The five languages, each by its own name. */
export const LANGUAGES = /** @type {const} */ ({
  en: "English",
  da: "Dansk",
  nl: "Nederlands",
  sv: "Svenska",
  "zh-Hant": "繁體中文",
});

/** @typedef {Record<string, string>} Catalogue */
/** @typedef {(key: string, parameters?: Record<string, string | number>) => string} Translate */

/**
 * The nearest of our languages.
 * @param {readonly (string | null | undefined)[]} wishes dearest first
 * @returns {keyof typeof LANGUAGES}
 */
export function choose(wishes) {
  for (const wish of wishes) {
    if (!wish) continue;
    if (wish in LANGUAGES) return /** @type {keyof typeof LANGUAGES} */ (wish);
    const [base, rest = ""] = wish.toLowerCase().split(/-(.*)/s);
    if (base === "zh" && /hant|tw|hk|mo/.test(rest)) return "zh-Hant";
    if (base && base !== "zh" && base in LANGUAGES) return /** @type {keyof typeof LANGUAGES} */ (base);
    if (base === "nb" || base === "no" || base === "nn") return "da"; // the nearest a Norwegian reads
  }
  return "en";
}

/**
 * A catalogue's voice. `n` chooses the plural form where a key has several.
 * @param {string} language
 * @param {Catalogue} words
 * @returns {Translate}
 */
export function speaker(language, words) {
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (key, parameters = {}) => {
    const form = typeof parameters.n === "number" ? `${key}.${plural.select(parameters.n)}` : key;
    const text = words[form] ?? words[`${key}.other`] ?? words[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = parameters[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? number.format(value) : value;
    });
  };
}

/**
 * Everything a page needs to speak: words, and the formats of this language in the office's time zone.
 * @typedef {object} Voice
 * @property {string} language
 * @property {Translate} t
 * @property {(key: string) => boolean} has
 * @property {(instant: string | number) => string} time 14:02
 * @property {(instant: string | number) => string} timeExact 14:02:09
 * @property {(date: string) => string} day "Saturday, 21 November 2026" of 2026-11-21
 * @property {(instant: string | number) => string} moment "Sat 28 Nov, 14:00"
 * @property {(date: string) => string} weekday "Saturday" of 2026-11-21
 * @property {(date: string) => string} dayShort "Sat 21 Nov" of 2026-11-21
 * @property {(instant: string | number) => string} dateOf 2026-11-21 in the office
 * @property {(value: number, digits?: number) => string} number
 * @property {(value: number) => string} percent of 81.5
 * @property {(ms: number) => string} length "1 min 20 s"
 * @property {(a: string, b: string) => number} compare names as this language sorts them
 */

/**
 * @param {string} language
 * @param {Catalogue} words
 * @param {string} [timeZone]
 * @returns {Voice}
 */
export function voice(language, words, timeZone) {
  const zone = timeZone ? { timeZone } : {};
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone });
  const exact = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", ...zone });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" });
  const moment = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
  const short = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const iso = new Intl.DateTimeFormat("sv", { dateStyle: "short", ...zone });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const t = speaker(language, words);
  return {
    language,
    t,
    has: (key) => key in words,
    time: (instant) => clock.format(new Date(instant)),
    timeExact: (instant) => exact.format(new Date(instant)),
    day: (day) => date.format(new Date(`${day}T00:00:00Z`)),
    moment: (instant) => moment.format(new Date(instant)),
    weekday: (day) => weekday.format(new Date(`${day}T00:00:00Z`)),
    dayShort: (day) => short.format(new Date(`${day}T00:00:00Z`)),
    dateOf: (instant) => iso.format(new Date(instant)),
    number: (value, digits = 0) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value),
    percent: (value) => percent.format(value / 100),
    length: (ms) => length(ms, t),
    compare: new Intl.Collator(language, { numeric: true }).compare,
  };
}

/**
 * Fetches a catalogue and makes its voice; sets `lang` on the page.
 * @param {keyof typeof LANGUAGES} language
 * @param {string} [timeZone]
 */
export async function load(language, timeZone) {
  const answer = await fetch(new URL(`../../i18n/${language}.json`, import.meta.url));
  document.documentElement.lang = language;
  return voice(language, await answer.json(), timeZone);
}

/** What this reader asked for, else the office, else the browser. @param {string} [office] */
export function preferred(office) {
  const asked = new URL(location.href).searchParams.get("lang");
  const written = document.documentElement.lang;
  return choose([asked, kept(), office, written.startsWith("@") ? null : written, ...navigator.languages]);
}

/** Keeps the reader's choice in this browser. @param {string} language */
export function keep(language) {
  try {
    localStorage.setItem("language", language);
  } catch {
    // storage is off: the choice lasts as long as the page
  }
}

function kept() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

/** @param {number} ms @param {Translate} t */
function length(ms, t) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h) return t("length.hours", { h, m });
  if (m && s) return t("length.minutes_seconds", { m, s });
  return m ? t("length.minutes", { m }) : t("length.seconds", { s });
}
