import { fetchMongo } from './embedded-mongo';
import { fetchNats } from './embedded-nats';
import type { Progress } from './engine';

/** Has both engines at hand, so that whatever starts them later need not wait for a download. */
export async function fetchEngines(progress: Progress): Promise<void> {
  await fetchNats(progress);
  await fetchMongo(progress);
}
