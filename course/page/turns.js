// At most one question on its way; of those that are put meanwhile the last one follows its answer.

/**
 * @template T
 * @param {(question: T) => void} send
 * @param {(waiting: T, next: T) => T} [keep] which of two stays, where it is not always the last
 */
export function inTurns(send, keep = (_, next) => next) {
  let underWay = false;
  /** @type {T | undefined} */
  let waiting;
  return {
    /** @param {T} question */
    ask(question) {
      if (underWay) waiting = waiting === undefined ? question : keep(waiting, question);
      else {
        underWay = true;
        send(question);
      }
    },
    /** Its answer has come. Returns whether another one was waiting and is now on its way. */
    answered() {
      const next = waiting;
      underWay = false;
      waiting = undefined;
      if (next !== undefined) this.ask(next);
      return next !== undefined;
    },
  };
}
