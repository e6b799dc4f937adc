import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../apps/standalone/src/embedded/engine';
import { ContainerEngine, type ContainerSpec, hasImage } from './containers';

export type EngineKind = 'embedded' | 'container';

/** A private engine for one test file, already started; `stop` also removes its data. */
export interface TestEngine {
  /** Stays the same over `kill` and `restart`. */
  readonly url: string;
  /** SIGKILL; gone when it returns. */
  kill(): Promise<void>;
  /** Brings it back at the same url with its data, after `kill` or out of its run. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The embedded engines unless SLUICE_TEST_CONTAINERS=true: they are what `npm start` runs and start several times
 * faster. test/service/engines.spec.ts holds both kinds to the same checks.
 */
const preferred: EngineKind = process.env.SLUICE_TEST_CONTAINERS === 'true' ? 'container' : 'embedded';

export async function startEngine(
  embedded: (directory: string) => Engine,
  container: ContainerSpec,
  kind: EngineKind = preferred,
): Promise<TestEngine> {
  if (kind === 'container') {
    if (!(await hasImage(container.image))) throw new Error(`no Docker engine with the image ${container.image}`);
    return started(new ContainerEngine(container), async () => {});
  }
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  return started(embedded(directory), () => rm(directory, { recursive: true, force: true }));
}

async function started(engine: Engine, cleanUp: () => Promise<void>): Promise<TestEngine> {
  await engine.start();
  return {
    get url() {
      return engine.url;
    },
    kill: () => engine.kill(),
    restart: async () => {
      await engine.kill();
      await engine.start();
    },
    stop: async () => {
      await engine.stop();
      await cleanUp();
    },
  };
}
