/** The codecs of one dialect: made once a type and found quickly. Custom and untyped values are alike on all dialects. */
import type { DriverValue } from "../io/driver.ts";
import { ValueError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import { literalType } from "../sql/expression/operators.ts";
import type { CustomType, SqlType } from "../sql/type/sql-type.ts";
import { typeKey } from "../sql/type/type-key.ts";
import type { Codec } from "./codec.ts";
import { sameWhenBound } from "./same-value.ts";

/** The types whose codecs each dialect makes itself. */
export type BuiltInType = Exclude<SqlType, { kind: "custom" | "unknown" }>;

/** Finds codecs by type. */
export class CodecRegistry {
  readonly #make: (type: BuiltInType, registry: CodecRegistry) => Codec;
  readonly #byKey = new Map<string, Codec>();
  readonly #custom = new WeakMap<CustomType, Codec>();
  readonly #untyped: Codec;

  /** @param make - Makes the codec of a built-in type. */
  constructor(make: (type: BuiltInType, registry: CodecRegistry) => Codec) {
    this.#make = make;
    this.#untyped = {
      bind: (value) => this.#bindUntyped(value),
      result: undefined,
      equals: sameWhenBound((value) => this.#bindUntyped(value)),
    };
  }

  /** The codec of `type`; the same object for equal types. */
  codec(type: SqlType): Codec {
    if (type.kind === "unknown") return this.#untyped;
    if (type.kind === "custom") return this.#customCodecOf(type);
    const key = typeKey(type);
    let codec = this.#byKey.get(key);
    if (codec === undefined) {
      codec = this.#make(type, this);
      this.#byKey.set(key, codec);
    }
    return codec;
  }

  #customCodecOf(type: CustomType): Codec {
    let codec = this.#custom.get(type);
    if (codec === undefined) {
      codec = this.#customCodec(type);
      this.#custom.set(type, codec);
    }
    return codec;
  }

  #customCodec(type: CustomType): Codec {
    const stored = this.codec(type.impl);
    const bind = (value: unknown): DriverValue => {
      const made = type.bind(value);
      return made === null ? null : stored.bind(made);
    };
    const read = stored.result;
    return {
      bind,
      result: (raw) => type.result(read === undefined ? raw : read(raw)),
      equals:
        type.equals === undefined
          ? sameWhenBound(bind)
          : (left, right) => left === right || type.equals?.(left, right) === true,
      ...(stored.wantsBigint === true ? { wantsBigint: true } : {}),
    };
  }

  #bindUntyped(value: unknown): DriverValue {
    if (value === null) return null;
    if (value === undefined) throw new ValueError("A SQL value cannot be undefined. Use null for NULL.");
    const isPlain = typeof value !== "object" || value instanceof Date || value instanceof Uint8Array;
    if (!isPlain || typeof value === "function" || typeof value === "symbol") {
      throw new ValueError(
        `A SQL value without a type cannot be ${describe(value)}. Use literal(value, jsonb()) or another type for it.`,
      );
    }
    return this.codec(literalType(value)).bind(value);
  }
}
