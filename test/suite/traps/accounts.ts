/** Models of the cases on input from outside. */
import { check, field, index, many, one, primaryKey, table, unique } from "sqlmodel";
import { z } from "zod";
import type { Step } from "../harness.ts";

export class Account extends table(
  "account",
  {
    id: primaryKey(),
    name: field(z.string().max(200), { unique: true }),
    password: field(z.string().max(200), { hidden: true }),
    isAdmin: z.boolean().default(false),
    balance: z.int().default(0),
    settings: z.unknown(),
  },
  {
    notes: () => many(Note, { backPopulates: "account", cascade: "all, delete-orphan" }),
  },
) {
  static override readonly tableArgs = [
    check("payloads", Account.c.name.ne("\\' OR 1=1; -- \\")),
    index(Account.c.balance, Account.c.name),
  ];
}

export class Note extends table(
  "note",
  { id: primaryKey(), text: z.string(), accountId: field(z.int(), { foreignKey: "account.id" }) },
  {
    account: () => one(Account, { backPopulates: "notes" }),
  },
) {
  static override readonly tableArgs = [unique(Note.c.accountId, Note.c.id)];
}

/** Two accounts, ada and bob. */
export function* seed(session: { add(...entities: Account[]): void; commit(): Step<void> }): Step<void> {
  session.add(
    new Account({ name: "ada", password: "secret", isAdmin: true, balance: 5 }),
    new Account({ name: "bob", password: "hidden", balance: 7 }),
  );
  yield* session.commit();
}
