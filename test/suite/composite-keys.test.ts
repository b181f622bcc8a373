/** Foreign keys of several columns that share some of them, and keys that were not loaded. */
import { alias, field, foreignKey, many, one, primaryKey, select, table } from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type CaseContext, type Step } from "./harness.ts";

class Tenant extends table("tenant", { id: primaryKey(), name: z.string() }) {}

class Project extends table(
  "project",
  {
    tenantId: field(z.int(), { primaryKey: true, foreignKey: "tenant.id" }),
    id: field(z.int(), { primaryKey: true }),
  },
  {
    tasks: () => many(Task, { backPopulates: "project" }),
  },
) {}

class Task extends table(
  "task",
  {
    tenantId: field(z.int(), { primaryKey: true, foreignKey: "tenant.id" }),
    id: field(z.int(), { primaryKey: true }),
    name: z.string(),
    projectId: z.int().nullable(),
    parentId: z.int().nullable(),
  },
  {
    // In this order: the key of the last one is part of the others'.
    project: () => one(Project, { backPopulates: "tasks" }).nullable(),
    parent: () => one(Task, { foreignKey: ["tenantId", "parentId"], backPopulates: "children" }).nullable(),
    children: () => many(Task, { foreignKey: ["tenantId", "parentId"], backPopulates: "parent" }),
    tenant: () => one(Tenant),
  },
) {
  static override readonly tableArgs = [
    foreignKey([Task.c.tenantId, Task.c.projectId], "project", ["tenantId", "id"]),
    foreignKey([Task.c.tenantId, Task.c.parentId], "task", ["tenantId", "id"]),
  ];
}

function* seed({ session, openSession, forget }: CaseContext): Step<ReturnType<CaseContext["openSession"]>> {
  const tenant = new Tenant({ name: "t" });
  session.add(tenant);
  yield* session.flush();
  const project = new Project({ tenantId: tenant.id, id: 7 });
  const parent = new Task({ id: 1, name: "parent", tenant, project });
  session.add(new Task({ id: 2, name: "child", tenant, project, parent }));
  yield* session.commit();
  yield* session.close();
  forget();
  return openSession();
}

const keys = select(Task.c.id, Task.c.tenantId, Task.c.projectId, Task.c.parentId).orderBy(Task.c.id);

suite("foreign keys that share columns", ({ test }) => {
  test("each is written", function* (context) {
    const session = yield* seed(context);
    const rows = (yield* session.exec(keys)).all();
    const [[, tenantId] = []] = rows;
    expect(rows).toEqual([
      [1, tenantId, 7, null],
      [2, tenantId, 7, 1],
    ]);
  });

  test("to refer to nothing clears what is its own and may be NULL", function* (context) {
    const session = yield* seed(context);
    const child = (yield* session.exec(
      select(Task).include({ parent: true, project: true }).where(Task.c.id.eq(2)),
    )).one();
    child.parent = null;
    child.project = null;
    yield* session.commit();
    expect((yield* session.exec(keys)).all()[1]).toEqual([2, child.tenantId, null, null]);
  });

  test("so does being taken out of a collection, or losing the parent", function* (context) {
    const session = yield* seed(context);
    const project = (yield* session.exec(select(Project).include({ tasks: true }))).one();
    const [first] = project.tasks.splice(0, 1);
    yield* session.flush();
    expect(first?.projectId).toBe(null);
    session.delete(project);
    yield* session.commit();
    expect((yield* session.exec(select(Task.c.projectId))).all()).toEqual([null, null]);
  });
});

suite("relationships whose key was not loaded", ({ test }) => {
  test("are loaded late all the same", function* (context) {
    const session = yield* seed(context);
    const tasks = (yield* session.exec(select(Task).loadOnly("name").orderBy(Task.c.id))).all();
    expect((yield* session.load(tasks[0]!, "project"))?.id).toBe(7);
    expect((yield* session.load(tasks[1]!, "parent"))?.id).toBe(1);
  });

  test("and with the query", function* (context) {
    const session = yield* seed(context);
    const task = (yield* session.exec(
      select(Task).loadOnly("name").include({ project: true }).where(Task.c.id.eq(1)),
    )).one();
    expect(task.project?.id).toBe(7);
  });

  test("are not taken for NULL", function* (context) {
    const session = yield* seed(context);
    const task = (yield* session.exec(select(Task).where(Task.c.id.eq(2)))).one();
    session.expire(task);
    expect(() => task.project).toThrow("without 'project'");
    expect((yield* session.load(task, "project"))?.id).toBe(7);
  });
});

suite("joins along a relationship to the same model", ({ test }) => {
  test("need an alias, and say so", function* (context) {
    const session = yield* seed(context);
    expect(() => select(Task.c.id).join(Task.r.parent)).toThrow("already");
    const Parent = alias(Task, "parent");
    expect((yield* session.exec(select(Task.c.name, Parent.c.name).join(Task.r.parent.of(Parent)))).all()).toEqual([
      ["child", "parent"],
    ]);
  });
});
