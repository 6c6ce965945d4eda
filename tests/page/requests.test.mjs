import assert from "node:assert/strict";
import test from "node:test";
import { kernelOf } from "../../course/page/kernel.js";
import { Link } from "../../course/page/link.js";
import { heavier } from "../../course/page/instant_view.js";
import { inTurns } from "../../course/page/turns.js";
import { declared, fakeHost, line, rows, run, series, state } from "./fake_host.mjs";

/** A lab's link to a fake host, opened; and what there is to see of it. */
async function opened(t, more = {}) {
  const host = fakeHost(declared({}, more));
  const link = new Link(kernelOf(host.model));
  await link.open();
  t.after(() => link.close());
  return { host, link, requests: link.requests };
}
const question = { question: { text: "How low?", options: ["0.1", "0.001"] } };
const heard = (host, ...verbs) => {
  for (const verb of verbs) host.answer({ done: verb, error: "" });
};

test("of questions that are put while one is on its way the last follows its answer", () => {
  const sent = [];
  const turns = inTurns((question) => sent.push(question));
  for (const question of [1, 2, 3]) turns.ask(question);
  assert.deepEqual(sent, [1]);
  assert.equal(turns.answered(), true);
  assert.deepEqual(sent, [1, 3]);
  assert.equal(turns.answered(), false);
  turns.ask(4);
  assert.deepEqual(sent, [1, 3, 4]);
});
for (const [asked, stays] of [
  ["show pull", "show"], // a look at what trains says nothing of the control that moved
  ["pull show", "show"],
  ["play show pull", "show"],
  ["show play", "show"],
  ["stop show pull", "stop"],
  ["show train", "train"],
  ["stop train", "train"],
  ["train stop play", "stop"],
])
  test(`of ${asked}, asked while another is on its way, ${stays} is asked next`, () => {
    const sent = [];
    const turns = inTurns((question) => sent.push(question), heavier);
    for (const verb of ["pull", ...asked.split(" ")]) turns.ask({ do: verb, final: verb === "show" });
    assert.equal(turns.answered(), true);
    assert.equal(turns.answered(), false);
    assert.deepEqual(sent[1], { do: stays, final: asked.includes("show") });
  });

