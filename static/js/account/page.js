/**
 * One's own log-in: the second factor. For the owner also the log-ins of the others.
 * @module
 */
import { h } from "../lib/dom.js";
import { logins } from "./logins.js";
import { second } from "./second.js";

/**
 * @param {Element} root
 * @param {import("../board/page.js").Context} context
 * @returns {() => void}
 */
export function mount(root, context) {
  const { voice, session } = context;
  const mine = session.person ? h("p", { class: "soft" }, voice.t("account.lead", { name: session.person.name, person: session.person.id })) : null;
  const others = session.role === "owner" ? logins(context) : null;
  const page = h("div", { class: "page" }, h("h1", { tabindex: "-1" }, voice.t("account.title")));
  page.append(...[mine, session.person && second(context, session.person), others?.root].filter((part) => part instanceof Node));
  root.append(page);
  return () => others?.end();
}
