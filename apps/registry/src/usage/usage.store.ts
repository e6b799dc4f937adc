import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { LATENCY_CLASSES, type UsageBucket, type UsageStep } from '@sluice/contracts/registry/usage';
import type { Model, QueryFilter } from 'mongoose';
import { USAGE, type UsageDoc } from './usage-doc';

/** Sums over some buckets. */
export interface UsageSum extends Omit<UsageDoc, '_id' | 'step' | 'at' | 'apiId' | 'datasetId' | 'tokenId'> {
  _id: unknown;
}

export type Wanted = Pick<UsageBucket, 'step'> & { from: Date } & Partial<
    Pick<UsageDoc, 'apiId' | 'tokenId' | 'datasetId'>
  >;

/** Usage in MongoDB: one document per bucket and gateway. */
@Injectable()
export class UsageStore implements OnModuleInit {
  constructor(@InjectModel(USAGE) private readonly model: Model<UsageDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Counts only grow: what arrives late, behind a newer state, changes nothing. */
  async put(gateway: string, buckets: readonly UsageBucket[]): Promise<void> {
    await this.model.bulkWrite(
      buckets.map(({ step, startMs, apiId, datasetId, tokenId, counts }) => {
        const { latency, ...sums } = counts;
        const of = { step, at: new Date(startMs), apiId, datasetId, tokenId };
        return {
          updateOne: {
            filter: { _id: [step, startMs, apiId, tokenId, gateway].join(' ') },
            update: { $set: of, $max: { ...sums, ...latencyFields(latency) } },
            upsert: true,
          },
        };
      }),
      { ordered: false },
    );
  }

  /** One sum per span of `stepMs`, in order; its `_id` is where the span begins, in milliseconds. */
  series(wanted: Wanted, stepMs: number): Promise<UsageSum[]> {
    const ms = { $toLong: '$at' };
    return this.sums(wanted, { $subtract: [ms, { $mod: [ms, stepMs] }] }, { _id: 1 });
  }

  /** Sums up the APIs or tokens with the most requests. */
  shares(wanted: Wanted, by: 'apiId' | 'tokenId', limit: number): Promise<UsageSum[]> {
    return this.sums(wanted, `$${by}`, { requests: -1 }, limit);
  }

  async removeBefore(step: UsageStep, before: Date): Promise<void> {
    await this.model.deleteMany({ step, at: { $lt: before } });
  }

  private sums(
    { step, from, ...ids }: Wanted,
    group: unknown,
    sort: Record<string, 1 | -1>,
    limit = 10_000,
  ): Promise<UsageSum[]> {
    const match: QueryFilter<UsageDoc> = { step, at: { $gte: from }, ...present(ids) };
    return this.model
      .aggregate<Record<string, number> & { _id: unknown }>([
        { $match: match },
        { $group: { _id: group, ...sumOf } },
        { $sort: sort },
        { $limit: limit },
      ])
      .then((found) => found.map(unfold));
  }
}

const counted = ['requests', 'rows', 'bytes', 'queryMs', 'clientErrors', 'serverErrors'] as const;
const classes = Array.from({ length: LATENCY_CLASSES }, (_, index) => index);
const sumOf = {
  ...Object.fromEntries(counted.map((name) => [name, { $sum: `$${name}` }])),
  ...Object.fromEntries(classes.map((index) => [`c${index}`, { $sum: `$latency.${index}` }])),
};

function latencyFields(latency: readonly number[]): Record<string, number> {
  return Object.fromEntries(latency.flatMap((count, index) => (count > 0 ? [[`latency.${index}`, count]] : [])));
}

function present<Ids extends object>(ids: Ids): Partial<Ids> {
  return Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined)) as Partial<Ids>;
}

function unfold({ _id, ...sums }: Record<string, number> & { _id: unknown }): UsageSum {
  const of = (name: string) => sums[name] ?? 0;
  const latency = Object.fromEntries(classes.map((index) => [String(index), of(`c${index}`)]));
  return {
    _id,
    requests: of('requests'),
    rows: of('rows'),
    bytes: of('bytes'),
    queryMs: of('queryMs'),
    clientErrors: of('clientErrors'),
    serverErrors: of('serverErrors'),
    latency,
  };
}
