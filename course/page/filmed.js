// The films that ship with a lab as its host, where nobody trains: pictures that were drawn when they were recorded.
import { bytesOf, unpacked } from "./engine/digits.js";

/** @import { Film, Filmed, InstantSaid, InstantState } from "./protocol.js" */
/** @import { InstantHost } from "./instant_view.js" */

const PLAYED_FOR = 3000; // ms that a film takes

/** @param {Filmed} filmed @param {() => number} now ms @returns {InstantHost} */
export function playerOf(filmed, now = () => performance.now()) {
  /** @type {Promise<Film[]>} */
  const films = unpacked(bytesOf(filmed.films)).then(JSON.parse);
  /** @type {(state: InstantState) => void} */
  let hear = () => {};
  /** @type {Film | undefined} */
  let film;
  let [at, began, busy] = [0, 0, false];
  /** @param {InstantSaid} said @param {Film[]} all @returns {InstantState} */
  const answer = ({ do: verb, settings, theme, width }, all) => {
    const asked = all.find((each) => Object.keys(settings).every((name) => each.settings[name] === settings[name]));
    if (!asked) return { views: [], summary: "", busy: false, error: filmed.unknown };
    if (asked !== film || verb === "stop") busy = false;
    if (asked !== film) at = 0;
    film = asked;
    if (verb === "train") [began, busy] = [now(), true];
    const last = film.frames.length - 1;
    if (busy) at = Math.min(last, Math.floor(((now() - began) / PLAYED_FOR) * (last + 1)));
    busy = busy && at < last;
    const frame = film.frames[at];
    return { views: frame[theme].map((svg) => fitted(svg, width)), summary: frame.summary, busy, error: "" };
  };
  /** As wide as on a page of the width that it was drawn for, but no wider than this one. @param {string} svg @param {number} width */
  const fitted = (svg, width) =>
    svg.replace(/ width="([\d.]+)" height="([\d.]+)"/, (_, wide, high) => {
      const scale = Math.min(width / wide, Math.max(1, width / filmed.width));
      return ` width="${wide * scale}" height="${high * scale}"`;
    });
  return {
    live: filmed.declared.live,
    send: (said) => films.then((all) => hear(answer(said, all))),
    listen(listener) {
      hear = listener;
      return () => {
        hear = () => {};
      };
    },
  };
}
