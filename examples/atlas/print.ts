/** Answers as text: headings with what they cost, and tables whose columns line up. */
import type { Answer } from "./ask.ts";
import { number } from "./progress.ts";

const lineWidth = 92;

/** "── Austria and its neighbours ───────── 4 queries, 3.1 ms ──" */
export function heading(title: string, { queries, milliseconds }: Omit<Answer<unknown>, "value">): void {
  const cost = `${number(queries)} ${queries === 1 ? "query" : "queries"}, ${milliseconds.toFixed(1)} ms`;
  const line = "─".repeat(Math.max(3, lineWidth - cells(title) - cells(cost) - 8));
  console.log(`\n── ${title} ${line} ${cost} ──\n`);
}

/** Rows with their columns aligned: texts to the left, numbers to the right. */
export function rows(table: readonly (readonly (string | number)[])[]): void {
  const widths: number[] = [];
  for (const row of table)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cells(text(cell)));
  for (const row of table) {
    const line = row.map((cell, column) => {
      const padding = " ".repeat((widths[column] ?? 0) - cells(text(cell)));
      return typeof cell === "number" ? padding + text(cell) : text(cell) + padding;
    });
    console.log(`   ${line.join("   ").trimEnd()}`);
  }
}

/** Text of one or more lines, indented like a table. */
export function paragraph(content: string): void {
  console.log(content.replace(/^/gm, "   "));
}

/** Items one after the other, on as many lines as they need. */
export function list(items: readonly string[], separator: string): void {
  let line = "";
  for (const [index, item] of items.entries()) {
    const next = index + 1 < items.length ? item + separator : item;
    if (line !== "" && cells(line + next) > lineWidth - 6) {
      paragraph(line.trimEnd());
      line = "";
    }
    line += next;
  }
  paragraph(line);
}

function text(cell: string | number): string {
  return typeof cell === "number" ? number(cell) : cell;
}

const segmenter = new Intl.Segmenter();
const wide = /[\p{RI}\p{Emoji_Presentation}\p{scx=Han}\p{scx=Hang}\p{scx=Hira}\p{scx=Kana}]/u;

/** How many cells of a terminal a text takes: flags and East Asian characters take two. */
function cells(content: string): number {
  let count = 0;
  for (const { segment } of segmenter.segment(content)) count += wide.test(segment) ? 2 : 1;
  return count;
}
