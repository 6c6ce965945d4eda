// Goes through a deck and says what is wrong with a slide as a browser has laid it out: type that is small, what is cut,
// out of its place or scrolls, a formula that was not understood.
async () => {
  const SMALLEST = 23.9; // pixels at 1080 lines, less what rounding takes
  const SLACK = 2; // pixels
  const LONGEST = 30_000; // ms until a lab has its last picture: what does not fit beside its controls is drawn anew, below them

  /** @param {DOMRect} inner @param {{ left: number, right: number, top: number, bottom: number }} outer */
  const outside = (inner, outer) =>
    inner.left < outer.left - SLACK ||
    inner.right > outer.right + SLACK ||
    inner.top < outer.top - SLACK ||
    inner.bottom > outer.bottom + SLACK;

  const meet = (one, other) =>
    one.left < other.right - SLACK &&
    other.left < one.right - SLACK &&
    one.top < other.bottom - SLACK &&
    other.top < one.bottom - SLACK;

  const unseen = (node) => {
    for (let one = node; one && !one.matches("section"); one = one.parentElement)
      if (one.matches(".katex-mathml, desc") || getComputedStyle(one).clipPath.startsWith("inset(50%")) return true;
    return !node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };

  const sizeOf = (node, scale) => {
    const drawn = node instanceof SVGElement ? Math.abs(node.getScreenCTM().a) : scale;
    return parseFloat(getComputedStyle(node).fontSize) * drawn * (1080 / innerHeight);
  };

  function* problemsOf(slide) {
    const sheet = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const scale = slide.getBoundingClientRect().width / 1920;
    const body = slide.querySelector(".body");
    const place = body.getBoundingClientRect();
    const buttons = [...slide.querySelectorAll("button")].filter((button) => !unseen(button));
    const words = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const node = words.currentNode.parentElement;
      const said = words.currentNode.data.replace(/\u200b/g, "").trim();
      if (!said || node.closest("aside, script, style") || unseen(node)) continue;
      const size = sizeOf(node, scale);
      if (size < SMALLEST) yield `${said.slice(0, 40)}: ${size.toFixed(1)} px`;
      const svg = node.closest("svg:not(svg svg)");
      const frame = svg && getComputedStyle(svg).overflowX !== "visible" ? svg.getBoundingClientRect() : null;
      const range = document.createRange();
      range.selectNodeContents(words.currentNode);
      for (const box of range.getClientRects()) {
        if (outside(box, sheet)) yield `${said.slice(0, 40)}: out of the slide`;
        else if (buttons.some((button) => !button.contains(node) && meet(box, button.getBoundingClientRect())))
          yield `${said.slice(0, 40)}: under a button`;
        else if (frame && outside(box, frame)) yield `${said.slice(0, 40)}: cut by its picture`;
        else if (body.contains(node) && !node.closest(".controls") && outside(box, place))
          yield `${said.slice(0, 40)}: out of its place`;
      }
    }
    for (const node of slide.querySelectorAll("*")) {
      const { overflowX, overflowY } = getComputedStyle(node);
      const more = node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1;
      if (more && /auto|scroll/.test(overflowX + overflowY) && !unseen(node)) yield `${node.className}: scrolls`;
    }
    for (const node of body.querySelectorAll(":scope svg, :scope canvas, :scope input, :scope .plus"))
      if (!unseen(node) && outside(node.getBoundingClientRect(), place)) yield `${node.tagName}: out of its place`;
    for (const node of slide.querySelectorAll(".katex-error")) yield node.title;
  }

  const frame = () => new Promise(requestAnimationFrame);
  const found = {};
  for (const [i, slide] of [...document.querySelectorAll(".slides > section")].entries()) {
    Reveal.slide(i);
    const live = slide.querySelector(".live:not([hidden])");
    const opened = () => live.querySelector(".status")?.textContent.trim() && live.querySelector(".dl-sheet svg, canvas");
    const patience = performance.now() + LONGEST;
    let problems = [];
    do {
      if (live) for (let n = 0; n < 3; n++) await frame();
      problems = live && !opened() ? ["does not open"] : [...new Set(problemsOf(slide))];
    } while (live && problems.length && performance.now() < patience);
    if (problems.length) found[slide.id] = problems;
  }
  return found;
};
