import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  type LoggedRequest,
  REQUEST_KEPT_SECONDS,
  type RequestLogFilter,
} from '@sluice/contracts/registry/request-log';
import { type Model, type QueryFilter, Schema } from 'mongoose';

/** A request; its id is a time first, so that the newest sorts last. */
interface RequestDoc extends Omit<LoggedRequest, 'requestId' | 'at'> {
  _id: string;
  at: Date;
}

export const REQUESTS = 'requests';

export const requestSchema = new Schema<RequestDoc>(
  {
    _id: String,
    at: Date,
    apiId: String,
    datasetId: String,
    tokenId: String,
    method: String,
    status: Number,
    code: String,
    rows: Number,
    bytes: Number,
    durationMs: Number,
    client: String,
  },
  { collection: REQUESTS, versionKey: false, autoIndex: false },
)
  .index({ at: 1 }, { expireAfterSeconds: REQUEST_KEPT_SECONDS })
  .index({ apiId: 1, _id: -1 })
  .index({ tokenId: 1, _id: -1 })
  .index({ datasetId: 1, _id: -1 })
  // Failures are few, and what is looked for.
  .index({ status: 1, _id: -1 });

type Wanted = RequestLogFilter & { before?: string; since: Date };

/** Data requests in MongoDB, which forgets them after a day. */
@Injectable()
export class RequestLogStore implements OnModuleInit {
  constructor(@InjectModel(REQUESTS) private readonly model: Model<RequestDoc>) {}

  async onModuleInit(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Adds requests; what is there already stays as it is. */
  async add(requests: readonly LoggedRequest[]): Promise<void> {
    await this.model.bulkWrite(
      requests.map(({ requestId, at, ...request }) => ({
        updateOne: {
          filter: { _id: requestId },
          update: { $setOnInsert: { ...request, at: new Date(at) } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  /** Lists the newest first. */
  async list({ before, since, outcome, requestId, ...members }: Wanted, limit: number): Promise<LoggedRequest[]> {
    const given = Object.entries(members).filter(([, value]) => value !== undefined);
    const ids = { ...(requestId && { $eq: requestId }), ...(before && { $lt: before }) };
    const filter: QueryFilter<RequestDoc> = {
      ...Object.fromEntries(given),
      at: { $gte: since },
      ...(Object.keys(ids).length > 0 && { _id: ids }),
      ...(outcome && { status: statuses[outcome] }),
    };
    const docs = await this.model.find(filter).sort({ _id: -1 }).limit(limit).lean<RequestDoc[]>();
    return docs.map(({ _id, at, ...request }) => ({ ...request, requestId: _id, at: at.toISOString() }));
  }
}

const statuses = {
  success: { $lt: 400 },
  failure: { $gte: 400 },
  client_error: { $gte: 400, $lt: 500 },
  server_error: { $gte: 500 },
} as const;
