/** Property names to column names. */

/** "secretName" → "secret_name", "userID" → "user_id", "HTTPServer2" → "http_server2"; idempotent. */
export function snakeCase(name: string): string {
  return name
    .replace(/([\p{Lu}\d])(\p{Lu}\p{Ll})/gu, "$1_$2")
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1_$2")
    .toLowerCase();
}
