// The declared controls as native elements. Every one has a name, takes the keyboard and shows its focus.
const LAYERS = 100; // the depth slider's reach; the number field beside it goes on

function controlsOf(lab) {
  const { declared } = lab;
  const changed = (name, value, done = true) => {
    lab.settings[name] = value;
    lab.sync();
    if (done) lab.changed();
  };
  lab.parts = declared.controls.map((control) => ({
    control,
    ...(control.type === "choice" ? choice : control.name === "depth" ? depth : control.small ? field : slider)(
      lab,
      control,
      changed,
    ),
  }));
  const of = (test) => lab.parts.filter(test).map((part) => part.element);
  const first = (part) => part.control.name === "kind" || part.control.name === "network";
  const small = (part) => part.control.small;
  const deep = lab.parts.find((part) => part.control.name === "depth");
  const rest = of((part) => !first(part) && !small(part) && part !== deep);
  if (lab.kinds) rest.push((lab.none = h("p", { class: "none hint" })));
  return [
    ...of(first),
    deep?.element,
    h("div", { class: deep ? "side" : "fields" }, rest),
    h("div", { class: "small" }, of(small)),
  ].filter(Boolean);
}

function choice(lab, control, changed) {
  const { name, label, options, labels, families } = control;
  if (control.small) {
    const select = h(
      "select",
      { onchange: () => changed(name, select.value) },
      options.map((option, i) => h("option", { value: option }, labels[i])),
    );
    return { element: h("label", {}, label, select), show: (value) => (select.value = value) };
  }
  const radios = options.map((value, i) =>
    h("input", { type: "radio", name: lab.uid + name, value, onchange: () => changed(name, value) }),
  );
  const chips = options.map((value, i) =>
    h("label", { class: "kind", style: `--c:var(--k-${families[i]})` }, radios[i], lab.kinds && h("i"), labels[i]),
  );
  return {
    element: h("fieldset", { class: "kinds" }, h("legend", { class: "lab-label" }, label), h("div", {}, chips)),
    show: (value) => radios.forEach((radio) => (radio.checked = radio.value === value)),
  };
}

function field(lab, control, changed) {
  const input = numberInput(control, (value) => changed(control.name, value));
  return {
    element: h("label", {}, control.label, input),
    show: (value) => {
      if (document.activeElement !== input) input.value = value;
    },
  };
}

function numberInput(control, done) {
  // what lies outside the range becomes the nearest that is allowed
  const take = () => {
    const value = Math.min(
      control.high,
      Math.max(control.low, control.whole ? Math.round(+input.value) : +input.value),
    );
    input.value = Number.isFinite(value) && input.value !== "" ? value : control.default;
    done(+input.value);
  };
  // JupyterLab keeps Enter from the browser, which would otherwise report a change
  const input = h("input", {
    type: "number",
    min: control.low,
    max: control.high,
    step: control.whole ? 1 : "any",
    onchange: take,
    onkeydown: (event) => event.key === "Enter" && take(),
  });
  return input;
}

function slider(lab, control, changed) {
  const { name, label, low, high, log, whole, automatic } = control;
  const id = lab.uid + name;
  const steps = whole && !log ? high - low : 120;
  const valueOf = (at) => {
    const v = log ? low * (high / low) ** (at / steps) : low + ((high - low) * at) / steps;
    return whole ? Math.round(v) : +v.toPrecision(2);
  };
  const spot = (v) =>
    Math.round(log ? (steps * Math.log(v / low)) / Math.log(high / low) : (steps * (v - low)) / (high - low));
  const range = h("input", {
    type: "range",
    id,
    min: 0,
    max: steps,
    step: 1,
    oninput: () => changed(name, valueOf(+range.value), false),
    onchange: () => lab.changed(),
  });
  const out = h("output", { for: id });
  const choosesItself = () =>
    changed(name, box.checked ? (name === "learning_rate" ? automatic : null) : +(lab.own[name] ?? valueOf(steps / 2)));
  const box = automatic ? h("input", { type: "checkbox", onchange: choosesItself }) : null;
  const element = h(
    "div",
    { class: "field" },
    h("label", { class: "lab-label", for: id }, label),
    box ? h("label", { class: "check" }, box, automatic) : h("span"),
    out,
    range,
  );
  const show = (value) => {
    const itself = typeof value !== "number",
      known = itself ? lab.choosesItself(name) : value;
    if (box) box.checked = itself;
    if (!itself) lab.own[name] = value;
    range.disabled = itself;
    if (typeof known === "number") range.value = spot(known);
    out.textContent = known === null ? "–" : minus(String(+known.toPrecision(3)));
    range.setAttribute("aria-valuetext", itself ? `${automatic}, ${out.textContent}` : out.textContent);
    range.style.setProperty("--p", (100 * range.value) / steps + "%");
    element.hidden = Boolean(control.only_for) && lab.settings.kind !== control.only_for;
  };
  return { element, show };
}

function depth(lab, control, changed) {
  const id = lab.uid + "depth";
  const range = h("input", {
    type: "range",
    id,
    min: 1,
    max: LAYERS,
    step: 1,
    oninput: () => changed("depth", +range.value, false),
    onchange: () => lab.changed(),
    "aria-label": "Depth",
  });
  const exact = numberInput(control, (value) => changed("depth", value));
  exact.setAttribute("aria-label", `Depth, any number of layers up to ${control.high}`);
  lab.el.glyph = h("canvas", { "aria-hidden": "true" });
  lab.el.marks = h("div", { class: "ticks", "aria-hidden": "true" });
  const read = h(
    "div",
    { class: "read" },
    h("span", { class: "lab-label", "aria-hidden": "true" }, "Depth"),
    exact,
    h("span", { class: "unit" }, "layers"),
  );
  const show = (value) => {
    if (document.activeElement !== exact) exact.value = value;
    exact.classList.toggle("four", value > 999);
    range.value = Math.min(value, LAYERS);
    range.setAttribute("aria-valuetext", value + (value === 1 ? " layer" : " layers"));
  };
  return {
    element: h("div", { class: "depth" }, read, h("div", { class: "slide" }, lab.el.glyph, range), lab.el.marks),
    show,
  };
}
