/** Operations on domains and extensions of a catalog. */
import type { Catalog } from "../catalog.ts";
import type { DomainOperation, ExtensionOperation } from "../operation.ts";
import { found, foundObject, inserted, replaced, requireFree, requireFreeObject, without } from "./edit.ts";

export function applyDomainOperation(catalog: Catalog, operation: DomainOperation): Catalog {
  const { domains } = catalog;
  if (operation.kind === "createDomain") {
    requireFreeObject(domains, operation.domain, "domain");
    return { ...catalog, domains: inserted(domains, operation.domain) };
  }
  const before = foundObject(domains, operation.domain, "domain");
  if (operation.kind === "dropDomain") return { ...catalog, domains: without(domains, before) };
  return { ...catalog, domains: replaced(domains, before, { ...before, ...operation.changes }) };
}

export function applyExtensionOperation(catalog: Catalog, operation: ExtensionOperation): Catalog {
  const { extensions } = catalog;
  if (operation.kind === "createExtension") {
    const { extension } = operation;
    requireFree(extensions, extension.name, "extension", "The database");
    return { ...catalog, extensions: inserted(extensions, { ...extension, version: extension.version ?? "" }) };
  }
  return {
    ...catalog,
    extensions: without(extensions, found(extensions, operation.name, "extension", "The database")),
  };
}
