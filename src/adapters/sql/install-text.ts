/** The statements of an installation, without a database to run them on. */
import { scriptOf, install, type InstallPlan } from './install.js';

/** What only reads, or frames what is done. */
const NO_CHANGE = /^\s*(select|begin|commit|rollback|savepoint|release|pragma(?! application_id))\b/i;

/** On SQL Server the script's batches; on SQLite what runs on a new file. */
export async function installText(kind: 'sqlite' | 'mssql', plan: InstallPlan): Promise<string[]> {
  if (kind === 'mssql') {
    const { installBatches } = await import('./mssql/install-script.js');
    const { mssqlDialect } = await import('./mssql/dialect.js');
    return installBatches(scriptOf(plan, mssqlDialect.capture));
  }
  const { openDatabase } = await import('./open-database.js');
  const opened = await openDatabase('sqlite::memory:');
  const statements: string[] = [];
  opened.knex.on('query', ({ sql, bindings }: { sql: string; bindings?: readonly unknown[] }) => {
    if (!NO_CHANGE.test(sql)) statements.push(filled(sql, bindings ?? []));
  });
  try {
    await install(opened, plan);
    return statements;
  } finally {
    await opened.knex.destroy();
  }
}

function filled(sql: string, bindings: readonly unknown[]): string {
  let index = 0;
  return bindings.length === 0 ? sql : sql.replace(/\?/g, () => literal(bindings[index++]));
}

function literal(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return value instanceof Date ? literal(value.toISOString()) : 'null';
}
