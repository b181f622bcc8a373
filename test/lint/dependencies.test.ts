/** V30 V34: what comes with the package, and what runs when it, or what it is built with, is installed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly bundledDependencies?: readonly string[];
  readonly bundleDependencies?: readonly string[];
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));
const manifest = read("package.json") as Manifest;
const lock = read("package-lock.json") as { readonly packages: Readonly<Record<string, LockedPackage>> };

/** Packages that a program needs besides this one, if it wants what they do: drivers for their databases, and OpenTelemetry. */
const optional = ["@electric-sql/pglite", "@opentelemetry/api", "better-sqlite3", "mysql2", "pg"];

/** What is wrong with the dependencies of a manifest. */
function dependencyProblems(of: Manifest): string[] {
  const own = { ...of.dependencies, ...of.optionalDependencies };
  const bundled = [...(of.bundledDependencies ?? []), ...(of.bundleDependencies ?? [])];
  const peers = Object.keys(of.peerDependencies ?? {});
  return [
    ...Object.keys(own).map((name) => `${name} comes with the package`),
    ...bundled.map((name) => `${name} is bundled`),
    ...peers.filter((name) => name !== "zod" && !optional.includes(name)).map((name) => `${name} is no optional peer`),
    ...optional
      .filter((name) => peers.includes(name) && of.peerDependenciesMeta?.[name]?.optional !== true)
      .map((name) => `${name} is not optional`),
    ...(peers.includes("zod") && of.peerDependenciesMeta?.["zod"]?.optional !== true ? [] : ["zod is not a peer"]),
  ];
}

const atInstall = ["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare", "dependencies"];

/** What is wrong with what is locked. */
function lockProblems(packages: Readonly<Record<string, LockedPackage>>, of: Manifest): string[] {
  return Object.entries(packages).flatMap(([path, locked]) => {
    if (path === "") return [];
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const { resolved, integrity, link, inBundle, hasInstallScript } = locked;
    return [
      ...(link === true ? [`${path} is a link`] : []),
      ...(resolved !== undefined && !resolved.startsWith("https://registry.npmjs.org/")
        ? [`${path} comes from elsewhere`]
        : []),
      ...(inBundle !== true && integrity?.startsWith("sha512-") !== true ? [`${path} has no sha512`] : []),
      ...(hasInstallScript === true && of.allowScripts?.[name] !== true ? [`${path} runs a script at install`] : []),
    ];
  });
}

test("V30 nothing comes with the package: zod is a peer, and drivers are peers that may be left out", () => {
  expect(dependencyProblems(manifest)).toEqual([]);
});

test("V34 nothing runs when the package is installed", () => {
  expect(Object.keys(manifest.scripts ?? {}).filter((name) => atInstall.includes(name))).toEqual([]);
});

test("V34 what is locked comes from the registry, is what it was, and runs nothing that was not allowed", () => {
  expect(Object.keys(lock.packages).length).toBeGreaterThan(50);
  expect(lockProblems(lock.packages, manifest)).toEqual([]);
});

test("these checks bite", () => {
  const planted: Manifest = {
    dependencies: { "left-pad": "1" },
    optionalDependencies: { fsevents: "2" },
    bundleDependencies: ["pg"],
    peerDependencies: { zod: "4", pg: "8", lodash: "4" },
  };
  expect(dependencyProblems(planted)).toEqual([
    "left-pad comes with the package",
    "fsevents comes with the package",
    "pg is bundled",
    "lodash is no optional peer",
    "pg is not optional",
  ]);
  expect(dependencyProblems({})).toEqual(["zod is not a peer"]);
  const integrity = "sha512-abc";
  const packages: Readonly<Record<string, LockedPackage>> = {
    "": {},
    "node_modules/good": { integrity, resolved: "https://registry.npmjs.org/good/-/good-1.0.0.tgz" },
    "node_modules/linked": { link: true, integrity },
    "node_modules/git": { integrity, resolved: "git+ssh://git@example.org/x.git" },
    "node_modules/a/node_modules/weak": { integrity: "sha1-abc" },
    "node_modules/runs": { integrity, hasInstallScript: true },
    "node_modules/@scope/may-run": { integrity, hasInstallScript: true },
  };
  expect(lockProblems(packages, { allowScripts: { "@scope/may-run": true } })).toEqual([
    "node_modules/linked is a link",
    "node_modules/git comes from elsewhere",
    "node_modules/a/node_modules/weak has no sha512",
    "node_modules/runs runs a script at install",
  ]);
});
