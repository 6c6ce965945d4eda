// Controls by what they stand for, never by their names.

/** @import { DeclaredOptions, DeclaredControl, DeclaredNumber, Settings } from "./protocol.js" */

/** The control that chooses the kind of network, if there is one. @param {DeclaredControl[]} controls */
export const kindsIn = (controls) =>
  /** @type {DeclaredOptions | undefined} */ (controls.find((control) => control.role === "kind"));

/** The kind that is chosen. @param {DeclaredControl[]} controls @param {Settings} settings */
export const kindIn = (controls, settings) => String(settings[kindsIn(controls)?.name ?? ""] ?? "");

/** The control that has a meaning for this kind alone. @param {DeclaredControl[]} controls @param {string} kind */
export const knobOf = (controls, kind) =>
  /** @type {DeclaredNumber | undefined} */ (
    controls.find((control) => control.type === "number" && control.only_for === kind)
  );
