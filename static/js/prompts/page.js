/**
 * What callers hear: every sentence by language, shipped or one's own.
 * @module
 */
import { actionButton } from "../lib/act.js";
import { ApiError, all, del, upload } from "../lib/api.js";
import { h, icon, mark, redraw, rows, say, swap } from "../lib/dom.js";
import { failure } from "../lib/failure.js";
import { LANGUAGES } from "../lib/i18n.js";
import { matching } from "./prompts-facts.js";

/** The box takes no larger one; nobody needs to wait for it to say so. */
const FILE_BYTES_MAX = 5 * 1024 * 1024;

/**
 * @param {Element} root
 * @param {import("../board/page.js").Context} context
 * @returns {() => void}
 */
export function mount(root, context) {
  const { voice, session } = context;
  const office = session.office.language;
  const choice = h("select", { id: "prompts-language" }, ...Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code, selected: code === office }, name)));
  const search = h("input", { id: "prompts-search", type: "search", autocomplete: "off" });
  const state = h("div", null, h("p", { class: "soft" }, voice.t("day.loading")));
  const list = h("ul", { class: "list prompts" });
  root.append(h("div", { class: "page" }, h("header", { class: "page-head" }, h("h1", { tabindex: "-1" }, voice.t("prompts.title"))),
    h("p", { class: "soft" }, voice.t("prompts.lead"), " ", voice.t("prompts.record", { code: "*77" })),
    h("div", { class: "pair" }, h("div", { class: "field" }, h("label", { for: "prompts-language" }, voice.t("prompts.language")), choice), h("div", { class: "field" }, h("label", { for: "prompts-search" }, voice.t("prompts.search")), search)),
    h("section", { class: "card", "aria-label": voice.t("prompts.title") }, state, list)));
  const player = jukebox();
  const update = rows(list, (/** @type {Api.Prompt} */ prompt) => `${prompt.lang} ${prompt.name}`, (prompt) => row(prompt, context, player, refresh));
  /** @type {Api.Prompt[]} */
  let prompts = [];
  let gone = false;

  function draw() {
    const shown = matching(prompts, search.value);
    list.lang = choice.value;
    update(shown);
    swap(state, shown.length === 0 && h("p", { class: "empty" }, voice.t("prompts.none")));
  }
  async function refresh() {
    const wanted = choice.value;
    try {
      /** @type {Api.Prompt[]} */
      const fetched = await all(`/prompts?lang=${encodeURIComponent(wanted)}`);
      if (gone || wanted !== choice.value) return;
      prompts = fetched;
      draw();
    } catch (error) {
      if (!gone) swap(state, failure(error, voice, refresh));
    }
  }
  choice.addEventListener("change", () => {
    player.stop();
    refresh();
  });
  search.addEventListener("input", draw);
  refresh();
  return () => {
    gone = true;
    player.stop();
  };
}

/**
 * One sound at a time.
 */
function jukebox() {
  const audio = new Audio();
  audio.preload = "none";
  /** @type {(() => void) | null} */
  let ended = null;
  const stop = () => {
    audio.pause();
    ended?.();
    ended = null;
  };
  audio.addEventListener("ended", stop);
  return {
    stop,
    /** @param {string} address @param {() => void} end */
    async play(address, end) {
      stop();
      ended = end;
      audio.src = address;
      try {
        await audio.play();
      } catch (error) {
        const isOurs = ended === end;
        if (isOurs) stop();
        // Stopped before it began is no fault.
        if (isOurs && !(error instanceof DOMException && error.name === "AbortError")) throw error;
      }
    },
    /** @param {() => void} end */
    plays: (end) => ended === end,
  };
}

/**
 * @param {Api.Prompt} first
 * @param {import("../board/page.js").Context} context
 * @param {ReturnType<typeof jukebox>} player
 * @param {() => Promise<void>} changed
 */
function row(first, { voice, session, notices }, player, changed) {
  const owner = session.role === "owner";
  const path = `/prompts/${encodeURIComponent(first.lang)}/${encodeURIComponent(first.name)}`;
  const [text, badge] = [h("span", { class: "name" }), h("span", { class: "badge", lang: voice.language })];
  const [length, code] = [h("span", { lang: voice.language }), h("span", { lang: voice.language })];
  const drawn = icon("resume");
  const quiet = () => {
    redraw(drawn, "resume");
    mark(play, "aria-pressed", "false");
  };
  const play = h("button", { type: "button", class: "button round", "aria-pressed": "false", lang: voice.language }, drawn);
  // A recording of one's own has the same address as the one before it.
  let version = 0;
  play.addEventListener("click", async () => {
    if (player.plays(quiet)) return player.stop();
    redraw(drawn, "held");
    mark(play, "aria-pressed", "true");
    try {
      await player.play(`/api/v1${path}?v=${version}`, quiet);
    } catch {
      notices.tell(voice.t("prompts.no_sound"));
    }
  });
  const file = h("input", { type: "file", accept: "audio/wav,audio/x-wav,.wav", class: "unseen" });
  const pick = h("label", { class: "button file", lang: voice.language }, file, icon("outbound"), h("span", { class: "word" }, voice.t("prompts.upload")));
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen || pick.getAttribute("aria-disabled") === "true") return;
    mark(pick, "aria-disabled", "true");
    try {
      if (chosen.size > FILE_BYTES_MAX) throw new ApiError(413, { code: "prompt.too_large", title: "", detail: "", status: 413 });
      await upload(path, chosen);
      version += 1;
      notices.tell(voice.t("prompts.uploaded"));
      await changed();
    } catch (error) {
      notices.show(error);
    } finally {
      file.value = "";
      mark(pick, "aria-disabled", null);
    }
  });
  const back = actionButton({ class: "button", lang: voice.language, title: voice.t("prompts.back") }, async () => {
    await del(path);
    version += 1;
    notices.tell(voice.t("prompts.is_back"));
    await changed();
  }, notices, icon("callback_requested"), h("span", { class: "word" }, voice.t("prompts.back")));
  const root = h("li", { class: "row", "data-prompt": first.name }, play, h("div", { class: "who" }, text, h("span", { class: "soft small" }, h("span", { lang: "en" }, first.name), " · ", length, code)), badge,
    owner && h("div", { class: "do" }, pick, back));
  return {
    root,
    update(/** @type {Api.Prompt} */ prompt) {
      const sentence = prompt.text ?? prompt.name;
      say(text, sentence);
      say(badge, voice.t(prompt.own ? "prompts.own" : "prompts.shipped"));
      badge.className = `badge ${prompt.own ? "good" : ""}`;
      say(length, voice.length(prompt.length_ms));
      say(code, prompt.number === undefined ? "" : ` · ${voice.t("prompts.record_this", { code: `*77 ${prompt.number}` })}`);
      back.hidden = !prompt.own;
      mark(play, "aria-label", voice.t("prompts.play_who", { text: sentence }));
      mark(file, "aria-label", voice.t("prompts.upload_who", { text: sentence }));
      mark(back, "aria-label", voice.t("prompts.back_who", { text: sentence }));
    },
  };
}
