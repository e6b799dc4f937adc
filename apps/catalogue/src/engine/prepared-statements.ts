import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api';
import { LRUCache } from 'lru-cache';

const MAX_STATEMENTS = 64;

/**
 * The statements that one connection ran last, so that those which come again with other values are not parsed again.
 * They keep nothing open: where a table has gone or come back since, DuckDB binds the statement anew.
 */
export class PreparedStatements {
  private readonly statements = new LRUCache<string, DuckDBPreparedStatement>({
    max: MAX_STATEMENTS,
    dispose: (statement) => statement.destroySync(),
  });

  constructor(private readonly connection: DuckDBConnection) {}

  /** The rows of a statement, with values bound to `?` in their order. One that fails is forgotten. */
  async rows(sql: string, values: DuckDBValue[]): Promise<DuckDBValue[][]> {
    const statement = this.statements.get(sql) ?? (await this.connection.prepare(sql));
    try {
      statement.bind(values);
      const rows = (await statement.runAndReadAll()).getRows();
      this.statements.set(sql, statement);
      return rows;
    } catch (error) {
      if (!this.statements.delete(sql)) statement.destroySync();
      throw error;
    }
  }

  close(): void {
    this.statements.clear();
  }
}
