// What differs between the places where a lab is read.

/** @import { Kernel, Model } from "./kernel.js" */
/** @typedef {"light" | "dark"} Theme */

const WATCHED = ["data-jp-theme-light", "data-jp-theme-name", "class", "data-vscode-theme-kind"];
const STILL = ".jp-RenderedSVG, img[src^='data:image/svg'], .course-still";

/** The host's theme, not the operating system's. @param {HTMLElement} root @returns {Theme} */
function themeOf(root) {
  const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
  if (jpThemeLight) return jpThemeLight === "false" ? "dark" : "light";
  if (vscodeThemeKind) return vscodeThemeKind.includes("dark") ? "dark" : "light";
  for (let node = above(root); node; node = above(node)) {
    if (!(node instanceof Element)) continue;
    const [r, g, b, alpha] = (getComputedStyle(node).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    if (r !== undefined && alpha !== 0) return 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light";
  }
  return "light";
}

/** The node around it, out of a shadow root too. @param {Node} node @returns {Node | null} */
const above = (node) => node.parentNode ?? (node instanceof ShadowRoot ? node.host : null);

/** Sets `data-theme` and keeps it. Returns what ends that. JupyterLab hides its page while the theme changes, for less than a frame, so no observer tells that it is back: then `onChange` comes once more. @param {HTMLElement} root @param {(theme: Theme) => void} onChange */
export function followTheme(root, onChange) {
  const take = () => {
    const theme = themeOf(root);
    root.dataset.theme = theme;
    onChange(theme);
    if (!root.clientWidth) requestAnimationFrame(() => onChange(theme));
  };
  const watcher = new MutationObserver(take);
  watcher.observe(document.body, { attributes: true, attributeFilter: WATCHED });
  take();
  return () => watcher.disconnect();
}

/**
 * Hides the picture that stands in for the lab where no kernel runs: the next output of the same cell. Returns what
 * shows it again.
 * @param {HTMLElement} root
 */
export function hidePicture(root) {
  /** @type {HTMLElement | null} */
  let hidden = null;
  let open = true;
  const watcher = new MutationObserver(() => hide());
  const own = () => root.closest(".jp-OutputArea-child");
  const hide = () => {
    const next = own()?.nextElementSibling;
    if (hidden || !(next instanceof HTMLElement) || !next.querySelector(STILL)) return;
    hidden = next;
    hidden.style.display = "none";
  };
  const watch = () => {
    if (!open) return;
    if (!root.isConnected) {
      requestAnimationFrame(watch); // rendered before it is put in its place
      return;
    }
    const outputs = own()?.parentNode;
    if (outputs) watcher.observe(outputs, { childList: true, subtree: true });
    hide();
  };
  watch();
  return () => {
    open = false;
    watcher.disconnect();
    if (hidden) hidden.style.display = "";
  };
}

/**
 * In a hall the space bar starts and stops: in a notebook where one has clicked into the lab, on a page of its own
 * anywhere.
 * @param {HTMLElement} root
 * @param {boolean} lecture
 * @param {{ busy: boolean, train: () => void, stop: () => void }} trainer
 */
export function takeSpace(root, lecture, trainer) {
  if (!lecture) return;
  root.tabIndex = -1; // a click takes the keys to the lab, and away from the host
  root.dataset.lmSuppressShortcuts = "true";
  const place = document.querySelector("#course-lab") ? document.body : root;
  place.addEventListener("keydown", (event) => {
    if (event.key !== " " || !(event.target instanceof Element)) return;
    if (event.target.closest("input, button, select, a")) return;
    event.preventDefault();
    if (trainer.busy) trainer.stop();
    else trainer.train();
  });
}

const LOOK = 1000; // ms between two looks at the kernel
const AWAY = 3; // looks without a connection, until the page says so
const DEAD = ["dead", "terminating", "restarting", "autorestarting"];
export const GONE =
  "The kernel that trained here is gone; what you see is its last state. Run this cell and those above it again.";
const CUT = "No connection to the kernel. Is the server still running? What you see is the last state that came.";

/** Says when there is nobody left who would train, and "" when there is again. Places that do not tell are believed to
 * have a kernel. Returns what ends that. @param {HTMLElement} root @param {Model} model @param {(words: string) => void} say */
export function watchKernel(root, model, say) {
  const manager = model.widget_manager;
  /** @type {Kernel | null} */
  let heard = null;
  let died = false; // once it did, a new kernel knows nothing of this page
  let away = 0;
  let said = "";
  /** A restart may be over before the next look. @param {unknown} _ @param {string} status */
  const hear = (_, status) => {
    died ||= DEAD.includes(status);
  };
  const attend = () => {
    const kernel = "kernel" in manager ? manager.kernel : undefined;
    if (kernel && kernel !== heard) {
      heard?.statusChanged?.disconnect(hear);
      kernel.statusChanged?.connect(hear);
      heard = kernel;
    }
    return kernel;
  };
  const look = () => {
    const kernel = attend();
    died ||= kernel === null || DEAD.includes(kernel?.status ?? "");
    const cut = root.closest(".jupyter-widgets-disconnected") !== null;
    away = kernel && kernel.connectionStatus !== "connected" ? away + 1 : 0;
    const words = died || cut ? GONE : away >= AWAY ? CUT : "";
    if (words !== said) say(words);
    said = words;
  };
  attend();
  const watch = setInterval(look, LOOK);
  return () => {
    clearInterval(watch);
    heard?.statusChanged?.disconnect(hear);
  };
}
