import type { Migration } from '@sluice/storage/migrations';
import { APIS, type ApiDoc } from '../stores/api-doc';

const PIECE = 500;

/** APIs of the first release have no settings, which means the open ones: from here on that is written down. */
const storeSettings: Migration = {
  number: 1,
  title: 'APIs without settings get the open ones',
  needsPause: false,
  run: async (connection, signal) => {
    const apis = connection.collection<ApiDoc & { _id: string }>(APIS);
    while (!signal.aborted) {
      const without = await apis
        .find({ settings: { $exists: false } }, { projection: { _id: 1 }, limit: PIECE })
        .toArray();
      if (without.length === 0) return;
      const ids = without.map(({ _id }) => _id);
      // Somebody may set them at this moment: those stay.
      await apis.updateMany({ _id: { $in: ids }, settings: { $exists: false } }, { $set: { settings: '{}' } });
    }
  },
};

/** The steps for the data of registry, in their order; a new one goes to the end. */
export const registryMigrations: readonly Migration[] = [storeSettings];
