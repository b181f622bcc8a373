/** Names of revisions and paths through their graph. */
import { describe, expect, test } from "vitest";
import { RevisionError, RevisionGraphError } from "./errors.ts";
import { RevisionGraph } from "./revision-graph.ts";
import type { Revision } from "./revision.ts";

function revision(id: string, downRevisions: readonly string[] = [], rest: Partial<Revision> = {}): Revision {
  return {
    id,
    downRevisions,
    branchLabels: [],
    dependsOn: [],
    replaces: [],
    message: id,
    createdAt: undefined,
    file: `${id}.ts`,
    contentHash: "",
    upgrade: () => undefined,
    downgrade: () => undefined,
    ...rest,
  };
}

const ids = (steps: readonly { readonly revision: Revision }[]): string[] => steps.map((step) => step.revision.id);

describe("a line of revisions", () => {
  const graph = new RevisionGraph([
    revision("ccc3", ["bbb2"]),
    revision("aaa1"),
    revision("ddd4", ["ccc3"]),
    revision("bbb2", ["aaa1"]),
  ]);
  const upTo = (...names: string[]): ReadonlySet<string> => new Set(names);

  test("files come in any order, and are put in that of their down revisions", () => {
    expect(graph.revisions.map(({ id }) => id)).toEqual(["aaa1", "bbb2", "ccc3", "ddd4"]);
    expect(graph.heads.map(({ id }) => id)).toEqual(["ddd4"]);
    expect(graph.bases.map(({ id }) => id)).toEqual(["aaa1"]);
  });

  test.each([
    ["head", [], ["aaa1", "bbb2", "ccc3", "ddd4"]],
    ["head", ["aaa1", "bbb2"], ["ccc3", "ddd4"]],
    ["+1", [], ["aaa1"]],
    ["+2", ["aaa1"], ["bbb2", "ccc3"]],
    ["bb", [], ["aaa1", "bbb2"]],
    ["ddd4-1", [], ["aaa1", "bbb2", "ccc3"]],
    ["aaa1+1", [], ["aaa1", "bbb2"]],
    ["heads", ["aaa1", "bbb2", "ccc3", "ddd4"], []],
  ])("upgrade %s from %j", (target, applied, expected) => {
    expect(ids(graph.upgradePath(target, new Set(applied)))).toEqual(expected);
  });

  test.each([
    ["base", ["aaa1", "bbb2"], ["bbb2", "aaa1"]],
    ["-1", ["aaa1", "bbb2", "ccc3"], ["ccc3"]],
    ["-2", ["aaa1", "bbb2"], ["bbb2", "aaa1"]],
    ["aaa1", ["aaa1", "bbb2", "ccc3"], ["ccc3", "bbb2"]],
  ])("downgrade %s from %j", (target, applied, expected) => {
    expect(ids(graph.downgradePath(target, new Set(applied)))).toEqual(expected);
  });

  test("a late revision of an older branch is applied, never skipped", () => {
    const merged = new RevisionGraph([
      ...graph.revisions,
      revision("late", ["aaa1"]),
      revision("eee5", ["ddd4", "late"]),
    ]);
    expect(ids(merged.upgradePath("head", upTo("aaa1", "bbb2", "ccc3", "ddd4")))).toEqual(["late", "eee5"]);
  });

  test.each([
    ["+5", /only 4/],
    ["nope", /No revision is 'nope'/],
    ["aaa2", /Did you mean 'aaa1'/],
  ])("%s is refused", (target, message) => {
    expect(() => graph.upgradePath(target, upTo())).toThrow(message);
  });

  test("what is not applied cannot be gone back to", () => {
    expect(() => graph.downgradePath("ccc3", upTo("aaa1"))).toThrow(/'ccc3' is not applied/);
    expect(() => graph.downgradePath("-3", upTo("aaa1"))).toThrow(RevisionError);
  });
});

