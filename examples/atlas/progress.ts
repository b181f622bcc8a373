/** Progress of a long task: a bar that redraws itself on a terminal, a few plain lines elsewhere. */

/** Told how far a task has come; `done` is `total` when it is finished. */
export type Progress = (task: string, done: number, total: number) => void;

const width = 30;

/** Progress shown on `stream`. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  let task = "";
  let started = 0;
  let quarters = 0;
  return (name, done, total) => {
    if (name !== task) [task, started, quarters] = [name, performance.now(), 0];
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const count = `${number(done).padStart(9)} of ${number(total).padStart(7)}`;
    const line = `  ${name.padEnd(10)} ${bar(done / total)} ${count}  ${seconds.padStart(5)} s`;
    if (stream.isTTY) stream.write(`\r${line}${done === total ? "\n" : ""}`);
    else if (Math.floor((4 * done) / total) > quarters || done === total) {
      quarters = Math.floor((4 * done) / total);
      stream.write(`${line}\n`);
    }
  };
}

function bar(share: number): string {
  const filled = Math.round(share * width);
  return "█".repeat(filled) + "░".repeat(width - filled);
}

const format = new Intl.NumberFormat("en");

/** 171075 as "171,075". */
export function number(value: number): string {
  return format.format(value);
}
