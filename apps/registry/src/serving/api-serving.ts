import { Injectable } from '@nestjs/common';
import type { Fault } from '@sluice/contracts/fault';
import type { ApiSettings } from '@sluice/contracts/registry/api-settings';
import { contractFaults } from '../rules/contract-rules';
import { settingsFaults } from '../rules/settings-rules';
import { type ApiDoc, type Served, settingsOf } from '../stores/api-doc';
import type { ApiChange, Serving } from '../stores/apis.store';
import { type Source, SourceChecks } from './source-checks';

/** The version that an API serves after a change, and the faults that stand against the change. */
export interface ServingChange {
  serving: Partial<Serving>;
  faults: Fault[];
}

/** Decides which version an API serves after its publisher changed it, and whether its settings fit that version. */
@Injectable()
export class ApiServing {
  constructor(private readonly sources: SourceChecks) {}

  /**
   * Asks catalogue only where the change depends on it, so that the rest can be changed while catalogue is away.
   * `renewed` are the settings that the publisher sets in this change.
   */
  async check(doc: ApiDoc, change: ApiChange, renewed: readonly (keyof ApiSettings)[] = []): Promise<ServingChange> {
    const source: Source = { ...doc, ...change };
    const settings = settingsOf({ ...doc, ...change });
    const chosen = source.version !== doc.version;
    const held = !chosen && doc.misfit != null && renewed.length > 0;
    const asks = chosen || held || source.method !== doc.method || (source.active && !doc.served);
    if (!asks && renewed.length === 0) return { serving: {}, faults: [] };
    const { served: found, faults } = asks ? await this.sources.check(source) : { served: null, faults: [] };
    const { served } = doc;
    const after =
      chosen || !served
        ? moveTo(settings, found, asks)
        : source.version === null && found && found.number > served.number
          ? followTo(settings, served, found, renewed)
          : { serving: held ? FITS : {}, faults: settingsFaults(settings, served.fields) };
    return { ...after, faults: [...faults, ...after.faults] };
  }
}

const FITS = { contractFaults: [], misfit: null } satisfies Partial<Serving>;

/** Moves to the version that the publisher chose, or the first that there is: the settings have to fit it. */
function moveTo(settings: ApiSettings, found: Served | null, asked: boolean): ServingChange {
  const faults = settingsFaults(settings, found?.fields ?? null);
  return { serving: asked ? { served: found, ...FITS } : {}, faults };
}

/** Moves on to the latest version if it breaks nothing that was not set anew; otherwise the settings have to fit the old one. */
function followTo(
  settings: ApiSettings,
  served: Served,
  latest: Served,
  renewed: readonly (keyof ApiSettings)[],
): ServingChange {
  const broken = contractFaults(settings, served, latest, renewed);
  if (broken.length === 0) return { serving: { served: latest, ...FITS }, faults: [] };
  return {
    serving: { contractFaults: broken, misfit: latest.number },
    faults: settingsFaults(settings, served.fields),
  };
}
