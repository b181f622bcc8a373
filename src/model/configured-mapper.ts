/** The mappers that `configure.ts` builds: `Mapper` and its parts, mutable while they are being linked. */
import type { Column } from "../metadata/column.ts";
import type { MetaData } from "../metadata/meta-data.ts";
import type { Table } from "../metadata/table.ts";
import type { OrderNode } from "../sql/expression/node.ts";
import { required } from "../util/assert-never.ts";
import type { AnyModel } from "./any.ts";
import { nameOf, type ModelDefinition } from "./definition.ts";
import type { FieldDefinition } from "./field-definition.ts";
import { InstanceState } from "./instance-state.ts";
import type {
  AttributePair,
  Cascade,
  ColumnAttribute,
  FieldProblem,
  Mapper,
  Relationship,
  RelationshipDirection,
  Secondary,
} from "./mapper.ts";
import { PropertyAttribute } from "./property-expression.ts";
import { attachState } from "./state-slot.ts";
import { ValueCheck } from "./value-check.ts";

/** A column attribute with the parts that this folder needs. */
export interface ModelAttribute extends ColumnAttribute {
  readonly field: FieldDefinition;
  readonly check: ValueCheck;
  readonly nullable: boolean;
  /** Part of a foreign key, which a related object can bring. */
  readonly isReference: boolean;
}

/** A relationship whose other side and columns are found after it is made. */
export interface ConfiguredRelationship extends Relationship {
  direction: RelationshipDirection;
  pairs: readonly AttributePair[];
  secondary: Secondary | undefined;
  reverse: Relationship | undefined;
  readonly parent: ConfiguredMapper;
  readonly target: ConfiguredMapper;
  readonly cascade: ReadonlySet<Cascade>;
  readonly orderBy: readonly OrderNode[];
}

export class ConfiguredMapper implements Mapper {
  readonly definition: ModelDefinition;
  readonly name: string;
  readonly model: AnyModel;
  readonly metadata: MetaData;
  readonly table: Table;
  readonly tables: readonly Table[];
  readonly parent: ConfiguredMapper | undefined;
  readonly root: ConfiguredMapper;
  readonly attributes: readonly ModelAttribute[];
  readonly attributeByKey: ReadonlyMap<string, ModelAttribute>;
  readonly primaryKey: readonly ModelAttribute[];
  readonly expressions: readonly PropertyAttribute[];
  readonly expressionByKey: ReadonlyMap<string, PropertyAttribute>;
  readonly version: ModelAttribute | undefined;
  readonly polymorphicOn: ModelAttribute | undefined;
  readonly polymorphicIdentity: unknown;
  /** Grows when a subclass is configured. */
  readonly selfAndDescendants: ConfiguredMapper[];
  /** Names of the relationships that its own class declares, in order. */
  readonly ownKeys: readonly string[];
  /** Those relationships. */
  readonly ownRelationships: ConfiguredRelationship[] = [];
  relationships: readonly ConfiguredRelationship[] = [];
  #limit: Limit | undefined;
  relationshipByKey: ReadonlyMap<string, ConfiguredRelationship> = new Map();
  readonly uniqueSets: readonly (readonly ModelAttribute[])[];

  constructor(definition: ModelDefinition, parent: ConfiguredMapper | undefined, identity: unknown) {
    this.definition = definition;
    this.model = required(definition.model, "model class");
    this.name = nameOf(definition);
    this.metadata = definition.metadata;
    this.table = definition.table;
    this.parent = parent;
    this.root = parent?.root ?? this;
    this.tables =
      parent === undefined ? [this.table] : definition.ownsTable ? [...parent.tables, this.table] : parent.tables;
    this.attributes = attributesOf(definition, parent);
    this.attributeByKey = new Map(this.attributes.map((attribute) => [attribute.key, attribute]));
    this.primaryKey = this.attributes.filter(({ column }) => column.primaryKey);
    const inherited = parent?.expressions ?? [];
    this.expressions = [
      ...inherited,
      ...definition.properties.map((made, index) => new PropertyAttribute(definition, made, inherited.length + index)),
    ];
    this.expressionByKey = new Map(this.expressions.map((expression) => [expression.key, expression]));
    this.version = this.attributes.find(({ field }) => field.options.version === true);
    const on = this.root.definition.inheritance.on;
    this.polymorphicOn = on === undefined ? undefined : this.attributeByKey.get(on);
    this.polymorphicIdentity = identity;
    this.uniqueSets = uniqueSetsOf(this);
    this.ownKeys = Object.keys(definition.relationships);
    this.selfAndDescendants = [this];
  }

