/**
 * Cursors of MySQL's protocol, which mysql2 has no method for: the server keeps the result, and other statements may run between
 * two portions of it. Commands of mysql2's own prepare the statement and read rows; they are sent through its queue by the
 * command below. Used by `mysql2.ts`.
 */
import type { DriverCursor, DriverValue } from "../io/driver.ts";

/** What a packet of mysql2 offers. */
interface Packet {
  isEOF(): boolean;
  isError(): boolean;
  asError(encoding: string): Error;
  eofStatusFlags(): number;
  length(): number;
}
type PacketClass = new (id: number, buffer: Buffer, start: number, end: number) => Packet;

/** What mysql2 calls with each packet until it says true. */
interface Command {
  execute(packet: Packet | undefined, connection: Wire): boolean;
}
interface RowParser {
  next(packet: Packet, fields: readonly object[], options: object): DriverValue[];
}
/** mysql2's own commands, by the parts that are used here. */
interface PrepareCommand extends Command {
  readonly id: number;
}
interface ExecuteCommand extends Command {
  /** What was prepared for it. */
  readonly statement: object | undefined;
  readonly _rowParser: RowParser | null;
  readonly _fields: readonly (readonly { readonly name: string }[])[];
  readonly options: object;
}

/** What a connection of mysql2 has beneath its public methods. */
interface Wire {
  readonly clientEncoding: string;
  _statements: Map<string, unknown>;
  execute(
    sql: string,
    values: Values,
    callback: (error: Error | null, rows: DriverValue[][] | undefined) => void,
  ): unknown;
  addCommand(command: Command): Command;
  writePacket(packet: Packet & { readonly buffer: Buffer }): void;
  _resetSequenceId(): void;
}

const commandOf = Object.freeze({ closeStatement: 0x19, fetch: 0x1c });
/** Where COM_STMT_EXECUTE has its flags, after the packet's header, the command and the statement's number. */
const flagsAt = 4 + 1 + 4;
const readOnlyCursor = 1;
const serverStatus = Object.freeze({ cursorExists: 0x40, lastRowSent: 0x80 });

type Values = readonly unknown[];

type Noting = (error: Error) => Error;

/** Run a query with a cursor. @param connection - One of mysql2. @param note - Told of each error, which it may replace. */
export function openMysqlCursor(
  connection: object,
  sql: string,
  parameters: Values,
  note: Noting,
): Promise<DriverCursor> {
  const wire = connection as Wire;
  return new Promise((resolve, reject) => {
    const opening = new OpenCommand(wire, { sql, parameters }, (error) => {
      if (error === undefined) resolve(new MysqlCursor(wire, opening, note));
      else reject(note(error));
    });
    wire.addCommand(opening);
  });
}

/** Prepares a statement that nobody else has, and executes it with a cursor. */
class OpenCommand implements Command {
  readonly prepare: PrepareCommand;
  readonly execution: ExecuteCommand;
  /** Rows that came at once, because the server has no cursor for such a statement. */
  rows: DriverValue[][] | undefined;
  packetClass: PacketClass | undefined;
  /** Called by mysql2 as well, where the connection is lost. */
  readonly onResult: (error?: Error) => void;
  #isPrepared = false;

  constructor(
    wire: Wire,
    query: { readonly sql: string; readonly parameters: Values },
    settle: (error?: Error) => void,
  ) {
    const commands: Command[] = [];
    const borrowed = Object.create(wire, {
      addCommand: { value: (command: Command) => void commands.push(command) },
    }) as Wire;
    borrowed.execute(query.sql, query.parameters, (error, rows) => {
      this.rows = rows;
      settle(error ?? undefined);
    });
    [this.prepare, this.execution] = commands as [PrepareCommand, ExecuteCommand];
    this.onResult = settle;
  }

