/** Exit codes of the command line; documented in docs/cli.md. */
export const exitCodes = Object.freeze({
  ok: 0,
  /** Something failed. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** `check`, `current --check-heads`, `test`, `lint`: it ran, and the answer is no. */
  differs: 3,
  /** A question has to be answered first: the flags to give are in the message and under `--json`. */
  question: 4,
});
