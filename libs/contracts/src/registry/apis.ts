import { z } from 'zod';
import { contract } from '../contract';
import { Fault } from '../fault';
import { ApiId, DatasetId, TokenId } from '../ids';
import { Description } from '../names';
import { searchedPageOf, searchRequest, Timestamp } from '../page';
import { Snapshot } from '../snapshot';
import { ApiSettings, ApiSettingsChange } from './api-settings';

export const Method = z.enum(['GET', 'POST']);
export type Method = z.infer<typeof Method>;

/** Segments of `[a-z0-9][a-z0-9-]*`: `_…` stays free for sub-resources. */
export const PATH_PATTERN = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;
export const MAX_PATH_LENGTH = 200;

/** Why an API that follows its dataset stays on an older version: what the newest one would break for its consumers. */
export const ContractFault = Fault.extend({
  field: z.string().nullable(),
  version: z.int().meta({ description: 'The version that the API does not move to' }),
}).meta({ id: 'ContractFault' });
export type ContractFault = z.infer<typeof ContractFault>;

/** An API over a dataset or a pinned version: what a publisher defines, switches on and hands out. */
export const Api = z
  .object({
    id: ApiId,
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    datasetId: DatasetId,
    version: z.int().nullable().meta({ description: 'The pinned version; null follows the latest' }),
    pinnedSnapshot: Snapshot.nullable(),
    method: Method,
    domain: z.string().nullable().meta({ description: 'Null answers on every domain of the installation' }),
    path: z.string(),
    active: z.boolean(),
    listed: z.boolean().default(false).meta({
      description: 'Whether everybody may read what describes it, without a token: never a row',
    }),
    endpoint: z
      .string()
      .nullable()
      .meta({ description: 'The URL to call; null until it is activated for the first time' }),
    tokenIds: z.array(TokenId),
    ...ApiSettings.shape,
    contractFaults: z.array(ContractFault).meta({
      description: 'Not empty while the newest version does not fit: the API stays on the last one that did',
    }),
    createdAt: Timestamp,
    revision: z.int(),
  })
  .meta({ id: 'Api' });
export type Api = z.infer<typeof Api>;

/**
 * An API as its publisher writes it. Names, domains and paths are only text here: registry checks them all at once against the
 * rules and against what exists, and answers every fault together.
 */
export const CreateApi = z
  .strictObject({
    name: z.string(),
    description: Description.default(''),
    datasetId: DatasetId,
    version: z.int().min(1).nullish(),
    method: Method.default('GET'),
    domain: z.string().nullish(),
    path: z.string().nullish(),
    active: z.boolean().default(false),
    listed: z.boolean().default(false),
    ...ApiSettingsChange.shape,
  })
  .meta({ id: 'CreateApi' });
export const UpdateApi = z
  .strictObject({
    name: z.string().optional(),
    description: Description.optional(),
    version: z.int().min(1).nullish(),
    method: Method.optional(),
    domain: z.string().nullish(),
    path: z.string().optional(),
    active: z.boolean().optional(),
    listed: z.boolean().optional(),
    ...ApiSettingsChange.shape,
  })
  .meta({ id: 'UpdateApi' });
/** With a dataset, or the API being edited, what it serves and its settings are checked too. */
export const ValidateApi = z
  .strictObject({
    name: z.string(),
    domain: z.string().nullish(),
    path: z.string().nullish(),
    method: Method.default('GET'),
    datasetId: DatasetId.optional(),
    version: z.int().min(1).nullish(),
    active: z.boolean().optional(),
    listed: z.boolean().optional(),
    ...ApiSettingsChange.shape,
    apiId: ApiId.optional().meta({ description: 'The API being edited: it may keep its own name and path' }),
  })
  .meta({ id: 'ValidateApi' });
export const ApiValidity = z
  .object({
    valid: z.boolean(),
    faults: z.array(Fault),
    path: z
      .string()
      .optional()
      .meta({ description: 'Without a path of its own: the one that its name would give it now' }),
  })
  .meta({ id: 'ApiValidity' });

export const createApi = contract({
  subject: 'registry.apis.create',
  request: CreateApi,
  reply: Api,
  errors: ['invalid_request', 'name_taken', 'path_taken'],
});

export const validateApi = contract({
  subject: 'registry.apis.validate',
  isRead: true,
  request: ValidateApi,
  reply: ApiValidity,
  errors: [],
});

export const getApi = contract({
  subject: 'registry.apis.get',
  isRead: true,
  request: z.object({ apiId: ApiId }),
  reply: Api,
  errors: ['api_not_found'],
});

/** Members by which the list of APIs can be sorted, beside the time of creation. */
export const API_SORTS = ['name', 'path', 'method', 'active'] as const;
export const ApiFilter = z.object({
  datasetId: DatasetId.optional().meta({ description: 'Only APIs over this dataset' }),
  tokenId: TokenId.optional().meta({ description: 'Only APIs to which this token is assigned' }),
  method: Method.optional().meta({ description: 'Only APIs of this method' }),
  active: z.boolean().optional().meta({ description: 'Only APIs that are on, or off' }),
});

export const listApis = contract({
  subject: 'registry.apis.list',
  isRead: true,
  request: searchRequest(API_SORTS).extend(ApiFilter.shape),
  reply: searchedPageOf(Api),
  errors: ['cursor_mismatch'],
});

/** As many things as a page of a list has. */
export const MAX_COUNTED = 200;

/** How many APIs there are over each of these datasets, and to how many each of these tokens is assigned. */
export const countApis = contract({
  subject: 'registry.apis.count',
  isRead: true,
  request: z.object({ datasetIds: z.array(DatasetId).max(MAX_COUNTED), tokenIds: z.array(TokenId).max(MAX_COUNTED) }),
  reply: z.object({ counts: z.record(z.string(), z.int()) }),
  errors: [],
});

export const updateApi = contract({
  subject: 'registry.apis.update',
  request: UpdateApi.extend({ apiId: ApiId, revision: z.int() }),
  reply: Api,
  errors: ['api_not_found', 'invalid_request', 'name_taken', 'path_taken', 'revision_mismatch'],
});

export const deleteApi = contract({
  subject: 'registry.apis.delete',
  request: z.object({ apiId: ApiId }),
  reply: z.object({}),
  errors: ['api_not_found'],
});

/** Switches an API on or off; asking for the state that it has changes nothing. */
export const setApiActive = contract({
  subject: 'registry.apis.set-active',
  request: z.object({ apiId: ApiId, active: z.boolean() }),
  reply: Api,
  errors: ['api_not_found', 'invalid_request'],
});

export const assignToken = contract({
  subject: 'registry.apis.assign-token',
  request: z.object({ apiId: ApiId, tokenId: TokenId }),
  reply: z.object({}),
  errors: ['api_not_found', 'token_not_found', 'invalid_request'],
});

export const unassignToken = contract({
  subject: 'registry.apis.unassign-token',
  request: z.object({ apiId: ApiId, tokenId: TokenId }),
  reply: z.object({}),
  errors: ['api_not_found'],
});

/** Asked before a version is deleted: APIs that are pinned to it, or have stayed on it. */
export const countApisByVersion = contract({
  subject: 'registry.apis.count-by-version',
  isRead: true,
  request: z.object({ datasetId: DatasetId, number: z.int().min(1) }),
  reply: z.object({ count: z.int() }),
  errors: [],
});

/** Asked before a dataset is deleted. */
export const countApisByDataset = contract({
  subject: 'registry.apis.count-by-dataset',
  isRead: true,
  request: z.object({ datasetId: DatasetId }),
  reply: z.object({ count: z.int() }),
  errors: [],
});
