/** Errors of the command line. E440 to E449. */
import { SQLModelError } from "../util/coded-error.ts";

/** The command line or the configuration is wrong. */
export class UsageError extends SQLModelError {
  constructor(message: string) {
    super("E440", message);
  }
}

/** What must be known before the command can go on, and how to say it without a terminal. */
export interface Question {
  readonly question: string;
  /** The flags that answer it, one for each answer. */
  readonly flags: readonly string[];
}

/** There is no terminal to ask at. */
export class QuestionError extends SQLModelError {
  readonly questions: readonly Question[];

  constructor(questions: readonly Question[]) {
    const lines = questions.map(({ question, flags }) => `\n  ${question}\n    ${flags.join("\n    ")}`);
    super(
      "E441",
      `This must be decided first, and there is no terminal to ask at. Give one flag for each:${lines.join("")}`,
    );
    this.questions = questions;
  }
}
