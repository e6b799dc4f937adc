import { Injectable } from '@nestjs/common';
import { findCommit } from '@sluice/contracts/catalogue/commits';
import type { ReplyOf } from '@sluice/contracts/contract';
import { isRefusal } from '@sluice/messaging/service-error';
import { Services } from '@sluice/messaging/services';
import { readMoment } from '@sluice/query/reading/moment';
import { HttpProblem, invalidQuery } from '../http/problem';
import { KnownVersions } from './known-versions';
import type { RowSource } from './row-source';

type Found = ReplyOf<typeof findCommit>;

/** Finds the snapshot of a source as of a commit or a time. */
@Injectable()
export class History {
  constructor(
    private readonly services: Services,
    private readonly versions: KnownVersions,
  ) {}

  /** What is no moment, or not to be asked for, is left to the parser, which tells it with the other faults. */
  async find(source: RowSource, text: string): Promise<Pick<RowSource, 'snapshot' | 'version'>> {
    const at = readMoment(text);
    if (!at || source.history === 'none') return source;
    // Links and next pages name the commit that they are at already.
    if ('commit' in at && at.commit === (await this.versions.commitAt(source, source))) return source;
    const found = await this.services
      .request(findCommit, { datasetId: source.datasetId, at })
      .catch((error: unknown) => {
        if (isRefusal(error, findCommit, 'snapshot_gone'))
          throw new HttpProblem('snapshot_gone', { detail: error.detail });
        throw isRefusal(error, findCommit, 'invalid_query') ? invalidQuery(error.faults) : error;
      });
    const refusal = refusalOf(source, found);
    if (refusal) throw invalidQuery([{ in: 'query', name: '_at', code: 'unknown_commit', detail: refusal }]);
    const { version, versionId, seq } = found;
    return { version, snapshot: { versionId, seq } };
  }
}

/** Says why a source does not show a state of its dataset, or null when it does. */
function refusalOf({ history, version, snapshot }: RowSource, found: Found): string | null {
  if (found.version > version) return `commit ${found.commit} is of version ${found.version}, which is not served here`;
  if (history === 'all') return null;
  if (found.version < version)
    return `commit ${found.commit} is of version ${found.version}; version ${version} is fixed here`;
  if (history === 'snapshot' && found.seq > snapshot.seq)
    return `this API stays at an earlier commit than ${found.commit}`;
  return null;
}
