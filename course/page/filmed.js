// The films that ship with a lab as its host, where nobody trains: what was seen when they were recorded.
import { bytesOf, unpacked } from "./engine/digits.js";
import { scaleIn } from "./views/figures.js";
import { rowOf } from "./views/row.js";

/** @import { Film, Filmed, InstantSaid, InstantState, Settings, StoredLines, StoredMap } from "./protocol.js" */
/** @import { InstantHost } from "./instant_view.js" */
/** @import { Figure, Line } from "./views/figures.js" */

const PLAYED_FOR = 3000; // ms that a film takes
const STEPS = 250; // of a map's colours, as in course/views/storing.py
const ABSENT = -1; // the step of what is not a number

/** @param {Filmed} filmed @param {boolean} asking whether a question is open: then nothing plays by itself @param {() => number} now ms @returns {InstantHost} */
export function playerOf(filmed, asking = false, now = () => performance.now()) {
  /** @type {Promise<Film[]>} */
  const films = unpacked(bytesOf(filmed.films)).then(JSON.parse);
  /** @type {(state: InstantState) => void} */
  let hear = () => {};
  /** @type {Film | undefined} */
  let film;
  let [at, began, busy, plays] = [0, 0, false, !asking];
  /** @param {InstantSaid} said @param {Film[]} all @returns {InstantState} */
  const answer = ({ do: verb, settings, theme, width }, all) => {
    const asked = all.find((each) => isOf(each, settings));
    if (!asked) return { views: [], summary: "", busy: false, plays: false, error: filmed.unknown };
    const last = asked.frames.length - 1;
    if (asked !== film || verb === "stop") busy = false;
    if (asked !== film) at = asking ? 0 : last;
    if (film && asked !== film) plays = false;
    film = asked;
    if (verb === "train" || verb === "play") [began, busy, plays] = [now(), true, false];
    if (busy) at = Math.min(last, Math.floor(((now() - began) / PLAYED_FOR) * (last + 1)));
    busy = busy && at < last;
    const { views, summary } = film.frames[at];
    return { views: rowOf(views.map(restored), width, filmed.look, theme), summary, busy, plays, error: "" };
  };
  return {
    live: filmed.declared.live,
    verb: "Play",
    whole: true,
    send: (said) => films.then((all) => hear(answer(said, all))),
    listen(listener) {
      hear = listener;
      return () => {
        hear = () => {};
      };
    },
  };
}

/** Not a number where a curve or a band has null. @param {Line} line @returns {Line} */
function holed(line) {
  const known = (/** @type {number | null} */ value) => value ?? NaN;
  const band = line.band?.map(([low, high]) => /** @type {[number, number]} */ ([known(low), known(high)]));
  return { ...line, y: Array.from(line.y, known), raw: line.raw?.map(known), band };
}

/** Whether a film shows these settings; blocks that are out are a list. @param {Film} film @param {Settings} settings */
const isOf = (film, settings) =>
  Object.entries(film.settings).every(([name, value]) => String(value) === String(settings[name]));

/** As `restored` of course/views/storing.py. @param {StoredLines | StoredMap} told @returns {Figure} */
export function restored(told) {
  if (told.view === "lines") return { ...told, lines: told.lines.map(holed) };
  const { low, high, log } = scaleIn(told);
  const levels = told.values.flat().map((step) => (step === ABSENT ? NaN : low + (step / STEPS) * (high - low)));
  const values = log ? levels.map((level) => 10 ** level) : levels;
  return { ...told, values, columns: told.values[0].length };
}
