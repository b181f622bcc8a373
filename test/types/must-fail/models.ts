/** Constructors, fields and relationships that are wrong. */
import { exclude, field, index, keyPart, many, one, primaryKey, table } from "sqlmodel";
import { z } from "zod";
import { Hero, Team, Villain } from "../must-compile-models.ts";

// @expect-error: Property 'secretName' is missing in type '{ name: string; }' but required in type '{
new Hero({ name: "a" });
// @expect-error: Property 'evilness' is missing
new Villain({ name: "a", secretName: "b" });
// @expect-error: Type 'number' is not assignable to type 'string'.
new Hero({ name: 3, secretName: "b" });
// @expect-error: 'nam' does not exist in type
new Hero({ nam: "a", name: "a", secretName: "b" });
// @expect-error: Type 'undefined' is not assignable to type 'number | null'.
new Hero({ name: "a", secretName: "b", age: undefined });
// @expect-error: Type '{}' is missing the following properties from type 'Team'
new Hero({ name: "a", secretName: "b", team: {} });
// @expect-error: Type '"ugly"' is not assignable to type
new Hero({ name: "a", secretName: "b", alignment: "ugly" });

// @expect-error: Argument of type 'string' is not assignable to parameter of type 'ColumnElement<unknown
index(keyPart("name", { operatorClass: "text_pattern_ops" }));
// @expect-error: 'operatorclass' does not exist in type 'KeyPartOptions'. Did you mean to write 'operatorClass'?
keyPart(Hero.c.name, { operatorclass: "text_pattern_ops" });
// @expect-error: is not assignable to parameter of type 'readonly [element: ColumnElement<unknown
exclude(Hero.c.name);
// @expect-error: is not assignable to parameter of type 'ColumnElement<boolean
exclude([Hero.c.name, "="]).where(Hero.c.age);
// @expect-error: Argument of type '"later"' is not assignable to parameter of type
exclude([Hero.c.name, "="]).deferrable("later");

declare const hero: Hero;
// @expect-error: Type 'string' is not assignable to type 'number'.
hero.age = "3";
// @expect-error: Property 'nam' does not exist on type 'Hero'.
hero.nam;
// @expect-error: Property 'agee' does not exist on type
Hero.c.agee;

// @expect-error: 'indx' does not exist in type 'FieldOptions
field(z.string(), { indx: true });
// @expect-error: Type 'string' is not assignable to type 'number | (() => number) | undefined'.
field(z.int(), { default: "x" });
// @expect-error: Type '"CASCAD"' is not assignable to type
field(z.int(), { foreignKey: "team.id", onDelete: "CASCAD" });

// @expect-error: Type '"nope"' is not assignable to type
export class Pet extends table("pet", { id: primaryKey() }, { team: () => one(Team, { backPopulates: "nope" }) }) {}
// @expect-error: 'orderBy' does not exist in type 'RelationshipOptions
export class Dog extends table("dog", { id: primaryKey() }, { team: () => one(Team, { orderBy: Team.c.name }) }) {}
// @expect-error: Type '"delete everything"' is not assignable to type
many(Hero, { cascade: "delete everything" });
// @expect-error: is not assignable to type
export class Fish extends table("fish", { id: primaryKey(), name: "text" }) {}
export class Bird extends table("bird", { id: primaryKey() }) {
  // @expect-error: must have an 'override' modifier
  static readonly tableArgs = [];
}
