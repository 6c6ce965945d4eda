"use strict";
(() => {
  const root = document.documentElement, all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const data = JSON.parse(document.getElementById("texts").textContent);
  root.classList.add("js");

  // theme: the system's at first, then the reader's
  const button = document.getElementById("theme"), system = matchMedia("(prefers-color-scheme: dark)");
  const theme = name => { root.dataset.theme = name; button.textContent = name === "dark" ? "Light" : "Dark"; };
  button.hidden = false;
  button.addEventListener("click", () => theme(root.dataset.theme === "dark" ? "light" : "dark"));
  theme(new URLSearchParams(location.search).get("theme") === "dark" || (!location.search.includes("theme=") && system.matches) ? "dark" : "light");

  // which kinds are shown
  const hidden = new Set();
  const show = () => {
    for (const element of all("[data-kind]")) element.classList.toggle("off", hidden.has(element.dataset.kind));
    for (const bracket of all("[data-kinds]")) bracket.classList.toggle("off", bracket.dataset.kinds.split(" ").some(kind => hidden.has(kind)));
  };
  for (const box of all("#show input")) box.addEventListener("change", () => { hidden[box.checked ? "delete" : "add"](box.value); show(); readDepth(depth); });

  // loss against depth: the depth under the pointer, else the chosen one
  const heroes = all(".hero"), reading = document.getElementById("reading"), radios = all("#depths input"), deepest = data.depths.length - 1;
  let depth = deepest;
  const readDepth = at => {
    for (const hero of heroes) {
      hero.classList.toggle("rest", at === deepest);
      for (const element of all("[data-at]", hero)) element.classList.toggle("on", Number(element.dataset.at) === at);
      for (const tick of all(".tick", hero)) tick.classList.toggle("on", Number(tick.dataset.x) === data.depths[at]);
      for (const value of all("[data-value]", hero)) value.textContent = data.final[at][value.dataset.value];
      hero.querySelector(".layers").textContent = at === deepest ? "layers" : `values at ${data.depths[at]} layers`;
    }
    const items = Object.entries(data.long[at]).filter(([kind]) => !hidden.has(kind)).map(([, words]) => words);
    const head = document.createElement("b");
    head.textContent = `${data.depths[at]} layers: `;
    reading.replaceChildren(head, ...items.flatMap((words, i) => {
      const item = document.createElement("span");
      item.className = "item"; item.textContent = words + (i < items.length - 1 ? ";" : "");
      return [item, " "];
    }));
  };
  const choose = at => { depth = at; if (radios[at]) radios[at].checked = true; readDepth(at); };
  for (const hero of heroes) {
    const places = hero.dataset.x.split(" ").map(Number);
    const nearest = event => {
      const box = hero.getBoundingClientRect(), x = (event.clientX - box.left) / box.width * hero.viewBox.baseVal.width;
      return places.reduce((best, place, i) => Math.abs(place - x) < Math.abs(places[best] - x) ? i : best, 0);
    };
    hero.addEventListener("pointermove", event => readDepth(nearest(event)));
    hero.addEventListener("pointerleave", () => readDepth(depth));
    hero.addEventListener("click", event => choose(nearest(event)));
  }
  radios.forEach((radio, i) => radio.addEventListener("change", () => choose(i)));
  readDepth(depth);

  // curves: the step under the pointer, else the slider's
  const grid = document.querySelector(".panels"), slider = document.getElementById("step"), steps = data.steps, last = steps.length - 1;
  if (!slider || last < 1) return;
  const lines = all("figure g[data-kind]").map(group => {
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle"), run = group.querySelector(".run"), figure = group.closest("figure");
    dot.setAttribute("class", "dot"); dot.setAttribute("r", 4); dot.setAttribute("fill", run.getAttribute("stroke"));
    group.append(dot);
    return { dot, area: figure.querySelector(".area"), heights: data.heights[figure.dataset.depth][group.dataset.kind] };
  });
  const readStep = at => {
    const share = (steps[at] - 1) / (steps[last] - 1);
    grid.classList.toggle("rest", at === last);
    for (const area of all(".area", grid)) area.parentNode.querySelector(".hair").setAttribute("transform", `translate(${share * area.width.baseVal.value} 0)`);
    for (const { dot, area, heights } of lines) {
      dot.classList.toggle("off", at >= heights.length);
      if (at < heights.length) { dot.setAttribute("cx", share * area.width.baseVal.value); dot.setAttribute("cy", heights[at]); }
    }
    for (const figure of all("figure", grid)) for (const value of all("[data-value]", figure)) {
      const words = (data.curves[figure.dataset.depth] || {})[value.dataset.value];
      if (words) value.textContent = words[at];
    }
    const words = `step ${steps[at]} of ${steps[last]}, epoch ${data.epochs[at]}`;
    document.getElementById("at").textContent = words;
    slider.setAttribute("aria-valuetext", words);
  };
  slider.max = last; slider.value = last;
  slider.addEventListener("input", () => readStep(Number(slider.value)));
  for (const area of all(".area", grid)) {
    const svg = area.parentNode, at = event => {
      const box = area.getBoundingClientRect();
      return Math.round(Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * last);
    };
    svg.addEventListener("pointermove", event => readStep(at(event)));
    svg.addEventListener("pointerleave", () => readStep(Number(slider.value)));
    svg.addEventListener("click", event => { slider.value = at(event); readStep(Number(slider.value)); });
  }
  readStep(last);
})();
