import assert from "node:assert/strict";
import test from "node:test";
import { watchKernel } from "../../course/page/host.js";

/** A page whose kernel is as `kernel` says; `look(n)` lets n seconds pass and returns what was said in them. */
function watched(context, manager, cut = false) {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const said = [];
  const root = { closest: () => (cut ? root : null) };
  const end = watchKernel(root, { widget_manager: manager }, (words) => said.push(words));
  const look = (seconds) => {
    context.mock.timers.tick(1000 * seconds);
    return said.splice(0);
  };
  return { look, end };
}
const alive = () => ({ status: "idle", connectionStatus: "connected" });

test("nothing is said while a kernel is there, busy or not", (context) => {
  const manager = { kernel: alive() };
  const { look } = watched(context, manager);
  manager.kernel.status = "busy";
  assert.deepEqual(look(60), []);
});

for (const status of ["dead", "restarting", "autorestarting", "terminating"])
  test(`a kernel that is ${status} is said within five seconds, and a new one knows nothing of the page`, (context) => {
    const manager = { kernel: alive() };
    const { look } = watched(context, manager);
    manager.kernel.status = status;
    const [words, ...more] = look(5);
    assert.match(words, /kernel that trained here is gone.*Run this cell/);
    manager.kernel = alive();
    assert.deepEqual([...more, ...look(5)], []);
  });

test("a restart that is over before the next look is said, and after the end nobody listens", (context) => {
  const slots = new Set();
  const statusChanged = { connect: (slot) => slots.add(slot), disconnect: (slot) => slots.delete(slot) };
  const kernel = { ...alive(), statusChanged };
  const { look, end } = watched(context, { kernel });
  for (const status of ["restarting", "unknown", "idle"]) for (const slot of slots) slot(kernel, status);
  assert.match(look(5)[0], /is gone/);
  end();
  assert.equal(slots.size, 0);
});

test("a kernel that was shut down, and widgets that were cut off, are said", (context) => {
  assert.match(watched(context, { kernel: null }).look(5)[0], /is gone/);
});

test("widgets that were cut off by a restart are said", (context) => {
  assert.match(watched(context, { kernel: alive() }, true).look(5)[0], /is gone/);
});

test("a connection that is lost is said within five seconds, and so is its return", (context) => {
  const manager = { kernel: alive() };
  const { look } = watched(context, manager);
  manager.kernel.connectionStatus = "connecting";
  assert.match(look(5)[0], /No connection to the kernel.*server/);
  manager.kernel.connectionStatus = "connected";
  assert.deepEqual(look(1), [""]);
});

test("where nobody tells, a kernel is believed in; and nothing is said after the end", (context) => {
  const { look, end } = watched(context, {});
  assert.deepEqual(look(60), []);
  end();
});
