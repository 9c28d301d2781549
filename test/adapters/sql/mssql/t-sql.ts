/** Reads statements as T-SQL, with a grammar made for SQL Server's. */
import { importer } from '@dbml/core';

/** Characters of a message that are kept: the grammar lists every word that it would have read. */
const LENGTH = 160;

/** What the grammar says is wrong with a statement; null where it reads it. */
export function problemOfTSql(statement: string): string | null {
  try {
    importer.import(statement, 'mssql');
    return null;
  } catch (error) {
    const { diags = [], message } = error as { diags?: { message: string }[]; message?: string };
    return (diags[0]?.message ?? message ?? String(error)).slice(0, LENGTH);
  }
}
