import { join } from 'node:path';
import { BackupFolder, runBackupCommand } from './backups';
import type { NpmStart } from './npm-start';
import { Publisher } from './publisher';
import { NpmStarts } from './use-npm-start';

/** Starts of the product by the tests of one file, with a folder for their backups. */
export class BackedUpStarts extends NpmStarts {
  folder!: BackupFolder;

  override async open(): Promise<void> {
    await super.open();
    this.folder = await BackupFolder.make();
  }

  override async close(): Promise<void> {
    await super.close();
    await this.folder?.remove();
  }

  /** Starts a new installation without a sample, and gives who publishes there. */
  async startEmpty(name: string): Promise<{ program: NpmStart; adminKey: string; publisher: Publisher }> {
    const program = await this.start(name, { SLUICE_SAMPLE: 'false' });
    await program.ready();
    const adminKey = await program.said('admin key: ');
    return { program, adminKey, publisher: new Publisher({ url: program.url, adminKey }) };
  }

  /** The environment of a command for an installation of these tests. */
  dataOf(name: string): NodeJS.ProcessEnv {
    return { SLUICE_DATA_DIR: join(this.parent, name), MONGO_URL: '' };
  }

  /** Runs a command that is to go well, and gives what it printed. */
  async succeed(...args: Parameters<typeof runBackupCommand>): Promise<string> {
    const { code, output } = await runBackupCommand(...args);
    expect({ code, output }).toMatchObject({ code: 0 });
    return output;
  }
}

/** Gives the tests of this file a place for their starts and backups. */
export function useBackups(): BackedUpStarts {
  const starts = new BackedUpStarts();
  beforeAll(() => starts.open());
  afterAll(() => starts.close());
  return starts;
}
