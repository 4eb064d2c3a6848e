/**
 * Customers from a file: what would happen is shown first, and nothing is written before it was seen.
 * @module
 */
import { press } from "../lib/act.js";
import { ApiError, sendFile, sentence } from "../lib/api.js";
import { h, icon, swap } from "../lib/dom.js";
import { FILE_BYTES_MAX, formatOf, nameOf } from "./customers-facts.js";
import { spaced } from "../board/board-facts.js";

const COUNTS = /** @type {const} */ (["created", "merged", "unchanged", "refused"]);

/** @typedef {import("../board/page.js").Context} Context */

/**
 * @param {Element} root
 * @param {Context} context
 * @returns {() => void}
 */
export function mount(root, context) {
  const { voice } = context;
  const file = h("input", { type: "file", id: "import-file", accept: ".csv,.txt,.vcf,.vcard,text/csv,text/vcard", class: "unseen" });
  const pick = h("label", { class: "button main file", for: "import-file" }, icon("inbound"), voice.t("import.choose"));
  const [told, preview] = [h("div", { role: "alert" }), h("div", { class: "import-preview" })];
  root.append(h("div", { class: "page" }, h("p", null, h("a", { href: "#/customers" }, icon("previous"), voice.t("customers.back"))),
    h("h1", { tabindex: "-1" }, voice.t("import.title")), h("section", { class: "card", "aria-label": voice.t("import.title") }, h("p", null, voice.t("import.lead")), h("p", { class: "soft small" }, voice.t("import.columns")), h("div", { class: "buttons start file-pick" }, file, pick)), told, preview));
  let gone = false;

  /** @param {unknown} error */
  const refuse = (error) => gone || swap(told, h("p", { class: "notice bad" }, icon("alarm"), h("span", null, sentence(error, voice.t, voice.has))));
  /** @param {File} chosen @param {string | null} token what was shown is what is done */
  const send = (chosen, token) => sendFile(`/customers/import?format=${formatOf(chosen.name)}${token ? `&apply=${encodeURIComponent(token)}` : ""}`, chosen);
  /** @param {File} chosen */
  async function look(chosen) {
    swap(told);
    swap(preview, h("p", { class: "soft" }, voice.t("import.reading")));
    try {
      if (!formatOf(chosen.name)) throw new ApiError(422, { code: "bad_file", title: "", detail: "", status: 422 });
      if (chosen.size > FILE_BYTES_MAX) throw new ApiError(413, { code: "import_too_large", title: "", detail: "", status: 413 });
      const found = await send(chosen, null);
      if (!gone) show(found, chosen);
    } catch (error) {
      swap(preview);
      refuse(error);
    }
  }
  /** @param {Api.Import} found @param {File} chosen */
  function show(found, chosen) {
    const go = h("button", { type: "button", class: "button main" }, voice.t("import.confirm", { n: found.created + found.merged }));
    go.addEventListener("click", () => press(go, () => apply(found, chosen), refuse));
    const title = h("h2", { id: "preview-title", tabindex: "-1" }, voice.t(found.applied ? "import.done" : "import.preview"));
    const open = found.token !== null && !found.applied && found.created + found.merged > 0;
    swap(preview, h("section", { class: "card", "aria-labelledby": "preview-title" }, h("header", null, icon(found.applied ? "available" : "people"), title, h("bdi", { class: "soft small" }, chosen.name)), counts(found, voice),
      open && h("div", { class: "buttons start" }, go), !found.applied && !open && h("p", { class: "soft" }, voice.t("import.nothing")), found.rows.length > 0 && table(found, voice)));
    title.focus();
  }
  /** @param {Api.Import} found @param {File} chosen */
  async function apply(found, chosen) {
    try {
      const done = await send(chosen, found.token);
      if (gone) return;
      swap(told);
      show(done, chosen);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "changed") throw error;
      await look(chosen);
      if (!gone) swap(told, h("p", { class: "notice warm" }, icon("late"), h("span", null, voice.t("import.changed"))));
    }
  }
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    file.value = ""; // the same file, mended, can be chosen again
    if (chosen) void look(chosen);
  });
  return () => void (gone = true);
}

/** @param {Api.Import} found @param {import("../lib/i18n.js").Voice} voice */
const counts = (found, voice) => h("dl", { class: "parts import-counts" }, ...COUNTS.map((key) => h("div", { "data-count": key }, h("dt", null, voice.t(`import.${key}`)), h("dd", null, voice.number(found[key])))));

const TONES = { create: "good", merge: "calm", unchanged: "", refuse: "bad" };

/** @param {Api.Import} found @param {import("../lib/i18n.js").Voice} voice */
function table(found, voice) {
  const total = COUNTS.reduce((sum, key) => sum + found[key], 0);
  const heads = ["line", "what", "who", "details"].map((key) => h("th", { scope: "col" }, voice.t(`import.col_${key}`)));
  const rows = found.rows.map((row) => h("tr", { "data-line": row.line }, h("td", { class: "figures" }, voice.number(row.line)),
    h("td", null, h("span", { class: `badge ${TONES[row.what] ?? ""}` }, voice.t(`import.what_${row.what}`))),
    h("td", null, h("bdi", { class: "name" }, row.name || row.company || (row.numbers[0] ? spaced(row.numbers[0]) : "–")), row.name && row.company && h("bdi", { class: "soft small" }, ` ${row.company}`)),
    h("td", { class: "small" }, ...details(row, voice))));
  return h("div", null, total > found.rows.length && h("p", { class: "soft small" }, voice.t("import.first_rows", { n: found.rows.length, of: total })),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "preview-title" }, h("table", { class: "plain" }, h("thead", null, h("tr", null, ...heads)), h("tbody", null, ...rows))));
}

/** @param {Api.ImportRow} row @param {import("../lib/i18n.js").Voice} voice */
function details(row, voice) {
  const into = row.customer && h("a", { href: `#/customers/${row.customer.id}`, dir: "auto" }, nameOf(row.customer));
  if (row.what === "refuse") return [h("span", { class: "wrong" }, row.why && voice.has(`import.why_${row.why}`) ? voice.t(`import.why_${row.why}`) : (row.why ?? "")), " ", row.detail && h("bdi", null, row.detail)];
  if (row.what === "merge") return [into, row.adds.length > 0 && h("bdi", null, `: ${row.adds.map((one) => (one.startsWith("+") ? spaced(one) : one)).join(", ")}`)];
  if (row.what === "unchanged") return [into];
  return [h("bdi", null, [...row.numbers.map(spaced), ...row.addresses].join(", "))];
}
