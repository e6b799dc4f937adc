import { Schema } from 'mongoose';

/** What the authorization server keeps, beside the grants, which are agents. */
export const oauthModels = ['Client', 'Interaction', 'AuthorizationCode', 'AccessToken', 'RefreshToken'] as const;
export type OAuthModel = (typeof oauthModels)[number];

/** A record of the authorization server. Its id is a secret where somebody can do something with it: what is stored is a hash. */
export interface OAuthRecordDoc {
  /** The model, and the SHA-256 of the record's id. */
  _id: string;
  model: OAuthModel;
  /** Without the record's id. */
  payload: Record<string, unknown>;
  /** Whose grant it belongs to, where it does. */
  agentId?: string;
  /** The network that made it, where nobody was known yet. */
  address?: string;
  createdAt: Date;
  expiresAt: Date;
  consumedAt?: Date;
}

export const OAUTH_RECORDS = 'oauthRecords';

export const oauthRecordSchema = new Schema<OAuthRecordDoc>(
  {
    _id: String,
    model: String,
    payload: Schema.Types.Mixed,
    agentId: String,
    address: String,
    createdAt: Date,
    expiresAt: Date,
    consumedAt: Date,
  },
  { collection: OAUTH_RECORDS, versionKey: false, autoIndex: false, minimize: false },
)
  .index({ agentId: 1, model: 1 }, { sparse: true })
  .index({ model: 1, address: 1, expiresAt: 1 })
  .index({ expiresAt: 1 });
