import { chmodSync, chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Users inside the images, by number: of Sluice's own image and of nats-server, and of MongoDB's. */
export interface SecretOwners {
  node: number;
  mongodb: number;
}

/** The volume that the containers of MongoDB mount; all others belong to `node`. */
const OF_MONGODB = 'mongo';

/** The files of secrets, in one folder for each volume: each container mounts only its own. */
export class SecretFiles {
  constructor(
    private readonly root: string,
    private readonly owners: SecretOwners,
  ) {}

  read(volume: string, name: string): string | null {
    const file = join(this.root, volume, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : null;
  }

  /** Gives what a file holds; where there is none, it gets what `make` makes. */
  ensure(volume: string, name: string, make: () => string): string {
    const text = this.read(volume, name) ?? make();
    this.write(volume, name, text);
    return text;
  }

  /** Gives a file its text, owner and mode in one step, so that a reader never sees half of it. */
  write(volume: string, name: string, text: string): void {
    const folder = join(this.root, volume);
    const owner = volume === OF_MONGODB ? this.owners.mongodb : this.owners.node;
    if (this.read(volume, name) !== text) {
      const next = join(folder, `${name}.next`);
      rmSync(next, { force: true });
      writeFileSync(next, text, { mode: 0o400 });
      chownSync(next, owner, owner);
      renameSync(next, join(folder, name));
    }
    chownSync(folder, owner, owner);
    chmodSync(folder, 0o700);
  }

  remove(volume: string, name: string): void {
    rmSync(join(this.root, volume, name), { force: true });
  }
}
