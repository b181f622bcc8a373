import fc from "fast-check";
import { expect, test } from "vitest";
import { closestName, didYouMean } from "./closest-name.ts";
import { snakeCase } from "./snake-case.ts";

test.each([
  ["secretName", "secret_name"],
  ["userID", "user_id"],
  ["HTTPServer2", "http_server2"],
  ["createdAt", "created_at"],
  ["already_snake", "already_snake"],
  ["éclairSize", "éclair_size"],
])("%s becomes %s", (name, expected) => {
  expect(snakeCase(name)).toBe(expected);
});

test("snake case of snake case is itself", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,20}$/), (name) => {
      expect(snakeCase(snakeCase(name))).toBe(snakeCase(name));
    }),
  );
});

test("a slip of the keyboard is recognised, another word is not", () => {
  expect(closestName("emial", ["email", "name"])).toBe("email");
  expect(closestName("NAME", ["email", "name"])).toBe("name");
  expect(closestName("address", ["email", "name"])).toBeUndefined();
  expect(didYouMean("heros", ["heroes"])).toBe(" Did you mean 'heroes'?");
  expect(didYouMean("x", [])).toBe("");
});
