// The kernel as a host: one widget's model answers, another's receives all that grows.

/** @import { Answered, LabState } from "./protocol.js" */
/** @import { Host } from "./link.js" */
/**
 * Who keeps the widgets; JupyterLab's knows the kernel, null for none.
 * @typedef {object} Manager
 * @property {(id: string) => Promise<Model>} get_model
 * @property {Kernel | null} [kernel]
 */
/**
 * @typedef {object} Kernel
 * @property {string} status
 * @property {string} connectionStatus
 * @property {{ connect: (slot: Heard) => unknown, disconnect: (slot: Heard) => unknown }} [statusChanged]
 */
/** @typedef {(kernel: unknown, status: string) => void} Heard */
/**
 * A widget's model as anywidget gives it.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(said: object) => void} send
 * @property {(event: string, listener: (...heard: any[]) => void) => void} on
 * @property {(event: string, listener: (...heard: any[]) => void) => void} off
 * @property {Manager} widget_manager
 * @property {boolean} [comm_live] false where it stands in a notebook, and no kernel knows of it
 */

const modelOf = (/** @type {Model} */ model, /** @type {string} */ name) =>
  model.widget_manager.get_model(model.get(name).replace("IPY_MODEL_", ""));

/** What the page needs to train, compute or play by itself, if it can do that for this lab. @param {Model} model @returns {Promise<any>} */
export async function spareOf(model) {
  if (!model.get("engine")) return null;
  const engine = await modelOf(model, "engine");
  const parts = Object.entries(engine.get("parts")).map(async ([name, id]) => {
    const part = await model.widget_manager.get_model(id);
    return [name, part.get("content")];
  });
  return { ...engine.get("alone"), ...Object.fromEntries(await Promise.all(parts)) };
}

/** Whether no kernel has ever known of this page: it is an export. @param {Model} model @param {string} other a model beside it */
export const isExport = async (model, other) => (await modelOf(model, other)).comm_live === false;

/** @param {Model} model @returns {Host} */
export const kernelOf = (model) => ({
  declared: model.get("declaration"),
  send: (said) => model.send(said),
  async open({ answered, told }) {
    model.on("msg:custom", (/** @type {Answered} */ answer) => answered(answer));
    const curves = await modelOf(model, "curves");
    curves.on("msg:custom", (/** @type {LabState} */ state, /** @type {DataView[]} */ buffers) =>
      told(state, buffers?.[0] ?? new DataView(new ArrayBuffer(0))),
    );
  },
});
