/**
 * Doing something: one press one request, and a refusal becomes a sentence.
 * @module
 */
import { sentence } from "./api.js";
import { h, icon, swap } from "./dom.js";

/** A confirmation nobody has to answer goes by itself: it lies over the foot of the page. A refusal stays. */
const READ_MS = 8_000;

/** @typedef {{ show: (error: unknown) => void, tell: (text: string) => void, clear: () => void }} Notices */

/**
 * The strip where refusals and confirmations are read, and spoken at once.
 * @param {Element} root
 * @param {import("./i18n.js").Voice} voice
 * @returns {Notices}
 */
export function notices(root, voice) {
  const region = h("div", { class: "notices", role: "alert" });
  root.append(region);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let read;
  const clear = () => {
    clearTimeout(read);
    region.replaceChildren();
  };
  /** @param {string} text @param {"bad" | "good"} tone */
  const show = (text, tone) => {
    clear();
    const shut = h("button", { type: "button", class: "button quiet round", "aria-label": voice.t("action.dismiss"), onclick: clear }, icon("close"));
    swap(region, h("div", { class: `notice ${tone}` }, icon(tone === "bad" ? "alarm" : "available"), h("p", null, text), shut));
    const leave = () => (region.matches(":hover, :focus-within") ? (read = setTimeout(leave, READ_MS)) : clear());
    if (tone === "good") read = setTimeout(leave, READ_MS);
  };
  return {
    show: (error) => show(sentence(error, voice.t, voice.has), "bad"),
    tell: (text) => show(text, "good"),
    clear,
  };
}

/**
 * A button whose second click does nothing while the first is under way.
 * `aria-disabled` instead of `disabled`: the focus stays.
 * @param {Record<string, unknown>} props
 * @param {() => Promise<void> | void} job
 * @param {Notices} to
 * @param {...import("./dom.js").Child} children
 */
export function actionButton(props, job, to, ...children) {
  const button = h("button", { type: "button", ...props }, ...children);
  button.addEventListener("click", () => press(button, job, to.show));
  return button;
}

/**
 * @param {Element} button
 * @param {() => Promise<void> | void} job
 * @param {(error: unknown) => void} failed
 */
export async function press(button, job, failed) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await job();
  } catch (error) {
    failed(error);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
