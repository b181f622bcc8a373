/** The walk of `collect-shape.ts` through windows and locks. */
import { countCode } from "./column-codes.ts";
import type { Expression, NamedWindowNode, WindowNode } from "../expression/node.ts";
import type { ForUpdateClause } from "../statement/node.ts";
import type { ShapeWalk } from "./write-shape.ts";

/** Walk a window. `known` are the named ones that the select has described: the first meeting does. */
export function walkWindow(walk: ShapeWalk, node: WindowNode | NamedWindowNode, known: Set<NamedWindowNode>): void {
  if (!("name" in node)) return walkDefinition(walk, node);
  walk.key += `V${String(node.name.length)}:${node.name}`;
  if (node.window === undefined || known.has(node)) {
    walk.key += ".";
  } else {
    known.add(node);
    walkDefinition(walk, node.window);
  }
}

function walkDefinition(walk: ShapeWalk, node: WindowNode): void {
  walk.key += "v";
  walkAll(walk, node.partitionBy);
  walkAll(walk, node.orderBy);
  if (node.frame === undefined) {
    walk.key += ".";
    return;
  }
  const { unit, start, end, exclude } = node.frame;
  walk.key += `${unit};${exclude ?? ""};`;
  for (const { bound, offset } of [start, end]) {
    walk.key += `${bound};`;
    if (typeof offset === "string") walk.key += `${String(offset.length)}:${offset}`;
    else if (offset === undefined) walk.key += ".";
    else walk.expression(offset);
  }
}

function walkAll(walk: ShapeWalk, nodes: readonly Expression[]): void {
  walk.key += countCode(nodes.length);
  for (const node of nodes) walk.expression(node);
}

/** Walk the locks of a select. */
export function walkLock(walk: ShapeWalk, { strength, wait, of }: ForUpdateClause): void {
  walk.key += `${strength};${wait};`;
  if (of === undefined) {
    walk.key += ".";
    return;
  }
  walk.key += countCode(of.length);
  for (const from of of) walk.source(from);
}
