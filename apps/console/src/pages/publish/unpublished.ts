import { deleteDataset } from '../../server/datasets';
import { Refusal } from '../../server/problem';

const KEY = 'sluice.unpublished';

/** A dataset that was made for a file which is not published yet. */
export interface Unpublished {
  id: string;
  name: string;
}

/** The ones that this browser made and has neither published nor discarded, also those of a page that was cut off. */
export function rememberedDatasets(): readonly Unpublished[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isUnpublished) : [];
  } catch {
    return [];
  }
}

export function rememberDataset({ id, name }: Unpublished): void {
  store([...rememberedDatasets(), { id, name }]);
}

export function forgetDataset(id: string): void {
  store(rememberedDatasets().filter((each) => each.id !== id));
}

/** Deletes it with the file that waits in it, also while the page is being left. It stays remembered where that fails. */
export async function discardDataset(id: string): Promise<void> {
  try {
    await deleteDataset(id, true);
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'dataset_not_found')) throw error;
  }
  forgetDataset(id);
}

function store(datasets: readonly Unpublished[]): void {
  localStorage.setItem(KEY, JSON.stringify(datasets));
}

function isUnpublished(value: unknown): value is Unpublished {
  return typeof value === 'object' && value !== null && 'id' in value && 'name' in value;
}