  execute(packet: Packet | undefined, connection: Wire): boolean {
    if (packet !== undefined) this.packetClass ??= packet.constructor as PacketClass;
    if (this.#isPrepared) return this.#execute(packet, connection);
    // The statement must not be the one that others use: executing that again would close its cursor.
    const shared = connection._statements;
    connection._statements = new Map();
    let isDone: boolean;
    try {
      isDone = this.prepare.execute(packet, connection);
    } finally {
      connection._statements = shared;
    }
    if (!isDone) return false;
    if (this.execution.statement === undefined) return true;
    this.#isPrepared = true;
    connection.writePacket = (sent) => {
      Reflect.deleteProperty(connection, "writePacket");
      sent.buffer[flagsAt] = (sent.buffer[flagsAt] ?? 0) | readOnlyCursor;
      connection.writePacket(sent);
    };
    return this.#execute(undefined, connection);
  }

  #execute(packet: Packet | undefined, connection: Wire): boolean {
    const endsFields = packet?.isEOF() === true && this.execution._rowParser === null;
    const isDone = this.execution.execute(packet, connection);
    if (!endsFields || (packet.eofStatusFlags() & serverStatus.cursorExists) === 0) return isDone;
    this.onResult();
    return true;
  }
}

/** Asks for rows of a cursor, or (without `settle`) to forget its statement, which is not answered. */
class StatementCommand implements Command {
  readonly rows: DriverValue[][] = [];
  isLast = false;
  readonly #request: Buffer;
  readonly #opening: OpenCommand;
  readonly #settle: ((error?: Error) => void) | undefined;
  #isSent = false;

  constructor(opening: OpenCommand, request: Buffer, settle?: (error?: Error) => void) {
    this.#opening = opening;
    this.#request = request;
    this.#settle = settle;
  }

  execute(packet: Packet | undefined, connection: Wire): boolean {
    if (!this.#isSent || packet === undefined) {
      this.#isSent = true;
      this.#send(connection);
      return this.#settle === undefined;
    }
    if (packet.isError()) {
      this.#settle?.(packet.asError(connection.clientEncoding));
      return true;
    }
    if (packet.isEOF()) {
      this.isLast = (packet.eofStatusFlags() & serverStatus.lastRowSent) !== 0;
      this.#settle?.();
      return true;
    }
    const { _rowParser: parser, _fields: fields, options } = this.#opening.execution;
    if (parser !== null) this.rows.push(parser.next(packet, fields[0] ?? [], options));
    return false;
  }

  /** mysql2 ends commands that it cannot send by this. */
  onResult(error: Error): void {
    this.#settle?.(error);
  }

  #send(connection: Wire): void {
    connection._resetSequenceId();
    const buffer = Buffer.concat([Buffer.alloc(4), this.#request]);
    const { packetClass: Class } = this.#opening;
    if (Class === undefined) return;
    connection.writePacket(new Class(0, buffer, 0, buffer.length) as Packet & { readonly buffer: Buffer });
  }
}

class MysqlCursor implements DriverCursor {
  readonly blocksWrites = false;
  readonly columns: readonly string[];
  readonly #wire: Wire;
  readonly #opening: OpenCommand;
  readonly #note: Noting;
  #isLast: boolean;
  #isOpen = true;

  constructor(wire: Wire, opening: OpenCommand, note: Noting) {
    this.#wire = wire;
    this.#note = note;
    this.#opening = opening;
    this.#isLast = opening.rows !== undefined;
    this.columns = (opening.execution._fields[0] ?? []).map((field) => field.name);
  }

  read(count: number): DriverValue[][] | Promise<DriverValue[][]> {
    const { rows } = this.#opening;
    if (rows !== undefined) return rows.splice(0, count);
    if (this.#isLast) return [];
    return new Promise((resolve, reject) => {
      const command = new StatementCommand(this.#opening, this.#request(commandOf.fetch, count), (error) => {
        this.#isLast = command.isLast;
        if (error === undefined) resolve(command.rows);
        else reject(this.#note(error));
      });
      this.#wire.addCommand(command);
    });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#wire.addCommand(new StatementCommand(this.#opening, this.#request(commandOf.closeStatement)));
  }

  #request(command: number, count?: number): Buffer {
    const request = Buffer.alloc(count === undefined ? 5 : 9);
    request.writeUInt8(command, 0);
    request.writeUInt32LE(this.#opening.prepare.id, 1);
    if (count !== undefined) request.writeUInt32LE(count, 5);
    return request;
  }
}
