import { describeLack, readFreeBytes } from '@sluice/runtime/free-space';
import { StartFailure } from './start-failure';

const MIB = 1024 ** 2;
const LOOK_MS = 1_000;
/** MongoDB makes no index where less than 500 MiB are free; the rest is for what it writes at first. */
const FIRST_START_BYTES = 564 * MIB;

/** Tells the person at the terminal when the disk of the data directory becomes full, and when it has room again. */
export class DataDisk {
  private wasLacking = false;
  private readonly name: string;

  constructor(
    private readonly directory: string,
    private readonly reserveBytes: number,
  ) {
    this.name = `the data directory ${directory}`;
  }

  /** Fails with one line where a new installation has too little room to begin. */
  async expectRoomForFirstStart(): Promise<void> {
    const needed = Math.max(FIRST_START_BYTES, this.reserveBytes);
    const lack = describeLack(this.name, await this.freeBytes(), needed);
    if (lack) {
      throw new StartFailure(`${lack} for a first start: free space, or set SLUICE_DATA_DIR to a directory elsewhere`);
    }
  }

  /** Says what is missing to take rows and imports; null when nothing is. */
  async lack(): Promise<string | null> {
    return describeLack(this.name, await this.freeBytes(), this.reserveBytes);
  }

  /** Looks every second and says each change. Keeps no process alive. */
  watch(say: (line: string) => void): void {
    const look = async () => {
      const lack = await this.lack();
      if ((lack !== null) === this.wasLacking) return;
      this.wasLacking = lack !== null;
      say(lack ? `${lack}: rows and imports are refused until then, reads go on` : `${this.name} has room again`);
    };
    void look();
    setInterval(look, LOOK_MS).unref();
  }

  /** A disk that cannot be measured is taken for one with room. */
  private freeBytes(): Promise<number> {
    return readFreeBytes(this.directory).catch(() => Number.POSITIVE_INFINITY);
  }
}
