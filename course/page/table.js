// The runs as a table: the same facts in words, for everybody who does not see the chart.
const STATES = {
  finished: () => "finished",
  diverged: (run) => `diverged at step ${run.diverged}`,
  stopped: (run) => `stopped at ${run.data.steps.at(-1) ?? 0}`,
  failed: (run) => `failed: ${run.error}`,
  interrupted: () => "interrupted",
};

function tableOf(lab) {
  const runs = lab.visible();
  if (!runs.length) return "";
  const sample = (run) =>
    shape("0 0 48 12", "M0 6H48", {
      stroke: `var(--k-${run.family})`,
      "stroke-width": 2.5,
      "stroke-dasharray": lab.tokens.run_patterns[run.number - 1].dash.join(" "),
    });
  const rows = runs.map((run) => {
    const line = sample(run);
    line.setAttribute("class", "sample");
    const picks = h("input", {
      type: "radio",
      name: lab.uid + "strip",
      "aria-label": `Show the strip of run ${run.number}`,
      onchange: () => {
        lab.chosen = run.id;
        lab.draw();
      },
    });
    picks.checked = lab.selected() === run;
    return h(
      "tr",
      { class: run === runs.at(-1) ? "new" : null },
      h(
        "td",
        {},
        h(
          "span",
          { class: "rn" },
          badge(lab, run, run !== runs.at(-1)),
          line,
          h("span", { class: "sr" }, `run ${run.number}`),
        ),
      ),
      run.named && h("td", {}, run.label),
      h("td", { class: run.named ? "how opt" : "how" }, plainWords(run.parts)),
      h("td", {}, over(run) ? number(run.loss) : "…"),
      h("td", {}, over(run) ? percent(run.test) : "…"),
      h("td", { class: "opt" }, over(run) ? duration(run.seconds) : "…"),
      h("td", { class: "how" }, over(run) ? (run.recorded ? "recorded" : STATES[run.status](run)) : "training"),
      lab.hasPanel && h("td", { class: "g" }, h("label", {}, picks)),
      h(
        "td",
        {},
        h(
          "button",
          {
            type: "button",
            class: "ib rm",
            "aria-label": `Remove run ${run.number}`,
            title: "Remove",
            onclick: () => lab.remove(run),
          },
          "×",
        ),
      ),
    );
  });
  const head = [
    ["Run"],
    runs[0].named && ["Network"],
    ["Settings", runs[0].named ? "how opt" : "how"],
    ["Training loss"],
    ["Test accuracy"],
    ["Time", "opt"],
    ["State", "how"],
    lab.hasPanel && ["Strip", "g"],
  ].filter(Boolean);
  return h(
    "table",
    { class: "runs" },
    h(
      "caption",
      {},
      "Runs ",
      h("span", {}, `${runs.length} of ${lab.tokens.chart.max_runs}; the newest is bold, older ones are thin lines`),
    ),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        head.map(([word, name]) => h("th", { scope: "col", class: name }, word)),
        h("th", { scope: "col" }, h("span", { class: "sr" }, "Remove")),
      ),
    ),
    h("tbody", {}, rows),
  );
}