describe("branches", () => {
  // a → b1 → c1 → d1 ┐
  //   ↘ b2 → c2 → d2 ┴ e
  const revisions = [
    revision("a"),
    revision("b1", ["a"], { branchLabels: ["one"] }),
    revision("b2", ["a"], { branchLabels: ["two"] }),
    revision("c1", ["b1"]),
    revision("c2", ["b2"]),
    revision("d1", ["c1"]),
    revision("d2", ["c2"]),
  ];
  const open = new RevisionGraph(revisions);
  const merged = new RevisionGraph([...revisions, revision("e", ["d1", "d2"])]);
  const all = new Set(["a", "b1", "b2", "c1", "c2", "d1", "d2"]);

  test("head is ambiguous, heads and a branch's head are not", () => {
    expect(() => open.upgradePath("head", new Set())).toThrow(/several heads.*d1, d2.*merge heads/);
    expect(ids(open.upgradePath("heads", new Set()))).toHaveLength(7);
    expect(ids(open.upgradePath("one@head", new Set()))).toEqual(["a", "b1", "c1", "d1"]);
    expect(ids(open.upgradePath("one@+1", new Set(["a", "b1", "b2"])))).toEqual(["c1"]);
    expect(() => open.upgradePath("+1", new Set(["a"]))).toThrow(RevisionError);
  });

  test("Alembic 59: across a merge point, up and down", () => {
    expect(ids(merged.upgradePath("head", all))).toEqual(["e"]);
    expect(merged.headsOf(all)).toEqual(["d1", "d2"]);
    expect(merged.headsOf(new Set([...all, "e"]))).toEqual(["e"]);
    expect(ids(merged.downgradePath("d1", new Set([...all, "e"])))).toEqual(["e"]);
    expect(() => merged.downgradePath("-2", new Set([...all, "e"]))).toThrow(/d1 or d2/);
  });

  test("a branch is taken back without what it shares with another", () => {
    expect(ids(open.downgradePath("one@base", all))).toEqual(["d1", "c1", "b1"]);
    expect(ids(open.downgradePath("two@-1", all))).toEqual(["d2"]);
    expect(ids(open.downgradePath("base", all))).toHaveLength(7);
    expect(open.branchPoints.map(({ id }) => id)).toEqual(["a"]);
  });

  test("Alembic 59: dependsOn orders branches, and takes what depends on it down with it", () => {
    const graph = new RevisionGraph([
      revision("a1", [], { branchLabels: ["lib1"] }),
      revision("b1", ["a1"]),
      revision("c1", ["b1"], { branchLabels: ["c1lib"] }),
      revision("d1", ["c1"]),
      revision("a2", [], { branchLabels: ["lib2"] }),
      revision("b2", ["a2"]),
      revision("c2", ["b2"], { dependsOn: ["c1lib"] }),
    ]);
    const steps = ids(graph.upgradePath("c2", new Set(["a2"])));
    expect(steps.toSorted()).toEqual(["a1", "b1", "b2", "c1", "c2"]);
    expect(steps.indexOf("c1")).toBeLessThan(steps.indexOf("c2"));
    const applied = new Set(["a1", "b1", "c1", "a2", "b2", "c2"]);
    expect(graph.headsOf(applied)).toEqual(["c2"]);
    expect(ids(graph.downgradePath("b1", applied))).toEqual(["c2", "c1"]);
    expect(ids(graph.downgradePath("lib1@base", applied))).toEqual(["c2", "c1", "b1", "a1"]);
  });
});

describe("graphs that are none", () => {
  test.each([
    ["two files of one id", [revision("a"), revision("a")], /Two files are revision 'a'/],
    ["an unknown down revision", [revision("b", ["a"])], /comes after 'a', of which there is no file/],
    ["a revision after itself", [revision("a", ["a"])], /comes after itself/],
    ["a circle", [revision("a", ["b"]), revision("b", ["a"])], /in a circle/],
    ["a circle of dependencies", [revision("a", [], { dependsOn: ["b"] }), revision("b", ["a"])], /in a circle/],
    ["an unknown dependency", [revision("a", [], { dependsOn: ["x"] })], /depends on 'x'/],
    [
      "one label twice",
      [revision("a", [], { branchLabels: ["l"] }), revision("b", [], { branchLabels: ["l"] })],
      /branch label 'l' is on both/,
    ],
  ])("%s", (_name, revisions, message) => {
    expect(() => new RevisionGraph(revisions)).toThrow(RevisionGraphError);
    expect(() => new RevisionGraph(revisions)).toThrow(message);
  });
});