  blank(): InstanceState {
    const entity = Object.create(this.model.prototype as object) as { [key: string]: unknown };
    for (const { key } of this.attributes) entity[key] = undefined;
    const state = new InstanceState(entity, this);
    attachState(entity, state);
    return state;
  }

  validate(entity: object, keys?: ReadonlySet<string>): readonly FieldProblem[] {
    const problems: FieldProblem[] = [];
    const values = entity as { readonly [key: string]: unknown };
    for (const attribute of this.#limited(keys)) validateValue(attribute, values[attribute.key], problems);
    return problems;
  }

  #limited(keys: ReadonlySet<string> | undefined): readonly ModelAttribute[] {
    if (keys === undefined) return this.attributes;
    if (this.#limit?.keys !== keys)
      this.#limit = { keys, attributes: this.attributes.filter(({ key }) => keys.has(key)) };
    return this.#limit.attributes;
  }

  revalidate(entity: object, checked: readonly unknown[] | undefined): readonly FieldProblem[] {
    if (checked === undefined) return this.validate(entity);
    const problems: FieldProblem[] = [];
    const values = entity as { readonly [key: string]: unknown };
    for (const attribute of this.attributes) {
      const value = values[attribute.key];
      const isSame = value === checked[attribute.index] && value !== undefined;
      if (!isSame || (typeof value === "object" && value !== null)) validateValue(attribute, value, problems);
    }
    return problems;
  }
}

/** See `ConfiguredMapper.validate`: most calls in a row limit it to the same set. */
interface Limit {
  readonly keys: ReadonlySet<string>;
  readonly attributes: readonly ModelAttribute[];
}

function validateValue(attribute: ModelAttribute, value: unknown, problems: FieldProblem[]): void {
  if (attribute.computed) return;
  if (value !== undefined) attribute.check.check(value, problems);
  else if (!attribute.serverGenerated)
    problems.push({
      field: attribute.key,
      message: attribute.nullable ? "is undefined. Give it null." : "is required",
    });
}

function attributesOf(definition: ModelDefinition, parent: ConfiguredMapper | undefined): ModelAttribute[] {
  const inherited = (parent?.attributes ?? []).map((attribute): ModelAttribute => {
    if (!definition.ownsTable || !attribute.column.primaryKey) return attribute;
    const own = definition.table.column(attribute.column.name);
    return { ...attribute, column: own, columns: [...attribute.columns, own] };
  });
  const own = definition.fields.map((field, index) => makeAttribute(definition, field, inherited.length + index));
  return [...inherited, ...own];
}

function makeAttribute(definition: ModelDefinition, field: FieldDefinition, index: number): ModelAttribute {
  const column = definition.table.column(field.column.name);
  const { onUpdate, hidden = false } = field.options;
  const computed = column.computed !== undefined;
  return {
    index,
    key: field.key,
    field,
    column,
    columns: [column],
    check: new ValueCheck(field.key, field.schema, field.columnType),
    nullable: field.columnType.nullable,
    isReference: definition.table.foreignKeys.some(({ columns }) => columns.includes(column.name)),
    makeDefault: field.makeDefault,
    makeOnUpdate: typeof onUpdate === "function" ? onUpdate : undefined,
    serverGenerated: column.identity !== undefined || column.serverDefault !== undefined,
    computed,
    serverOnUpdate: computed || column.serverOnUpdate === true,
    hidden,
  };
}

function uniqueSetsOf(mapper: ConfiguredMapper): (readonly ModelAttribute[])[] {
  const byColumn = new Map<Column, ModelAttribute>();
  for (const attribute of mapper.attributes) for (const column of attribute.columns) byColumn.set(column, attribute);
  const sets: (readonly ModelAttribute[])[] = [];
  for (const table of mapper.tables) {
    const plain = table.indexes.filter((index) => index.unique && index.where === undefined);
    const indexed = plain.map((index) =>
      index.columns.map(({ expression }) => (expression.kind === "column" ? expression.name : "")),
    );
    for (const names of [...table.uniques.map((unique) => unique.columns), ...indexed]) {
      const attributes = names.map((name) => {
        const column = table.findColumn(name);
        return column === undefined ? undefined : byColumn.get(column);
      });
      if (attributes.every((attribute) => attribute !== undefined)) sets.push(attributes);
    }
  }
  return sets;
}
