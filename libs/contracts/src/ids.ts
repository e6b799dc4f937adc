import { z } from 'zod';

const id = <Prefix extends string>(prefix: Prefix) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `not a ${prefix}_ id`);

/** Wire ids: a prefix that names the kind, then 26 characters of Crockford base 32 (48 bits of time, 80 random bits): newest sorts last. */
export const DatasetId = id('ds').meta({ example: 'ds_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const VersionId = id('ver').meta({ example: 'ver_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const ImportId = id('imp').meta({ example: 'imp_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const ApiId = id('api').meta({ example: 'api_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const TokenId = id('tok').meta({ example: 'tok_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const LinkId = id('lnk').meta({ example: 'lnk_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const AgentId = id('agt').meta({ example: 'agt_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const AdminId = id('adm').meta({ example: 'adm_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const AdminKeyId = id('key').meta({ example: 'key_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const SessionId = id('ses').meta({ example: 'ses_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const RequestId = id('req').meta({ example: 'req_01k5x6v4q3m8n2r7t9w1y0z5ab' });
export const AuditEntryId = id('aud').meta({ example: 'aud_01k5x6v4q3m8n2r7t9w1y0z5ab' });

/** The most tokens of one API: lists may be asked for so many by their ids. */
export const MAX_API_TOKENS = 1_000;
