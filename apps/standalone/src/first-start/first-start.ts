import type { DataDirectory } from '../data-directory';
import type { Progress } from '../embedded/engine';
import type { Settings } from '../settings';
import type { BusAddress } from './admin-key';
import { FirstStartRecord } from './first-start-record';
import { Management } from './management';
import { makeSample, type Sample } from './sample';

export interface FirstStartResult {
  adminKey: string | null;
  sample: Sample | null;
  tokenSecret: string | null;
}

/** What only the first start does: claiming the admin key and making the sample. Interrupted, the next start goes on. */
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
    const { adminKeyPrinted, sampleSettled } = this.record.state;
    return (!adminKeyPrinted && !this.settings.adminKey) || (!sampleSettled && this.settings.sample);
  }

  async run(bus: () => BusAddress, progress: Progress): Promise<FirstStartResult> {
    const adminKey = this.settings.adminKey ?? (this.record.state.adminKeyPrinted ? null : await this.claim(bus()));
    const made = adminKey ? await this.sample(adminKey, progress) : null;
    const shown = this.settings.adminKey ? null : adminKey;
    return { adminKey: shown, sample: this.record.state.sample, tokenSecret: made };
  }

  /** To be called once a person has seen the result. */
  async settle(): Promise<void> {
    if (this.settings.adminKey) return;
    await this.record.update({ adminKey: undefined, adminKeyPrinted: true });
  }

  private async claim(bus: BusAddress): Promise<string | null> {
    if (this.record.state.adminKey) return this.record.state.adminKey;
    // Loaded late: only this start needs the parts of the services' framework behind it.
    const [{ claimAdminKey }, { Logger }] = await Promise.all([import('./admin-key.js'), import('@nestjs/common')]);
    Logger.overrideLogger(false);
    const adminKey = await claimAdminKey(bus);
    if (adminKey) await this.record.update({ adminKey });
    return adminKey;
  }

  private async sample(adminKey: string, progress: Progress): Promise<string | null> {
    if (!this.settings.sample || this.record.state.sampleSettled) return null;
    progress('importing the sample dataset');
    const management = new Management(`http://127.0.0.1:${this.settings.port}`, adminKey);
    const made = await makeSample(management, this.settings);
    await this.record.update({ sampleSettled: true, sample: made?.sample ?? null });
    return made?.tokenSecret ?? null;
  }
}
