import { type Expression, type SqlBool, sql } from 'kysely';

/** What lies under a path prefix, such as `/teams/`; everything when none is given. Not LIKE: a path may hold `_`. */
export function underPath(path: Expression<string>, prefix: string | undefined): Expression<SqlBool> {
  if (prefix === undefined) return sql<SqlBool>`1 = 1`;
  return sql<SqlBool>`substr(${path}, 1, ${prefix.length}) = ${prefix}`;
}
