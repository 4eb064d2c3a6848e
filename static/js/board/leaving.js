/**
 * A person's state; whoever leaves as the last one says where callers go meanwhile.
 * @module
 */
import { ApiError, post } from "../lib/api.js";
import { ask, radio } from "../lib/dialog.js";
import { h } from "../lib/dom.js";

/** @typedef {{ id: string, name: string }} Whom */

/**
 * Sets a state, and asks where callers shall go when the program says that nobody would be left.
 * @param {Whom} person @param {Api.WantedState} wanted @param {import("./page.js").Context} context
 */
export async function setState(person, wanted, context) {
  try {
    await post(`/people/${person.id}/state`, wanted);
    context.notices.clear();
  } catch (error) {
    const choices = error instanceof ApiError && error.code === "last_person" ? String(error.parameters.choices ?? "") : "";
    if (!choices) throw error;
    // after the dialog that asked for the state has closed, so that the focus goes back to where it was
    setTimeout(() => askCallers(person, wanted, choices.split(" "), context));
  }
}

/** @param {Whom} person @param {Api.WantedState} wanted @param {string[]} choices @param {import("./page.js").Context} context */
function askCallers(person, wanted, choices, { voice, session, notices }) {
  const known = choices.filter((one) => voice.has(`callers.${one}`));
  const own = person.id === session.person?.id;
  ask(voice, {
    title: own ? voice.t("callers.title") : voice.t("callers.title_of", { name: person.name }),
    confirm: voice.t("callers.confirm"),
    content: [
      h("fieldset", { class: "choices wide" }, h("legend", null, voice.t("callers.where")), ...known.map((one, i) => radio("callers", one, i === 0, voice.t(`callers.${one}`)))),
      h("p", { class: "soft" }, voice.t("callers.until")),
    ],
    async submit(data) {
      const callers = /** @type {NonNullable<Api.WantedState["callers"]>} */ (String(data.get("callers") ?? ""));
      await post(`/people/${person.id}/state`, { ...wanted, callers });
      notices.clear();
    },
  });
}
