/** What a statement reads of the table: some columns, and all rows or the first ones. */
export interface Needed {
  columns: string[];
  /** Null for all. */
  rows: number | null;
}

interface PlanNode {
  name: string;
  children: PlanNode[];
  extra_info: Record<string, unknown>;
}

/**
 * Finds what a statement reads in the plan that DuckDB has made of it, by `EXPLAIN (FORMAT json)`: the columns that its scans give on,
 * and those that they filter by. Where it ends after the first rows of a scan without a filter, no others are needed.
 */
export function neededBy(planJson: string, statement: string, columns: readonly string[]): Needed {
  const roots: PlanNode[] = JSON.parse(planJson);
  const scans = roots.flatMap(scansOf);
  const found = new Set<string>();
  for (const { extra_info: info } of scans) {
    for (const text of textsOf(info.Projections)) if (columns.includes(text)) found.add(text);
    const filters = textsOf(info.Filters).join(' ');
    for (const column of columns) if (mentions(filters, column)) found.add(column);
  }
  return { columns: columns.filter((column) => found.has(column)), rows: firstRows(roots, statement) };
}

function scansOf(node: PlanNode): PlanNode[] {
  return node.name.trim() === 'SEQ_SCAN' ? [node] : node.children.flatMap(scansOf);
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' && value !== '' ? [value] : [];
}

function mentions(text: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|[^\\p{L}\\p{N}_])${escaped}($|[^\\p{L}\\p{N}_])`, 'u').test(text);
}

/** The number of a `LIMIT` at the end of a statement that does nothing but give rows on; the plan does not tell it. */
function firstRows([root, ...others]: readonly PlanNode[], statement: string): number | null {
  const [, limit] = /\blimit\s+(\d{1,9})\s*$/i.exec(statement) ?? [];
  if (!root || others.length > 0 || limit === undefined) return null;
  let node = root;
  let hasLimit = false;
  for (;;) {
    const [child, ...more] = node.children;
    if (node.name.trim() === 'SEQ_SCAN')
      return hasLimit && node.extra_info.Filters === undefined ? Number(limit) : null;
    if (!child || more.length > 0) return null;
    if (node.name === 'STREAMING_LIMIT' || node.name === 'LIMIT') hasLimit = true;
    else if (node.name !== 'PROJECTION') return null;
    node = child;
  }
}
