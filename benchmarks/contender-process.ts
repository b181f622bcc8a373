/** A contender as main.ts sees it: a worker process that is asked one thing at a time. */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ContenderName, DatabaseName, WorkloadName } from "./contender.ts";
import type { Answer, Request, Timing, Verified } from "./messages.ts";

const worker = fileURLToPath(new URL("worker.ts", import.meta.url));

export class ContenderProcess {
  readonly name: ContenderName;
  readonly workloads: readonly WorkloadName[];
  readonly #process: ChildProcess;

  private constructor(name: ContenderName, process: ChildProcess, workloads: readonly WorkloadName[]) {
    this.name = name;
    this.#process = process;
    this.workloads = workloads;
  }

  /** Start a worker. @param profiles - The directory for its CPU profile; undefined for none. */
  static async start(
    name: ContenderName,
    database: DatabaseName,
    address: string,
    profiles: string | undefined,
  ): Promise<ContenderProcess> {
    const flags =
      profiles === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${database}-${name}.cpuprofile`];
    const child = fork(worker, [database, name, address], {
      serialization: "advanced",
      execArgv: [...process.execArgv.filter((flag) => !flag.startsWith("--cpu-prof")), ...flags],
      // Nobody measures what only looks over a developer's shoulder.
      env: { ...process.env, NODE_ENV: "production" },
    });
    const answer = await nextAnswer(child, name);
    if (answer.kind !== "ready") throw new Error(`${name} did not start.`);
    return new ContenderProcess(name, child, answer.workloads);
  }

  async verify(workload: WorkloadName): Promise<Verified> {
    const answer = await this.#ask({ kind: "verify", workload });
    if (answer.kind !== "verified") throw new Error(`${this.name} gave a wrong answer.`);
    return answer;
  }

  async time(workload: WorkloadName, runs: number): Promise<Timing> {
    const answer = await this.#ask({ kind: "time", workload, runs });
    if (answer.kind !== "timed") throw new Error(`${this.name} gave a wrong answer.`);
    return answer;
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.#process.once("exit", resolve));
    await this.#ask({ kind: "close" });
    await exited;
  }

  #ask(request: Request): Promise<Answer> {
    const answer = nextAnswer(this.#process, this.name);
    this.#process.send(request);
    return answer;
  }
}

function nextAnswer(child: ChildProcess, name: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => {
      reject(new Error(`${name}'s process ended.`));
    };
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      const answer = message as Answer;
      if (answer.kind === "failed") reject(new Error(`${name}: ${answer.message}`));
      else resolve(answer);
    });
  });
}
