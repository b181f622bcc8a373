/** The pool on drivers that do nothing: every path. Its invariants under load are in pool-load.test.ts. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { FakeConnection, FakeDriver } from "../../test/support/fake-driver.ts";
import { EngineDisposedError, PoolExhaustedError, PoolTimeoutError } from "./errors.ts";
import { Pool, type PoolOptions } from "./pool.ts";

const defaults: PoolOptions = {
  size: 2,
  overflow: 1,
  timeout: 5,
  recycle: -1,
  lifo: false,
  waits: true,
  holderStacks: true,
};

function pool(options: Partial<PoolOptions> = {}, isSync = false) {
  const driver = new FakeDriver(isSync);
  return { driver, pool: new Pool(driver, { ...defaults, waits: !isSync, ...options }) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("giving out", () => {
  test("connections are reused, and only opened as needed", async () => {
    const { pool: under, driver } = pool();
    const first = await under.acquire();
    await under.release(first, false);
    expect(await under.acquire()).toBe(first);
    expect(driver.opened).toHaveLength(1);
  });

  test("an idle connection is given without a promise, so that embedded databases cost no tick", async () => {
    const { pool: under } = pool();
    await under.release(await under.acquire(), false);
    expect(under.acquire()).toBeInstanceOf(FakeConnection);
  });

  test("connections beyond poolSize are closed when they come back", async () => {
    const { pool: under, driver } = pool();
    const held = await Promise.all([under.acquire(), under.acquire(), under.acquire()]);
    expect(under.status).toEqual({ idle: 0, inUse: 3, waiting: 0 });
    for (const connection of held) await under.release(connection, false);
    expect(under.status).toEqual({ idle: 2, inUse: 0, waiting: 0 });
    expect(driver.open).toHaveLength(2);
  });

  test("first in, first out by default; last in, first out on request", async () => {
    for (const lifo of [false, true]) {
      const { pool: under } = pool({ lifo });
      const [first, second] = await Promise.all([under.acquire(), under.acquire()]);
      await under.release(first, false);
      await under.release(second, false);
      expect(await under.acquire()).toBe(lifo ? second : first);
    }
  });

  test("an idle connection that was lost is not given out", async () => {
    const { pool: under, driver } = pool();
    const first = (await under.acquire()) as FakeConnection;
    await under.release(first, false);
    first.lost = true;
    expect(await under.acquire()).not.toBe(first);
    expect(driver.open).toHaveLength(1);
  });

  test("a connection older than recycle is closed rather than given out", async () => {
    const now = vi.spyOn(performance, "now").mockReturnValue(0);
    const { pool: under } = pool({ recycle: 60 });
    const first = await under.acquire();
    await under.release(first, false);
    now.mockReturnValue(59_000);
    expect(await under.acquire()).toBe(first);
    await under.release(first, false);
    now.mockReturnValue(61_000);
    expect(await under.acquire()).not.toBe(first);
  });

  test("invalidate closes all older connections, also those that come back later", async () => {
    const { pool: under, driver } = pool();
    const [idle, held] = await Promise.all([under.acquire(), under.acquire()]);
    await under.release(idle, false);
    await turn();
    under.invalidate();
    expect(await under.acquire()).not.toBe(idle);
    await under.release(held, false);
    expect(driver.opened[1]?.closed).toBe(1);
  });

  test("an idle connection does not keep the process running, one in use does (T41)", async () => {
    const { pool: under } = pool();
    const connection = (await under.acquire()) as FakeConnection;
    await under.release(connection, false);
    expect(connection.keptAlive).toBe(false);
    await under.acquire();
    expect(connection.keptAlive).toBe(true);
  });
});

describe("waiting", () => {
  test("waiters are served in the order they came", async () => {
    const { pool: under } = pool({ size: 1, overflow: 0 });
    const held = await under.acquire();
    const order: number[] = [];
    const waiters = [1, 2, 3].map(async (number) => {
      const connection = await under.acquire();
      order.push(number);
      await under.release(connection, false);
    });
    await under.release(held, false);
    await Promise.all(waiters);
    expect(order).toEqual([1, 2, 3]);
  });

  test("nobody who comes later overtakes a waiter", async () => {
    const { pool: under } = pool({ size: 1, overflow: 0 });
    const held = await under.acquire();
    const order: string[] = [];
    const early = Promise.resolve(under.acquire()).then((connection) => {
      order.push("early");
      return under.release(connection, false);
    });
    void under.release(held, false);
    const late = Promise.resolve(under.acquire()).then((connection) => {
      order.push("late");
      return under.release(connection, false);
    });
    await Promise.all([early, late]);
    expect(order).toEqual(["early", "late"]);
  });

  test("a wait that takes too long is an error that names who holds the connections, longest first (T33)", async () => {
    vi.useFakeTimers();
    const { pool: under } = pool({ size: 1, overflow: 1, timeout: 30 });
    const takeByName = async () => under.acquire();
    await takeByName();
    vi.advanceTimersByTime(2000);
    await under.acquire();
    const refused = expect(under.acquire()).rejects.toThrow(PoolTimeoutError);
    const error = Promise.resolve(under.acquire()).catch((caught: unknown) => caught as PoolTimeoutError);
    await vi.advanceTimersByTimeAsync(30_000);
    await refused;
    const { holders, message } = (await error) as PoolTimeoutError;
    expect(holders.map((holder) => [holder.connection, Math.round(holder.age)])).toEqual([
      [1, 32],
      [2, 30],
    ]);
    expect(holders[0]?.stack).toContain("takeByName");
    expect(message).toMatch(/^No connection became free within 30 s: all 2 \(poolSize 1, maxOverflow 1\) are in use\./);
    expect(message).toContain("takeByName");
    expect(under.status.waiting).toBe(0);
  });

  test("where connections are scarce, those taken last are known by their places, and are named first (T33)", async () => {
    vi.useFakeTimers();
    const { pool: under } = pool({ size: 8, overflow: 0, timeout: 30, holderStacks: "scarce" });
    const takeByName = async () => under.acquire();
    for (let count = 0; count < 8; count += 1) await takeByName();
    const error = Promise.resolve(under.acquire()).catch((caught: unknown) => caught as PoolTimeoutError);
    await vi.advanceTimersByTimeAsync(30_000);
    const { holders, message } = (await error) as PoolTimeoutError;
    expect(holders.map(({ stack }) => stack?.includes("takeByName"))).toEqual([
      ...new Array<undefined>(4).fill(undefined),
      ...new Array<boolean>(4).fill(true),
    ]);
    expect(message).toMatch(/held by:\n {2}connection 5, for 30\.0 s, taken\n.*takeByName/);
    expect(message).toMatch(/connection 1, for 30\.0 s\n {2}and 3 more/);
  });

  test("an AbortSignal ends the wait, and the connection goes to the next waiter", async () => {
    const { pool: under } = pool({ size: 1, overflow: 0 });
    const held = await under.acquire();
    const controller = new AbortController();
    const aborted = expect(under.acquire(controller.signal)).rejects.toThrow("enough");
    const next = under.acquire();
    controller.abort(new Error("enough"));
    await aborted;
    await under.release(held, false);
    expect(await next).toBe(held);
    expect(() => under.acquire(controller.signal)).toThrow("enough");
  });

  test("a synchronous engine cannot wait, and says who has the connection", () => {
    const { pool: under } = pool({ size: 1, overflow: 0, holderStacks: false }, true);
    void under.acquire();
    const taken = () => under.acquire();
    expect(taken).toThrow(PoolExhaustedError);
    expect(taken).toThrow(
      /^The only connection of this engine is in use.*connection 1, for 0\.0 s.*holderStacks: true/s,
    );
  });

  test("where opening fails, the error reaches whoever asked and the place is free for the next", async () => {
    const { pool: under, driver } = pool({ size: 1, overflow: 0 });
    driver.failures = 1;
    const first = expect(under.acquire()).rejects.toThrow("refused");
    const second = under.acquire();
    await first;
    expect(await second).toBe(driver.opened[0]);
  });
});

describe("coming back", () => {
  test("an open transaction is rolled back, with a warning (T22)", async () => {
    for (const isSync of [true, false]) {
      const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
      const { pool: under } = pool({}, isSync);
      const connection = (await under.acquire()) as FakeConnection;
      connection.status = "active";
      await under.release(connection, false);
      expect(connection.sent).toEqual(["ROLLBACK"]);
      expect(warn).toHaveBeenCalledOnce();
      expect(await under.acquire()).toBe(connection);
      warn.mockRestore();
    }
  });

  test("a connection that cannot be rolled back, is lost or does not know its state is closed (T22)", async () => {
    vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    for (const isSync of [true, false]) {
      for (const spoil of [
        (connection: FakeConnection) => Object.assign(connection, { status: "failed", rollbackFails: true }),
        (connection: FakeConnection) => Object.assign(connection, { status: "unknown" }),
        (connection: FakeConnection) => Object.assign(connection, { lost: true }),
      ]) {
        const { pool: under, driver } = pool({}, isSync);
        const connection = (await under.acquire()) as FakeConnection;
        spoil(connection);
        await under.release(connection, false);
        expect(connection.closed).toBe(1);
        expect(under.status).toEqual({ idle: 0, inUse: 0, waiting: 0 });
        await under.acquire();
        expect(driver.opened).toHaveLength(2);
      }
    }
  });

  test("a connection given back twice is a defect, not a second place in the pool", async () => {
    const { pool: under } = pool();
    const connection = await under.acquire();
    await under.release(connection, false);
    expect(() => under.release(connection, false)).toThrow(/given back twice/);
  });
});

describe("the end", () => {
  test("dispose closes idle connections now, held ones as they come back, and then the driver", async () => {
    const { pool: under, driver } = pool();
    const [first, second] = await Promise.all([under.acquire(), under.acquire()]);
    await under.release(first, false);
    await under.dispose();
    expect(driver.open).toEqual([second]);
    expect(driver.disposed).toBe(0);
    await under.release(second, false);
    expect(driver.open).toEqual([]);
    expect(driver.disposed).toBe(1);
    expect(() => under.acquire()).toThrow(EngineDisposedError);
    await under.dispose();
    expect(driver.disposed).toBe(1);
  });

  test("dispose ends all waits", async () => {
    const { pool: under } = pool({ size: 1, overflow: 0 });
    await under.acquire();
    const waits = [under.acquire(), under.acquire()].map((wait) => expect(wait).rejects.toThrow(EngineDisposedError));
    await under.dispose();
    await Promise.all(waits);
  });

  test("a synchronous driver is disposed synchronously", () => {
    const { pool: under, driver } = pool({}, true);
    const connection = under.acquire() as FakeConnection;
    expect(under.dispose()).toBeUndefined();
    expect(driver.disposed).toBe(0);
    expect(under.release(connection, false)).toBeUndefined();
    expect([driver.disposed, connection.closed]).toEqual([1, 1]);
  });

  test("drain lets holders finish, and refuses newcomers", async () => {
    const { pool: under, driver } = pool();
    const held = await under.acquire();
    const drained = under.drain(60);
    expect(() => under.acquire()).toThrow(EngineDisposedError);
    expect(driver.disposed).toBe(0);
    await under.release(held, false);
    await drained;
    expect([driver.open, driver.disposed]).toEqual([[], 1]);
  });

  test("drain serves those who wait already", async () => {
    const { pool: under, driver } = pool({ size: 1, overflow: 0 });
    const held = await under.acquire();
    const waiting = under.acquire();
    const drained = under.drain(60);
    await under.release(held, false);
    await under.release(await waiting, false);
    await drained;
    expect(driver.disposed).toBe(1);
  });

  test("drain does not wait longer than it was told", async () => {
    vi.useFakeTimers();
    const { pool: under } = pool();
    await under.acquire();
    const drained = under.drain(60);
    await vi.advanceTimersByTimeAsync(60_000);
    await drained;
    expect(under.status.inUse).toBe(1);
  });
});
