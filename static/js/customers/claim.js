/**
 * Everything that is open with a customer becomes one person's.
 * @module
 */
import { post } from "../lib/api.js";

/**
 * @param {string} id @param {import("../board/page.js").Context} context
 */
export async function claimAll(id, { voice, notices, store }) {
  /** @type {Api.Claimed} */
  const { conversations, messages, callbacks, others } = await post(`/customers/${encodeURIComponent(id)}/claim`);
  const name = (/** @type {string} */ person) => store.now().board?.people.find((one) => one.id === person)?.name ?? person;
  const held = [...new Set(others.map((one) => name(one.person)))].join(", ");
  const n = conversations.length + messages.length + callbacks.length;
  notices.tell([n ? voice.t("customer.claimed", { n }) : voice.t("customer.claimed_nothing"), held && voice.t("customer.claimed_others", { names: held })].filter(Boolean).join(" "));
}
