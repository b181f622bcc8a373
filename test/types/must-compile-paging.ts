/** Pages have the rows of their statement. */
import { type AsyncSession, createEngine, type NumberedPage, type Page, select, Session, union } from "sqlmodel";
import { Hero, Team } from "./must-compile-models.ts";

const session = new Session(createEngine("sqlite::memory:"));

const page = session.page(select(Hero).orderBy(Hero.c.name).include({ team: true }), { limit: 20, after: null });
export const teamName: string | undefined = page.items[0]?.team?.name;
export const cursor: string | null = page.nextCursor;
export const more: boolean = page.hasNext;
session.page(select(Hero), { limit: 20, after: cursor });
session.page(select(Hero), { limit: 20, before: undefined });
export const tuples: readonly (readonly [number, string])[] = session.page(select(Hero.c.id, Team.c.name), {
  limit: 5,
}).items;
export const named: Page<{ hero: string }> = session.page(select({ hero: Hero.c.name }), { limit: 5 });
export const numbered: NumberedPage<string> = session.paginate(
  union(select(Hero.c.name), select(Team.c.name)).orderBy(Hero.c.name),
  { page: 1, size: 5 },
);
export function inTime(other: AsyncSession, signal: AbortSignal): Promise<Page<number>> {
  void other.paginate(select(Hero.c.id), { page: 1, size: 5, signal, timeout: 2 });
  return other.page(select(Hero.c.id), { limit: 5, timeout: 2, signal });
}