test("a dragged control is sent once at a time, and its last value gets through", async (t) => {
  const { host, requests } = await opened(t);
  for (const depth of [11, 12, 13]) requests.move("depth", depth);
  assert.deepEqual(
    host.said.map((said) => said.settings.depth),
    [11],
  );
  host.tell(state({ status: line("Ready: plain 11.") }));
  heard(host, "set");
  assert.deepEqual(
    host.said.map((said) => said.settings.depth),
    [11, 13],
  );
  assert.equal(requests.status.text, "Ready: plain 11.");
  heard(host, "set");
  assert.deepEqual(host.verbs(), ["set", "set"]);
});
test("Train is sent once, with the settings, and the lab is not idle until a state tells what came of it", async (t) => {
  const { host, requests } = await opened(t);
  requests.train();
  requests.train();
  assert.deepEqual([host.verbs(), requests.idle], [["train"], false]);
  host.tell(state()); // an older message
  assert.equal(requests.idle, false);
  heard(host, "train");
  host.tell(state({ busy: true, status: line("Training plain 10.") }));
  assert.deepEqual([requests.starting, requests.idle, requests.status.text], [false, false, "Training plain 10."]);
  host.tell(state({ status: line("Finished plain 10: training loss 0.10.") }));
  assert.equal(requests.idle, true);
});
test("an error of any message stands in the status line until the reader does something else", async (t) => {
  const { host, requests } = await opened(t);
  requests.train();
  host.answer({ done: "train", error: "8 runs are on the chart: remove one to train another" });
  assert.deepEqual(requests.status, {
    symbol: "!",
    text: "8 runs are on the chart: remove one to train another",
    alert: true,
    announce: "8 runs are on the chart: remove one to train another",
    offer: false,
  });
  assert.equal(requests.idle, true);
  host.tell(state());
  assert.equal(requests.status.symbol, "!", "a message that was on its way does not wipe it off");
  requests.remove(3);
  assert.equal(requests.status.text, state().status.text);
});
test("where nothing was trained the lab is idle again", async (t) => {
  const { host, requests } = await opened(t);
  requests.train();
  host.tell(state({ error: "mnist could not be downloaded", status: line("mnist could not be downloaded") }));
  assert.equal(requests.idle, true);
});
test("what the kernel does not hear within a second is said, and no longer when it has heard", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { host, requests } = await opened(t);
  requests.train();
  t.mock.timers.tick(1000);
  assert.equal(requests.status.text, "Train was sent. The kernel hears it when the cell that runs has ended.");
  heard(host, "train");
  host.tell(state({ busy: true }));
  assert.equal(requests.status.symbol, "○");
  requests.stop();
  t.mock.timers.tick(999);
  assert.equal(requests.status.symbol, "○");
  t.mock.timers.tick(1);
  assert.equal(requests.status.text, "Stop was sent. The kernel hears it when the cell that runs has ended.");
  host.tell(state({ busy: true }));
  assert.equal(requests.status.symbol, "!");
  host.tell(state());
  assert.equal(requests.status.symbol, "○");
});
test("a touched layer that the kernel does not hear of is said, and each touch is sent once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { host, requests } = await opened(t);
  requests.touch("leave_out", 1, [7]);
  assert.deepEqual(host.said, [{ do: "leave_out", number: 1, layers: [7] }]);
  t.mock.timers.tick(1000);
  assert.equal(requests.status.text, "The change was sent. The kernel hears it when the cell that runs has ended.");
  heard(host, "leave_out");
  host.tell(state());
  assert.equal(requests.status.symbol, "○");
});
test("with Train on change a moved control stops what is under way and starts anew when it has stopped", async (t) => {
  const { host, requests } = await opened(t);
  requests.move("depth", 20);
  requests.settle(true);
  heard(host, "set", "train");
  host.tell(state({ busy: true }));
  requests.move("depth", 30);
  requests.settle(true);
  host.tell(state({ busy: true }));
  assert.deepEqual(host.verbs(), ["set", "train", "set", "stop"]);
  host.tell(state());
  assert.deepEqual(host.verbs(), ["set", "train", "set", "stop", "train"]);
  assert.equal(host.said.at(-1).settings.depth, 30);
  requests.settle(false);
  assert.equal(host.said.length, 5);
});
test("before the question is answered nothing trains, and an answer starts it", async (t) => {
  const { host, requests } = await opened(t, question);
  host.tell(state({ answer: { done: false, text: null, measured: "" } }));
  requests.train();
  assert.deepEqual([host.said, requests.asking], [[], true]);
  assert.match(requests.status.text, /^Answer the question first/);
  requests.answer(1);
  assert.deepEqual([host.verbs(), host.said[0].chosen, requests.asking], [["answer", "train"], 1, false]);
  assert.equal(requests.status.alert, false);
});
test("a question may be skipped, and an answer given elsewhere counts", async (t) => {
  const { host, requests } = await opened(t, question);
  requests.answer(null);
  assert.deepEqual(host.said, [{ do: "answer", chosen: null }]);
  const { host: other, requests: too } = await opened(t, question);
  other.tell(state({ answer: { done: true, text: "0.1", measured: "" } }));
  assert.equal(too.asking, false);
});
test("a line of Python moves the controls", async (t) => {
  const { host, requests } = await opened(t);
  host.tell(state({ settings: { ...requests.settings, depth: 42 } }));
  assert.equal(requests.settings.depth, 42);
  requests.train();
  assert.equal(host.said[0].settings.depth, 42);
});

test("a hole is asked for, and every tenth message is acknowledged", async (t) => {
  const { host } = await opened(t);
  host.tell(state({ count: 3, runs: [run(1, [series("1", 5, 6)])] }), rows(5, 6));
  host.tell(state({ count: 10 }));
  host.tell(state({ count: 11 }));
  assert.deepEqual(host.verbs(), ["ask", "ack"]);
});
test("where nothing reaches the page it asks, as long as the lab is not idle", async (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { host, link, requests } = await opened(t);
  const pass = (ms) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  pass(5000);
  assert.deepEqual(host.verbs(), [], "an idle lab is left alone");
  requests.train();
  heard(host, "train");
  pass(2000);
  assert.deepEqual([host.verbs(), link.way], [["train", "pull"], "pull"]);
  host.tell(state({ way: "pulled", busy: true }));
  pass(170);
  assert.deepEqual(host.verbs(), ["train", "pull", "pull"]);
  host.tell(state({ way: "pushed", busy: true }));
  assert.equal(link.way, "live");
  host.tell(state({ way: "pulled" }));
  pass(170);
  assert.equal(host.said.length, 3, "the end is the end");
});
