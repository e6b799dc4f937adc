import { getVersion } from '@sluice/contracts/catalogue/datasets';
import { readRows } from '@sluice/contracts/catalogue/rows';
import { DiskSpace } from '@sluice/runtime/disk-space';
import { Readiness } from '@sluice/runtime/readiness';
import { SmallDisk } from '../support/small-disk';
import { waitFor } from '../support/wait-for';
import { CatalogueReplicas, gate, held, text } from './catalogue-replicas';

const DISK_MIB = 200;
const RESERVE_MIB = 40;
const MIB = 1024 ** 2;

describe('on a disk without room the catalogue', () => {
  let disk: SmallDisk | null;
  let catalogue: CatalogueReplicas;

  beforeAll(async () => {
    disk = await SmallDisk.mount(DISK_MIB);
    catalogue = await CatalogueReplicas.start(1, {
      SLUICE_CACHE_DIR: disk?.directory,
      SLUICE_DISK_RESERVE_BYTES: String(RESERVE_MIB * MIB),
    });
  });

  afterEach(async () => {
    await disk?.empty();
    await disk?.resize(DISK_MIB);
    await lack(false);
  });

  afterAll(async () => {
    await catalogue?.stop();
    await disk?.unmount();
  });

  const space = () => catalogue.replicas[0]?.get(DiskSpace);
  const lack = (is: boolean) => waitFor('a look at the disk', () => (space()?.lack != null) === is);
  const degraded = () => catalogue.replicas[0]?.get(Readiness).degraded();

  async function dataset(csv = 'id,name\n0,file\n'): Promise<string> {
    const { id } = await catalogue.create();
    expect((await catalogue.run(id, 'csv', text(csv))).phase).toBe('done');
    return id;
  }

  const guarantee = (name: string, check: (disk: SmallDisk) => Promise<void>) =>
    test(name, async () => {
      if (disk) await check(disk);
      else console.warn(`skipped, no small disk can be mounted here: ${name}`);
    });

  guarantee(
    'refuses sends and imports as 507 below the reserve, says what is needed, and goes on reading',
    async (small) => {
      const id = await dataset();
      expect((await catalogue.read(id)).rows).toHaveLength(1);
      await small.leaveFree(RESERVE_MIB - 10);
      await lack(true);
      const refusal = {
        code: 'storage_full',
        detail: 'the disk of the cache is full: 30 MiB are free, and 40 MiB are needed',
      };
      await expect(catalogue.sendRows(id, [{ id: 1 }])).rejects.toMatchObject(refusal);
      await expect(catalogue.begin(id, 'csv')).rejects.toMatchObject(refusal);
      expect(degraded()).toEqual([`disk: ${refusal.detail}`]);
      expect(await catalogue.sendRows(id, [{ id: 1 }], { dryRun: true })).toMatchObject({ accepted: 1 });
      expect((await catalogue.read(id)).rows).toHaveLength(1);
      await small.resize(DISK_MIB);
      await lack(false);
      expect(degraded()).toEqual([]);
      expect(await catalogue.sendRows(id, [{ id: 1 }])).toMatchObject({ accepted: 1 });
    },
  );

  guarantee('ends an import under way that meets the reserve, and leaves nothing of it', async (small) => {
    const { id } = await catalogue.create();
    const { import: started, uploadSubject } = await catalogue.begin(id, 'csv');
    const { promise, release } = gate();
    const sent = catalogue.send(uploadSubject, held('id\n1\n', promise));
    await small.leaveFree(RESERVE_MIB - 10);
    expect(await catalogue.ended(started.id)).toMatchObject({ phase: 'failed', error: { code: 'storage_full' } });
    release();
    await sent;
    expect(await catalogue.storedOf(id)).toMatchObject({ versions: 0, chunks: 0, published: 0 });
  });

  guarantee('answers a first read as 507 when nothing is left, and the rows once there is room', async (small) => {
    const id = await dataset();
    const { id: versionId } = await catalogue.call(getVersion, { datasetId: id });
    await small.fill();
    const page = { snapshot: { versionId, seq: 0 }, select: ['id'], sort: [], limit: 10, count: false };
    await expect(catalogue.call(readRows, page)).rejects.toMatchObject({ code: 'storage_full' });
    await lack(true);
    await expect(catalogue.call(readRows, page)).rejects.toMatchObject({ code: 'storage_full' });
    await small.empty();
    await lack(false);
    expect((await catalogue.read(id)).rows).toHaveLength(1);
  });
});
