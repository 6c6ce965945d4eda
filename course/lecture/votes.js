// Votes of the room: counted by key, click or number, kept in this page, and shown beside what was measured.

const KEPT = `votes ${location.pathname}`;
const MOST = 9999; // of a hall
/** @type {Record<string, number[]>} by the question's id */
let votes = {};
/** @type {string[]} questions whose votes are closed: what was measured is shown beside them */
let locked = [];

/** Takes up what a reload would lose, and listens. */
export function openVotes() {
  try {
    ({ votes = {}, locked = [] } = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}"));
  } catch {} // no storage, or not ours: they are kept as long as the page is open
  for (const slide of document.querySelectorAll("section.vote")) listen(slide);
  paintVotes();
}

/** What the speaker's window shows of them. */
export const votesNow = () => ({ votes, locked });

/** As they stand in the hall. @param {ReturnType<typeof votesNow>} hall */
export function takeVotes(hall) {
  if (JSON.stringify(hall) === JSON.stringify(votesNow())) return;
  ({ votes, locked } = hall);
  paintVotes();
}

/** One more for an option. @param {Element} slide @param {number} place */
export function addVote(slide, place) {
  const counts = countsOf(slide);
  if (place >= counts.length || isLocked(slide)) return;
  counts[place] += 1;
  keep(slide, counts);
}

/** The vote is closed, or open again. @param {Element} slide */
export function lockVotes(slide) {
  const question = questionOf(slide);
  locked = isLocked(slide) ? locked.filter((one) => one !== question) : [...locked, question];
  keep(slide, countsOf(slide));
}

/** @param {Element} slide */
function listen(slide) {
  const fields = fieldsOf(slide);
  const take = () => keep(slide, fields.map(typed));
  const clear = () => {
    locked = locked.filter((one) => one !== questionOf(slide));
    keep(slide, Array(fields.length).fill(0));
  };
  fields.forEach((field, i) => {
    field.addEventListener("input", take);
    slide.querySelectorAll(".plus")[i].addEventListener("click", () => addVote(slide, i));
  });
  slide.querySelector(".lock")?.addEventListener("click", () => lockVotes(slide));
  slide.querySelector(".clear")?.addEventListener("click", clear);
}

/** @param {HTMLInputElement} field */
const typed = ({ value }) => Math.max(0, Math.min(MOST, Math.round(Number(value) || 0)));
/** @param {Element} slide @returns {HTMLInputElement[]} */
const fieldsOf = (slide) => [...slide.querySelectorAll("input")];
/** @param {Element} slide */
const questionOf = (slide) => /** @type {HTMLElement} */ (slide).dataset.vote ?? "";
/** @param {Element} slide */
const isLocked = (slide) => locked.includes(questionOf(slide));
/** @param {Element} slide */
const countsOf = (slide) => votes[questionOf(slide)] ?? fieldsOf(slide).map(() => 0);

/** @param {Element} slide @param {number[]} counts */
function keep(slide, counts) {
  votes[questionOf(slide)] = counts;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ votes, locked }));
  } catch {} // kept in the page alone
  paintVotes();
}

function paintVotes() {
  for (const slide of document.querySelectorAll("section.vote")) {
    const counts = countsOf(slide);
    const all = counts.reduce((sum, count) => sum + count, 0);
    const bars = /** @type {NodeListOf<HTMLElement>} */ (slide.querySelectorAll(".share i"));
    fieldsOf(slide).forEach((field, i) => {
      if (field !== document.activeElement) field.value = String(counts[i]);
      field.readOnly = isLocked(slide);
      bars[i].style.width = `${all ? (100 * counts[i]) / all : 0}%`;
    });
    slide.classList.toggle("locked", isLocked(slide));
    slide.querySelector(".lock")?.setAttribute("aria-pressed", String(isLocked(slide)));
    const measured = slide.querySelector(".measured");
    if (measured instanceof HTMLElement) measured.hidden = !isLocked(slide);
    sayOutcome(slide, counts, all);
  }
}

/** On the slides that answer it: what the room said, the largest group first; a lab says itself what was measured. @param {Element} slide @param {number[]} counts @param {number} all */
function sayOutcome(slide, counts, all) {
  const words = [...slide.querySelectorAll(".words")].map(({ textContent }) => textContent ?? "");
  const said = counts
    .map((count, i) => ({ count, word: words[i] }))
    .filter(({ count }) => count)
    .sort((a, b) => b.count - a.count)
    .map(({ count, word }) => `${word}: ${count}`);
  for (const answer of document.querySelectorAll(`[data-vote="${questionOf(slide)}"] .room`)) {
    const tag = document.createElement("span");
    tag.textContent = `The room of ${all} · ${said.join(" · ")}`;
    const measured = isLocked(slide) && !answer.closest(".lab") && slide.querySelector(".measured")?.cloneNode(true);
    answer.replaceChildren(tag, ...(measured ? [" ", ...measured.childNodes] : []));
    /** @type {HTMLElement} */ (answer).hidden = all === 0;
  }
}
