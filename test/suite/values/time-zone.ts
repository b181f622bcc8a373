/** Run by generation.test.ts in processes of several time zones: prints what databases store, as text and as values. */
import {
  AsyncEngine,
  AsyncSession,
  field,
  MetaData,
  primaryKey,
  select,
  sql,
  tableFor,
  timestamp,
  type Engine,
} from "sqlmodel";
import { z } from "zod";
import { targets } from "../databases.ts";

const metadata = new MetaData();
class Moment extends tableFor(metadata)("zone_moment", {
  id: primaryKey(),
  moment: z.date(),
  local: field(z.date(), { type: timestamp({ timeZone: false }) }),
  instant: z.iso.datetime({ offset: true }),
  wall: z.iso.datetime({ local: true }),
  day: z.iso.date(),
  clock: z.iso.time(),
}) {}

const rows = [
  "2024-03-10T02:30:00.123Z",
  "2024-03-31T01:30:00.000Z",
  "2024-11-03T05:30:00.000Z",
  "0099-06-15T12:00:00.000Z",
  "9999-12-31T23:59:59.999Z",
].map(
  (written) => () =>
    new Moment({
      moment: new Date(written),
      local: new Date(written),
      instant: written,
      wall: written.slice(0, -1),
      day: written.slice(0, 10),
      clock: written.slice(11, 19),
    }),
);

async function stored(engine: Engine | AsyncEngine): Promise<unknown> {
  if (!(engine instanceof AsyncEngine)) return undefined;
  await metadata.createAll(engine);
  await using session = new AsyncSession(engine);
  session.addAll(rows.map((make) => make()));
  await session.commit();
  const raw = await session.exec(
    sql`SELECT cast(moment AS char(40)) AS moment, cast(local AS char(40)) AS local, cast(wall AS char(40)) AS wall, cast(day AS char(20)) AS day FROM zone_moment ORDER BY id`,
  );
  await session.close();
  await using fresh = new AsyncSession(engine);
  const values = await fresh.exec(select(Moment).orderBy(Moment.c.id));
  const found = await fresh.exec(select(Moment.c.id).where(Moment.c.moment.eq(new Date("2024-03-10T02:30:00.123Z"))));
  return { raw: raw.all(), values: values.all(), found: found.all() };
}

for (const target of targets()) {
  if (target.isSync || target.name === "PGlite") continue;
  const { engine, remove } = await target.open();
  try {
    process.stdout.write(`${JSON.stringify({ target: target.name, stored: await stored(engine) })}\n`);
  } finally {
    await remove();
  }
}
