// Shows the scenes of a drawing one after the other, once, and ends where it began. A reader who wants less motion goes
// from stop to stop instead.
(() => {
  const controls = /** @type {HTMLScriptElement} */ (document.currentScript).previousElementSibling;
  const figure = controls?.parentElement;
  if (!(controls instanceof HTMLElement) || !figure) return;
  const button = /** @type {HTMLButtonElement} */ (controls.querySelector("button"));
  const said = /** @type {HTMLElement} */ (controls.querySelector("[role=status]"));
  const scenes = /** @type {SVGGElement[]} */ ([...figure.querySelectorAll(".scene")]);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let shown = 0;
  let timer = 0;

  const say = () => {
    said.textContent = scenes[shown]?.dataset.words ?? "";
  };
  /** @param {number} next */
  const show = (next) => {
    scenes[shown]?.setAttribute("display", "none");
    shown = next % scenes.length;
    scenes[shown]?.removeAttribute("display");
    say();
  };
  const rest = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = still.matches ? "Next" : "Play";
    said.ariaLive = "polite";
    say();
  };
  const play = () => {
    button.textContent = "Pause";
    said.ariaLive = "off"; // nobody is read ten scenes a second
    timer = window.setInterval(() => {
      show(shown + 1);
      if (shown === 0 || !figure.isConnected) rest();
    }, 1000 * Number(controls.dataset.seconds));
  };
  button.addEventListener("click", () => {
    if (timer) return rest();
    if (!still.matches) return play();
    do show(shown + 1);
    while (scenes[shown]?.dataset.stop !== "1");
    rest();
  });
  still.addEventListener("change", rest);
  controls.hidden = false;
  rest();
})();
