import type { Progress } from '../embedded/engine';
import type { DataDirectory } from '../machine/data-directory';
import { gatewayUrl } from '../machine/listening-address';
import type { Settings } from '../machine/settings';
import type { BusAddress } from './first-secrets';
import { FirstStartRecord } from './first-start-record';
import { Management } from './management';
import { makeSample, type Sample } from './sample';

export interface FirstStartResult {
  adminKey: string | null;
  /** Opens the page on which the owner makes an account, while there is none. */
  setupSecret: string | null;
  sample: Sample | null;
  tokenSecret: string | null;
}

/**
 * Does the work of the first start: claims the admin key and makes the sample; and that of every start until there is an
 * owner: making a link for the account. Interrupted, the next start goes on.
 */
export class FirstStart {
  private constructor(
    private readonly settings: Settings,
    private readonly record: FirstStartRecord,
  ) {}

  static async of(data: DataDirectory, settings: Settings): Promise<FirstStart> {
    return new FirstStart(settings, await FirstStartRecord.read(data.file('first-start.json')));
  }

  /** True when the gateways must be held back, because there is something left to do. */
  get pending(): boolean {
    const { adminKeyPrinted, sampleSettled, ownerExists } = this.record.state;
    return !ownerExists || (!adminKeyPrinted && !this.settings.adminKey) || (!sampleSettled && this.settings.sample);
  }

  async run(bus: () => BusAddress, progress: Progress): Promise<FirstStartResult> {
    const adminKey = this.settings.adminKey ?? (this.record.state.adminKeyPrinted ? null : await this.claim(bus()));
    const made = adminKey ? await this.sample(adminKey, progress) : null;
    const setupSecret = this.record.state.ownerExists ? null : await this.setup(bus());
    const shown = this.settings.adminKey ? null : adminKey;
    return { adminKey: shown, setupSecret, sample: this.record.state.sample, tokenSecret: made };
  }

  /** To be called once a person has seen the result. */
  async settle(): Promise<void> {
    if (this.settings.adminKey) return;
    await this.record.update({ adminKey: undefined, adminKeyPrinted: true });
  }

  private async claim(bus: BusAddress): Promise<string | null> {
    if (this.record.state.adminKey) return this.record.state.adminKey;
    const secrets = await firstSecrets();
    const adminKey = await secrets.claimAdminKey(bus);
    if (adminKey) await this.record.update({ adminKey });
    return adminKey;
  }

  private async setup(bus: BusAddress): Promise<string | null> {
    const secrets = await firstSecrets();
    const secret = await secrets.ownerSetupSecret(bus);
    if (secret === null) await this.record.update({ ownerExists: true });
    return secret;
  }

  private async sample(adminKey: string, progress: Progress): Promise<string | null> {
    if (!this.settings.sample || this.record.state.sampleSettled) return null;
    progress('importing the sample dataset');
    const management = new Management(gatewayUrl(this.settings), adminKey);
    const made = await makeSample(management, this.settings);
    await this.record.update({ sampleSettled: true, sample: made?.sample ?? null });
    return made?.tokenSecret ?? null;
  }
}

/** Loaded late: only such a start needs the parts of the services' framework behind it. */
async function firstSecrets() {
  const { Logger } = await import('@nestjs/common');
  Logger.overrideLogger(false);
  return await import('./first-secrets.js');
}
