import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WitnessCompaction } from './witness-compaction';
import { WitnessFile, type WitnessLine } from './witness-file';

const SERVICES = ['tokens', 'registry'];
const DOCUMENTS = 7;
/** Each step of a compaction behind which its process may have ended; none: before it began. */
const STEPS = ['none', 'claimed', 'written', 'replaced', 'completed'];

describe('the witness', () => {
  let directory: string;
  let witness: WitnessFile;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-witness-'));
    witness = new WitnessFile(join(directory, 'witness.jsonl'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const line = (_id: number, service = 'tokens', document = `doc ${_id % DOCUMENTS}`): WitnessLine => {
    const ending = JSON.stringify({ set: { number: _id } });
    return { service, installation: 'here', _id, collection: 'things', document, ending, hash: `hash ${_id}` };
  };
  const compaction = () => new WitnessCompaction(witness, 0);
  const linesOf = async (service: string) => {
    const lines: WitnessLine[] = [];
    for await (const each of witness.read(service)) lines.push(each);
    return lines;
  };
  /** What is known of each document, as a merge would apply it. */
  const known = async () => {
    const last = new Map<string, string>();
    for (const service of SERVICES) {
      const lines = await linesOf(service);
      for (const each of lines.sort((a, b) => a._id - b._id)) last.set(`${service} ${each.document}`, each.ending);
    }
    return Object.fromEntries(last);
  };
  const write = async (from: number, count: number) => {
    for (let number = from; number < from + count; number++)
      for (const service of SERVICES) await witness.append([line(number, service)]);
  };
  /** Runs a compaction until behind that step, as one whose process ends there. */
  const endBehind = async (step: string) => {
    const steps = compaction().steps();
    if (step === 'none') return;
    for (;;) {
      const { value, done } = await steps.next();
      if (done) throw new Error(`it has no step ${step}`);
      if (value === step) return;
    }
  };

  it('keeps the last word about each document of each service, and no other, once that is less than half', async () => {
    await write(1, 50);
    const before = await known();
    await compaction().takeTurn();
    expect(await known()).toEqual(before);
    for (const service of SERVICES)
      expect((await linesOf(service)).map(({ _id }) => _id)).toEqual([44, 45, 46, 47, 48, 49, 50]);
    expect(await readdir(directory)).toEqual(['witness.jsonl']);
    expect((await stat(witness.path)).mode & 0o777).toBe(0o600);
  });

  it('stays as it is while more than half of it counts', async () => {
    await write(1, 2 * DOCUMENTS);
    const before = await readFile(witness.path, 'utf8');
    await compaction().takeTurn();
    expect(await readFile(witness.path, 'utf8')).toBe(before);
  });

  it.each(STEPS)(
    'loses nothing where its compaction ends behind the step "%s", and is finished later',
    async (step) => {
      await write(1, 50);
      const before = await known();
      await endBehind(step);
      expect(await known()).toEqual(before);
      // Others append, whose process may know nothing of it, and one was interrupted while it wrote.
      await write(51, 3);
      await appendFile(witness.path, '\n{"service":"tokens","_id":');
      await write(54, 1);
      const after = await known();
      expect(after['tokens doc 5']).toBe(line(54).ending);
      const later = compaction();
      for (let turn = 0; turn < 3; turn++) {
        await later.takeTurn();
        expect(await known()).toEqual(after);
      }
      expect(await readdir(directory)).toEqual(['witness.jsonl']);
      for (const service of SERVICES) expect((await linesOf(service)).length).toBeLessThan(2 * DOCUMENTS);
    },
  );

  it('is left alone by others while one compacts, and by one that was taken for dead', async () => {
    await write(1, 50);
    const steps = compaction().steps();
    expect([(await steps.next()).value, (await steps.next()).value]).toEqual(['claimed', 'written']);
    const other = compaction();
    await other.takeTurn();
    expect(await readdir(directory)).toHaveLength(3);
    await other.takeTurn();
    await write(51, 1);
    const now = await known();
    while (!(await steps.next()).done);
    expect(await known()).toEqual(now);
    expect(await readdir(directory)).toEqual(['witness.jsonl']);
  });

  it('has every line that was appended while it is compacted again and again', async () => {
    let next = 1;
    let isDone = false;
    const appending = Array.from({ length: 4 }, async () => {
      while (next < 400) {
        const number = next++;
        // One of four says the last word about a document of its own.
        const document = number % 4 === 0 ? `own ${number}` : 'common';
        await witness.append([line(number, 'tokens', document)]);
      }
    });
    let compactions = 0;
    const compacting = Array.from({ length: 2 }, async () => {
      while (!isDone) for await (const step of compaction().steps()) if (step === 'replaced') compactions++;
    });
    await Promise.all(appending);
    isDone = true;
    await Promise.all(compacting);
    const own = (await linesOf('tokens')).filter(({ document }) => document !== 'common').map(({ _id }) => _id);
    expect([...new Set(own)].sort((a, b) => a - b)).toEqual(Array.from({ length: 99 }, (_, index) => 4 * index + 4));
    expect(compactions).toBeGreaterThan(0);
  });
});
