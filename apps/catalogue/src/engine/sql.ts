/** An identifier for SQL text. Only names that come from a schema or from this code get here, never a caller's text. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** A text literal, for paths that this process made and for labels of a JSON object's keys; callers' values are bound. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
