import fc from "fast-check";
import { expect, test } from "vitest";
import { topologicalSort } from "./topological-sort.ts";

/** Random graphs of up to 12 nodes: edges as pairs [node, what it depends on]. */
const graph = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 40 });

test("every node comes once, after all it depends on, unless both are in one cycle", () => {
  fc.assert(
    fc.property(graph, (edges) => {
      const nodes = Array.from({ length: 12 }, (_, index) => index);
      const dependencies = (node: number) => edges.filter(([from]) => from === node).map(([, to]) => to);
      const groups = topologicalSort(nodes, dependencies);
      expect(groups.flatMap((group) => group.nodes).toSorted((a, b) => a - b)).toEqual(nodes);
      const place = new Map(groups.flatMap((group, index) => group.nodes.map((node) => [node, index] as const)));
      for (const [from, to] of edges) expect(place.get(to)).toBeLessThanOrEqual(place.get(from) ?? -1);
      for (const { nodes: members, isCycle } of groups) {
        const [first] = members;
        const isSelfReferent = first !== undefined && dependencies(first).includes(first);
        expect(isCycle).toBe(members.length > 1 || isSelfReferent);
      }
    }),
  );
});

test("what no dependency orders keeps its place; unknown dependencies are ignored", () => {
  const groups = topologicalSort(["c", "a", "b"], (node) => (node === "c" ? ["b", "elsewhere"] : []));
  expect(groups.map((group) => group.nodes)).toEqual([["b"], ["c"], ["a"]]);
});

test("a chain of 100,000 nodes does not overflow the stack", () => {
  const nodes = Array.from({ length: 100_000 }, (_, index) => index);
  const groups = topologicalSort(nodes, (node) => (node + 1 < nodes.length ? [node + 1] : []));
  expect(groups[0]?.nodes).toEqual([99_999]);
});
