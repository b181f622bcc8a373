/** The language of full-text queries, and what each database gets of it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { booleanQuery, ftsQuery, parseSearch, tsquery } from "./search-query.ts";

const cases: readonly (readonly [query: string, postgresql: string, sqlite: string, mysql: string])[] = [
  ["web", "(('web'))", '("web")', "+(web Web WEB)"],
  ["web spin*", "(('web')) & (('spin':*))", '("web") AND ("spin" *)', "+(web Web WEB) +(spin* Spin* SPIN*)"],
  ["web OR net", "(('web') | ('net'))", '("web" OR "net")', "+(web Web WEB net Net NET)"],
  ["web -net", "(('web')) & !('net')", '(("web")) NOT ("net")', "+(web Web WEB) -net -Net -NET"],
  ['"a web"', "(('a' <-> 'web'))", '("a web")', '+("a web" "A Web" "A WEB" "A web")'],
  ["e-mail", "(('e' <-> 'mail'))", '("e mail")', '+("e mail" "E Mail" "E MAIL" "E mail")'],
  ["-net", "", '""', ""],
  ["OR web OR", "(('web'))", '("web")', "+(web Web WEB)"],
  ["it web", "(('it')) & (('web'))", '("it") AND ("web")', "+(web Web WEB)"],
  ["' \" * ( ) : & | ! <-> @ + ~", "", '""', ""],
];

test.each(cases)("%s", (query, postgresql, sqlite, mysql) => {
  const parsed = parseSearch(query);
  expect([tsquery(parsed), ftsQuery(parsed), booleanQuery(parsed)]).toEqual([postgresql, sqlite, mysql]);
});

test("nothing of a query is syntax but what is made here", () => {
  const shapes = [/^[\p{L}\p{N}\p{M}_'()&|!<>:* -]*$/u, /^[\p{L}\p{N}\p{M}_"()* ]*$/u, /^[\p{L}\p{N}\p{M}_"()*+ -]*$/u];
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (query) => {
      const parsed = parseSearch(query);
      const texts = [tsquery(parsed), ftsQuery(parsed), booleanQuery(parsed)];
      for (const [place, text] of texts.entries()) expect(text).toMatch(shapes[place] ?? /^$/);
      const words = [...parsed.all.flat(), ...parsed.excluded].flatMap((term) => term.words);
      for (const word of words) expect(word).toMatch(/^[\p{L}\p{N}\p{M}_]*[\p{L}\p{N}][\p{L}\p{N}\p{M}_]*$/u);
    }),
    { numRuns: 2000 },
  );
});
