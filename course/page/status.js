// One symbol, then what happened: the number. What to do next.
function statusOf(lab) {
  const run = lab.runs.list.at(-1);
  const name = run && (run.named ? labelOf(run, lab.runs.list) : `run ${run.number}, ${run.label}`);
  if (lab.refused) return { symbol: "!", text: lab.refused, alert: true, say: true };
  if (lab.asking()) return { symbol: "?", text: "Predict first. The curves appear after your answer." };
  if (lab.trouble) return { symbol: "!", text: lab.trouble, alert: true, say: true };
  if (lab.starting) return { symbol: "◌", text: "Building the network." };
  if (run && lab.busy && !over(run)) return training(lab, run, name);
  if (!run || lab.moved) return { symbol: "○", text: ready(lab) };
  return { ...ended(lab, run, name), say: true };
}
function training(lab, run, name) {
  const said = `Training ${name}.`;
  if (run.status === "searching") {
    const trials = run.trials.filter((trial) => trial.series.length);
    const best = trials.reduce((a, b) => (!a || b.series.last < a.series.last ? b : a), null);
    return {
      symbol: "◌",
      text: best
        ? `The rule tries rates for ${name}: ${trials.length} so far, ${best.rate} leads with loss ${number(best.series.last)}.`
        : `The rule tries rates for ${name}.`,
      announce: said,
    };
  }
  if (run.slower > 2)
    return {
      symbol: "◎",
      text: `This machine trains ${+run.slower.toPrecision(2)} times slower than the recording. Step ${run.data.steps.at(-1)} of ${run.steps}.`,
      offer: true,
      announce: said,
    };
  if (!run.data.length) return { symbol: "▸", text: said, announce: said };
  return {
    symbol: "▸",
    text: `Training ${name}. Step ${run.data.steps.at(-1)} of ${run.steps}, loss ${number(run.data.last)}.${lab.says ? ` ${capital(lab.says)}.` : ""}`,
    announce: said,
  };
}
function ended(lab, run, name) {
  const guess = Math.log(run.classes);
  if (run.recorded)
    return {
      symbol: "◎",
      text: `Recorded ${name}: training loss ${number(run.loss)}, test accuracy ${percent(run.test)}.`,
    };
  if (run.status === "failed")
    return {
      symbol: "!",
      text: `${capital(name)} failed after ${run.data.steps.at(-1) ?? 0} steps: ${run.error}. What it had is kept.`,
      alert: true,
    };
  if (run.status === "diverged")
    return {
      symbol: "×",
      text: `${capital(name)} diverged at step ${run.diverged}: loss ${number(run.loss ?? NaN)}. Lower the learning rate.`,
      alert: true,
    };
  if (run.status === "stopped")
    return {
      symbol: "■",
      text: run.data.length
        ? `Stopped ${name} at step ${run.data.steps.at(-1)}: loss ${number(run.data.last)}. Train starts it again from step 0.`
        : `Stopped ${name} before its first step.`,
    };
  const dead = run.loss !== null && Math.abs(Math.log(run.loss / guess)) < 0.03;
  return {
    symbol: "✓",
    text:
      `Finished ${name}: training loss ${number(run.loss)}, ` +
      (dead
        ? `no better than guessing (${number(guess)}). Try a smaller learning rate or another network.`
        : `test accuracy ${percent(run.test)}.`),
  };
}
function ready(lab) {
  const s = lab.settings;
  const rate = s.learning_rate;
  const known = typeof rate === "number" ? rate : lab.choosesItself("learning_rate");
  const which = s.kind ? `${lab.label(s.kind)} ${lab.buildable()}` : s.network || lab.declared.name + " lab";
  const moved = s.kind && lab.buildable() !== s.depth ? ` (${lab.label(s.kind)} has no ${s.depth} layers)` : "";
  const words =
    known === null
      ? "the rule looks for a rate while you watch"
      : `rate ${minus(String(+known.toPrecision(3)))}${typeof rate === "number" ? "" : ", by the rule"}`;
  return `Ready: ${which}${moved}${rate === undefined ? "" : `, ${words}`}.`;
}
