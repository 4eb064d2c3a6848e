/**
 * A soft tone for who works after a call while a caller waits for long: a word in the ear, not a call.
 *
 * A browser lets no page sound before its reader has pressed something there; until then it is silent.
 * @module
 */
import { everySecond, now } from "../lib/clock.js";
import { h, icon, mark, redraw } from "../lib/dom.js";
import { waitsForMe } from "../board/board-facts.js";

const MUTED = "tone";
/** Two notes, each this long, in seconds; the second a fourth above. */
const NOTE = 0.35;
const NOTES_HZ = [523, 698];
/** As loud as a word spoken at the next desk; it swells and fades, so that nothing clicks. */
const LOUDNESS = 0.08;
const SWELL = 0.05;

/**
 * The switch for it; nothing for who answers no calls.
 * @param {import("../board/page.js").Context} context
 * @returns {HTMLElement[]}
 */
export function waitTone({ voice, session, store }) {
  const me = session.person?.id ?? null;
  if (!me || session.role === "viewer") return [];
  const player = makePlayer();
  let waits = false;
  const look = () => {
    const { board, lost } = store.now();
    const before = waits;
    waits = !!board && !lost && waitsForMe(board, me, now());
    if (waits && !before && !isMuted()) player.play();
  };
  store.watch((state) => state.board, look);
  everySecond(look);
  return [muteSwitch(voice, player)];
}

/** @param {import("../lib/i18n.js").Voice} voice @param {{ play: () => void }} player */
function muteSwitch(voice, player) {
  const drawn = icon("sound_ok");
  const button = h("button", { type: "button", class: "button quiet round", "data-tone": "" }, drawn);
  const draw = () => {
    const label = voice.t(isMuted() ? "tone.off" : "tone.on");
    redraw(drawn, isMuted() ? "sound_bad" : "sound_ok");
    mark(button, "aria-label", label);
    mark(button, "title", label);
  };
  button.addEventListener("click", () => {
    mute(!isMuted());
    draw();
    if (!isMuted()) player.play();
  });
  addEventListener("storage", draw);
  draw();
  return button;
}

/** Makes its context with the reader's first press, as the browser wants it. */
function makePlayer() {
  /** @type {AudioContext | null} */
  let audio = null;
  const open = () => void (audio ??= new AudioContext());
  for (const press of ["pointerup", "keydown"]) addEventListener(press, open, { once: true, capture: true });
  return {
    play() {
      if (!audio) return;
      void audio.resume();
      NOTES_HZ.forEach((hz, i) => audio && note(audio, hz, audio.currentTime + i * NOTE));
    },
  };
}

/** @param {AudioContext} audio @param {number} hz @param {number} at */
function note(audio, hz, at) {
  const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = hz;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, at + SWELL);
  loudness.gain.linearRampToValueAtTime(0, at + NOTE);
  tone.connect(loudness).connect(audio.destination);
  tone.start(at);
  tone.stop(at + NOTE);
}

function isMuted() {
  try {
    return localStorage.getItem(MUTED) === "off";
  } catch {
    return false; // storage is off
  }
}

/** @param {boolean} muted */
function mute(muted) {
  try {
    localStorage.setItem(MUTED, muted ? "off" : "on");
  } catch {
    // storage is off: it stays as it is
  }
}
