/** How somebody arranged the columns of a dataset. Names that it no longer has are passed over. */
export interface Arrangement {
  /** Columns that were moved stand in this order, before others. */
  order: readonly string[];
  hidden: readonly string[];
  /** In pixels. */
  widths: Readonly<Record<string, number>>;
}

export const asItIs: Arrangement = { order: [], hidden: [], widths: {} };

const KEY = 'sluice.columns';
/** The datasets that were arranged last; what is older is forgotten. */
const MAX_DATASETS = 50;

/** Reads what this browser keeps of a dataset. */
export function loadArrangement(datasetId: string): Arrangement {
  return kept().find(([id]) => id === datasetId)?.[1] ?? asItIs;
}

/** Keeps an arrangement in this browser, as far as it has room; one that changes nothing is forgotten. */
export function saveArrangement(datasetId: string, arrangement: Arrangement): void {
  const others = kept().filter(([id]) => id !== datasetId);
  const all = isChanged(arrangement) ? [...others, [datasetId, arrangement] as const] : others;
  try {
    localStorage.setItem(KEY, JSON.stringify(all.slice(-MAX_DATASETS)));
  } catch {
    // There is no room: the arrangement ends with the page.
  }
}

export function isChanged({ order, hidden, widths }: Arrangement): boolean {
  return order.length > 0 || hidden.length > 0 || Object.keys(widths).length > 0;
}

function kept(): (readonly [string, Arrangement])[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(entry: unknown): entry is readonly [string, Arrangement] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[1] !== 'object' || !entry[1]) return false;
  const { order, hidden, widths }: Partial<Record<keyof Arrangement, unknown>> = entry[1];
  return Array.isArray(order) && Array.isArray(hidden) && typeof widths === 'object' && widths !== null;
}
