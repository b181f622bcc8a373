/**
 * The graph of revisions: which comes after which. Paths through it, and the names people give revisions by: "head", "base",
 * "+1", "ae10", "label@head". Alembic's script.revision.
 */
import { didYouMean } from "../../util/closest-name.ts";
import { topologicalSort } from "../../util/topological-sort.ts";
import { RevisionError, RevisionGraphError } from "./errors.ts";
import type { Revision, RevisionStep } from "./revision.ts";

/** Revisions and the lines between them. Immutable. */
export class RevisionGraph {
  readonly #byId = new Map<string, Revision>();
  readonly #children = new Map<string, Set<string>>();
  readonly #labels = new Map<string, string>();
  /** Ids in an order in which each comes after those it needs. */
  readonly #order: readonly string[];

  /** @throws RevisionGraphError for two revisions of one id, an unknown down revision, a circle. */
  constructor(revisions: readonly Revision[]) {
    for (const revision of revisions) this.#add(revision);
    for (const revision of revisions) this.#connect(revision);
    this.#order = this.#sorted();
  }

  /** All revisions, each after those it needs. */
  get revisions(): readonly Revision[] {
    return this.#order.map((id) => this.#found(id));
  }

  /** Revisions that nothing comes after. */
  get heads(): readonly Revision[] {
    return this.revisions.filter(({ id }) => (this.#children.get(id)?.size ?? 0) === 0);
  }

  /** Revisions that come after nothing. */
  get bases(): readonly Revision[] {
    return this.revisions.filter(({ downRevisions }) => downRevisions.length === 0);
  }

  /** Revisions where the graph forks. */
  get branchPoints(): readonly Revision[] {
    return this.revisions.filter(({ id }) => (this.#children.get(id)?.size ?? 0) > 1);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The revision of exactly this id, or undefined. */
  find(id: string): Revision | undefined {
    return this.#byId.get(id);
  }

  /** Revisions that come right after it. */
  childrenOf(id: string): readonly Revision[] {
    return [...(this.#children.get(id) ?? [])].map((child) => this.#found(child));
  }

  /** What a revision depends on, as ids: partial ids and labels resolved. */
  dependenciesOf(revision: Revision): readonly string[] {
    return revision.dependsOn.map((name) => this.#dependency(revision, name));
  }

  /** Its ids of down revisions and dependencies. */
  parentsOf(id: string): readonly string[] {
    const revision = this.#found(id);
    return [...revision.downRevisions, ...this.dependenciesOf(revision)];
  }

  /** `ids` and all they need. */
  ancestorsOf(ids: Iterable<string>): Set<string> {
    return this.#closure(ids, (id) => this.parentsOf(id));
  }

  /** `ids` and all that need them. */
  descendantsOf(ids: Iterable<string>): Set<string> {
    const dependants = new Map<string, string[]>();
    for (const { id } of this.revisions) {
      for (const parent of this.parentsOf(id)) dependants.set(parent, [...(dependants.get(parent) ?? []), id]);
    }
    return this.#closure(ids, (id) => dependants.get(id) ?? []);
  }

  /** The labels of the branch a revision is on: its own, those of what comes before it, and those further up the same branch. */
  labelsOf(id: string): ReadonlySet<string> {
    const labels = new Set<string>();
    for (const [label, owner] of this.#labels) {
      if (this.#line(owner).has(id)) labels.add(label);
    }
    return labels;
  }

  /** The applied revisions that no other applied one needs: Alembic's version table. */
  headsOf(applied: ReadonlySet<string>): readonly string[] {
    const known = [...applied].filter((id) => this.#byId.has(id));
    const needed = new Set(known.flatMap((id) => this.parentsOf(id)));
    return this.#order.filter((id) => applied.has(id) && !needed.has(id));
  }

  /**
   * The revision or revisions that `name` means: an id, a unique beginning of one, "head", "heads", "base", "current",
   * "label@head", "label@ae10", a label.
   * @returns Ids; none for "base".
   * @throws RevisionError where it means none or too many.
   */
  resolve(name: string, applied: ReadonlySet<string> = new Set()): readonly string[] {
    const at = name.lastIndexOf("@");
    const branch = at > 0 ? this.#line(this.#one(name.slice(0, at), applied)) : undefined;
    const rest = at > 0 ? name.slice(at + 1) : name;
    const inBranch = (ids: readonly Revision[]): string[] =>
      ids.map(({ id }) => id).filter((id) => branch === undefined || branch.has(id));
    if (rest === "heads") return inBranch(this.heads);
    if (rest === "base") return [];
    if (rest === "current") return this.headsOf(applied).filter((id) => branch === undefined || branch.has(id));
    if (rest === "head") {
      const heads = inBranch(this.heads);
      if (heads.length > 1) throw RevisionError.multipleHeads(name, heads);
      return heads;
    }
    return [this.#one(rest, applied, branch)];
  }

  /** The one revision that `name` means. @throws RevisionError for none, several, and "base". */
  get(name: string, applied?: ReadonlySet<string>): Revision {
    const [id, another] = this.resolve(name, applied);
    if (id === undefined) throw RevisionError.unknown(name, []);
    if (another !== undefined) throw RevisionError.ambiguous(name, [id, another]);
    return this.#found(id);
  }

  /**
   * What to apply to get from `applied` to `target`: "head", "heads", an id, "+2", "ae10+1", "label@head", "label@+1".
   * @throws RevisionError for what is not there, or is ambiguous.
   */
  upgradePath(target: string, applied: ReadonlySet<string>): RevisionStep[] {
    const wanted = this.ancestorsOf(this.#upgradeTarget(target, applied));
    const todo = this.revisions.filter(({ id }) => wanted.has(id) && !applied.has(id));
    for (const revision of todo) {
      const done = revision.replaces.find((id) => applied.has(id));
      if (done !== undefined) throw RevisionError.halfSquashed(revision, done);
    }
    return todo.map((revision) => ({ revision, direction: "upgrade" }));
  }

  /**
   * What to take back to get from `applied` to `target`: "base", an id (which stays), "-1", "label@base", "label@-1".
   * @throws RevisionError for what is not there, not applied, or ambiguous.
   */
  downgradePath(target: string, applied: ReadonlySet<string>): RevisionStep[] {
    const removed = this.#downgraded(target, applied);
    return this.revisions
      .filter(({ id }) => removed.has(id) && applied.has(id))
      .toReversed()
      .map((revision) => ({ revision, direction: "downgrade" }));
  }

  #upgradeTarget(target: string, applied: ReadonlySet<string>): readonly string[] {
    const relative = /^(?:(?<start>.+?)@?)?(?<steps>\+\d+)$/.exec(target)?.groups;
    if (relative === undefined) return this.#fromId(target, applied);
    const { start, steps } = relative;
    const count = Number(steps);
    const isBranch = start !== undefined && target.includes("@+");
    const from =
      start === undefined || isBranch
        ? this.headsOf(applied).filter((id) => !isBranch || this.#line(this.#one(start, applied)).has(id))
        : this.resolve(start, applied);
    if (from.length > 1) throw RevisionError.ambiguousRelative(target, from);
    return [this.#walkUp(target, from[0], count, isBranch ? this.#line(this.#one(start, applied)) : undefined)];
  }

  /** "ae10-1": the revision before another. */
  #fromId(target: string, applied: ReadonlySet<string>): readonly string[] {
    const { start, steps } = /^(?<start>.+?)(?<steps>-\d+)$/.exec(target)?.groups ?? {};
    if (start === undefined || this.#matches(target).length > 0) return this.resolve(target, applied);
    return [this.#walkDown(target, this.get(start, applied).id, -Number(steps)) ?? ""].filter((id) => id !== "");
  }

  #walkUp(target: string, from: string | undefined, count: number, branch: ReadonlySet<string> | undefined): string {
    let id = from;
    for (let step = 0; step < count; step += 1) {
      const next = (id === undefined ? this.bases : this.childrenOf(id)).filter((one) => branch?.has(one.id) !== false);
      const [only, another] = next;
      if (only === undefined) throw RevisionError.tooFar(target, step);
      if (another !== undefined) {
        throw RevisionError.ambiguousRelative(
          target,
          next.map((one) => one.id),
        );
      }
      id = only.id;
    }
    if (id === undefined) throw RevisionError.tooFar(target, 0);
    return id;
  }

  /** @returns Undefined for base. */
  #walkDown(target: string, from: string, count: number): string | undefined {
    let id: string | undefined = from;
    for (let step = 0; step < count; step += 1) {
      if (id === undefined) throw RevisionError.tooFar(target, step);
      const downs: readonly string[] = this.#found(id).downRevisions;
      if (downs.length > 1) throw RevisionError.ambiguousRelative(target, downs);
      id = downs[0];
    }
    return id;
  }

  #downgraded(target: string, applied: ReadonlySet<string>): Set<string> {
    const at = target.lastIndexOf("@");
    const owner = at > 0 ? this.#one(target.slice(0, at), applied) : undefined;
    const branch = owner === undefined ? undefined : this.#line(owner);
    const rest = at > 0 ? target.slice(at + 1) : target;
    if (rest === "base") return owner === undefined ? new Set(applied) : this.descendantsOf(this.#branch(owner));
    if (/^-\d+$/.test(rest)) {
      const heads = this.headsOf(applied).filter((id) => branch === undefined || branch.has(id));
      const [head, another] = heads;
      if (head === undefined) throw RevisionError.tooFar(target, 0);
      if (another !== undefined) throw RevisionError.ambiguousRelative(target, heads);
      return this.#above(this.#walkDown(target, head, -Number(rest)), branch, applied);
    }
    const ids = this.#fromId(rest, applied);
    const missing = ids.find((id) => !applied.has(id));
    if (missing !== undefined) throw RevisionError.notApplied(missing);
    return this.#above(ids[0], branch, applied);
  }

  /** All applied that came after `id`. */
  #above(id: string | undefined, branch: ReadonlySet<string> | undefined, applied: ReadonlySet<string>): Set<string> {
    if (id === undefined) return branch === undefined ? new Set(applied) : this.descendantsOf(branch);
    const above = this.descendantsOf(this.childrenOf(id).map((child) => child.id));
    const own = branch === undefined ? above : new Set([...above].filter((one) => branch.has(one)));
    return this.descendantsOf(own);
  }

  /** A revision with all after it, and what before it belongs to no other branch. */
  #branch(id: string): Set<string> {
    const own = this.#closure([id], (one) => [...(this.#children.get(one) ?? [])]);
    for (let [down, another] = this.#found(id).downRevisions; down !== undefined && another === undefined;) {
      if ((this.#children.get(down)?.size ?? 0) > 1) break;
      own.add(down);
      [down, another] = this.#found(down).downRevisions;
    }
    return own;
  }

  /** A revision with all before and after it along down revisions. */
  #line(id: string): Set<string> {
    const before = this.#closure([id], (one) => this.#found(one).downRevisions);
    const after = this.#closure([id], (one) => [...(this.#children.get(one) ?? [])]);
    return new Set([...before, ...after]);
  }

  #one(name: string, applied: ReadonlySet<string>, branch?: ReadonlySet<string>): string {
    const exact = this.#byId.get(name)?.id ?? this.#labels.get(name);
    if (exact !== undefined) return exact;
    if (name === "head" || name === "current") return this.get(name, applied).id;
    const matches = this.#matches(name).filter((id) => branch === undefined || branch.has(id));
    const [only, another] = matches;
    if (only === undefined) throw RevisionError.unknown(name, [...this.#byId.keys(), ...this.#labels.keys()]);
    if (another !== undefined) throw RevisionError.ambiguous(name, matches);
    return only;
  }

  #matches(beginning: string): string[] {
    return beginning === "" ? [] : [...this.#byId.keys()].filter((id) => id.startsWith(beginning));
  }

  #dependency(revision: Revision, name: string): string {
    try {
      return this.#one(name, new Set());
    } catch (error) {
      throw RevisionGraphError.unknownDependency(revision, name, { cause: error });
    }
  }

  #found(id: string): Revision {
    const revision = this.#byId.get(id);
    if (revision === undefined) throw RevisionError.unknown(id, [...this.#byId.keys()]);
    return revision;
  }

  #closure(ids: Iterable<string>, next: (id: string) => readonly string[]): Set<string> {
    const found = new Set<string>();
    const waiting = [...ids];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      waiting.push(...next(id));
    }
    return found;
  }

  #add(revision: Revision): void {
    const other = this.#byId.get(revision.id);
    if (other !== undefined) throw RevisionGraphError.sameId(revision, other);
    this.#byId.set(revision.id, revision);
    for (const label of revision.branchLabels) {
      const owner = this.#labels.get(label);
      if (owner !== undefined) throw RevisionGraphError.sameLabel(label, revision.id, owner);
      this.#labels.set(label, revision.id);
    }
  }

  #connect(revision: Revision): void {
    for (const down of revision.downRevisions) {
      if (down === revision.id) throw RevisionGraphError.loop(revision);
      if (!this.#byId.has(down)) {
        throw RevisionGraphError.unknownDown(revision, down, didYouMean(down, this.#byId.keys()));
      }
      const children = this.#children.get(down) ?? new Set();
      this.#children.set(down, children.add(revision.id));
    }
  }

  #sorted(): string[] {
    const ids = [...this.#byId.keys()];
    const groups = topologicalSort(ids, (id) => this.parentsOf(id));
    const circle =
      groups.find(({ nodes }) => nodes.length > 1) ??
      groups.find(({ nodes: [id = ""] }) => this.parentsOf(id).includes(id));
    if (circle !== undefined) throw RevisionGraphError.cycle(circle.nodes);
    return groups.flatMap(({ nodes }) => nodes);
  }
}

/** The graph of a project without revisions. */
export const emptyGraph: RevisionGraph = new RevisionGraph([]);
