// Text as large as its slide allows. The sheet has one size, so that this is done once, before anything is shown.

const TYPE_SIZES = [68, 64, 60, 56, 52, 48, 44, 40, 36, 33, 30, 28, 26, 24]; // pixels of the sheet; formulas have smaller ones in them
const SHORT = 150; // letters: a few words are set large, since they are all that the slide has to say
const MIDDLE = 280;
const LARGER = 60;
const PLAIN = 52; // longer text is not set larger than it has to be to be read
const CODE = 36;

/** Sets `--type` on each slide's text. */
export function fit() {
  for (const body of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll(".text .body, .title .body, .code .body")
  )) {
    const letters = lettersOf(body);
    const plain = letters > MIDDLE ? PLAIN : letters > SHORT || body.closest(".title") ? LARGER : TYPE_SIZES[0];
    const most = body.closest(".code") ? CODE : plain;
    const fits = TYPE_SIZES.filter((size) => size <= most).some((size) => {
      body.style.setProperty("--type", `${size}px`);
      return !overflows(body);
    });
    body.classList.toggle("wraps", !fits); // code whose lines are too long even so
  }
}

/** How many letters are seen: what a formula has for screen readers is not. @param {HTMLElement} body */
function lettersOf(body) {
  const unseen = [...body.querySelectorAll(".katex-mathml")].map((one) => one.textContent.length);
  return unseen.reduce((left, letters) => left - letters, body.textContent.length);
}

/** @param {HTMLElement} body */
function overflows(body) {
  const wide = [...body.querySelectorAll("table, pre, .katex-display")].some(
    (one) => one.scrollWidth > body.clientWidth,
  );
  return wide || body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1;
}
