/** Who owns a view and may use it, over its being dropped and created again in one session. */
import { textLiteral } from "./literal.ts";

/** The setting of the session that holds them, by the view's name. */
const setting = "sqlmodel.privileges";

const noted = `coalesce(nullif(pg_catalog.current_setting('${setting}', true), ''), '{}')::jsonb`;

/** Note them before the view `name` is dropped. */
export function notePrivileges(name: string): string {
  const literal = textLiteral(name);
  return (
    `SELECT pg_catalog.set_config('${setting}', (${noted} || pg_catalog.jsonb_build_object(${literal}, ` +
    "pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(c.relowner), 'acl', c.relacl::text)))::text, false) " +
    `FROM pg_catalog.pg_class AS c WHERE c.oid = pg_catalog.to_regclass(${literal})`
  );
}

/** Give them back to the new view. */
export function restorePrivileges(name: string, materialized: boolean): string {
  const kind = materialized ? "MATERIALIZED VIEW" : "VIEW";
  const body = `DECLARE
  kept jsonb := ${noted} -> ${textLiteral(name)};
  granted record;
BEGIN
  IF kept ->> 'owner' <> CURRENT_USER THEN
    EXECUTE pg_catalog.format('ALTER ${kind} %s OWNER TO %I', ${textLiteral(name)}, kept ->> 'owner');
  END IF;
  FOR granted IN SELECT a.privilege_type AS privilege, a.is_grantable AS passed_on,
      CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END AS grantee
    FROM pg_catalog.aclexplode((kept ->> 'acl')::aclitem[]) AS a
    WHERE a.grantee = 0 OR pg_catalog.pg_get_userbyid(a.grantee) <> kept ->> 'owner'
  LOOP
    EXECUTE pg_catalog.format('GRANT %s ON %s TO %s', granted.privilege, ${textLiteral(name)}, granted.grantee)
      || CASE WHEN granted.passed_on THEN ' WITH GRANT OPTION' ELSE '' END;
  END LOOP;
END`;
  return `DO ${textLiteral(body)}`;
}
