import type { AgentRules } from '@sluice/contracts/agent-rules';
import type { Field } from '@sluice/contracts/fields';
import type { FilterOperator } from '@sluice/contracts/filter';
import type { ListedFormat } from '@sluice/contracts/formats';
import type { LinkRules } from '@sluice/contracts/link-rules';
import type { ApiParameter, ApiSettingsChange } from '@sluice/contracts/registry/api-settings';
import type { Api, CreateApi, Method } from '@sluice/contracts/registry/apis';
import { isSafeNumber, parse } from 'lossless-json';
import type { z } from 'zod';
import { listedFormats } from '../../ui/names';
import { openLinkRules } from '../links/lives';
import { type CatalogDraft, catalogOf, draftOfCatalog, emptyCatalog } from './catalog-draft';
import { draftOfSend, openSend, type SendDraft, sendOf } from './send-draft';

/** A parameter as it is being written: numbers and defaults are text until they are sent. */
export type ParameterDraft = Pick<ApiParameter, 'name' | 'type' | 'description'> & { key: number; default: string };

/** The content of the form: texts as they are typed, so that nothing half-written is lost or mended behind one's back. */
export interface Draft {
  name: string;
  description: string;
  datasetId: string;
  /** Null follows the latest. */
  version: number | null;
  method: Method;
  /** Null answers on every domain. */
  domain: string | null;
  path: string;
  active: boolean;
  /** Null is every field. */
  exposed: readonly string[] | null;
  rowFilter: string;
  parameters: readonly ParameterDraft[];
  defaultSort: string;
  defaultPage: string;
  maxPage: string;
  /** The first is for those who ask for none. */
  formats: readonly ListedFormat[];
  aggregation: boolean;
  history: boolean;
  export: boolean;
  links: LinkRules;
  /** Null is every field that consumers see. */
  filterable: readonly string[] | null;
  sortable: readonly string[] | null;
  /** The operators of fields that have not all of their type's; null is all of every field. */
  operators: Readonly<Record<string, readonly FilterOperator[]>> | null;
  /** Other origins, one a line. */
  origins: string;
  /** For the method POST. */
  send: SendDraft;
  agents: AgentRules;
  catalog: CatalogDraft;
}

export function newDraft(datasetId: string, version: number | null): Draft {
  return {
    name: '',
    description: '',
    datasetId,
    version,
    method: 'GET',
    domain: null,
    path: '',
    active: true,
    exposed: null,
    rowFilter: '',
    parameters: [],
    defaultSort: '',
    defaultPage: '',
    maxPage: '',
    formats: listedFormats,
    aggregation: true,
    history: true,
    export: true,
    links: openLinkRules,
    filterable: null,
    sortable: null,
    operators: null,
    origins: '',
    send: openSend,
    agents: { tool: false, send: false },
    catalog: emptyCatalog,
  };
}

export function draftOf(api: Api): Draft {
  const { name, description, datasetId, version, method, domain, path, active, exposed, aggregation, history } = api;
  return {
    ...{ name, description, datasetId, version, method, domain, path, active, exposed, aggregation, history },
    rowFilter: api.rowFilter === null ? '' : JSON.stringify(api.rowFilter, null, 2),
    parameters: api.parameters.map((parameter, key) => ({
      ...parameter,
      key,
      default: parameter.default === null || parameter.default === undefined ? '' : String(parameter.default),
    })),
    defaultSort: api.defaultSort.join(','),
    defaultPage: String(api.limits.defaultPage),
    maxPage: String(api.limits.maxPage),
    formats: api.formats,
    export: api.export,
    links: api.links,
    filterable: api.filterable,
    sortable: api.sortable,
    operators: api.operators,
    origins: api.cors?.origins.join('\n') ?? '',
    send: draftOfSend(api.send),
    agents: api.agents,
    catalog: draftOfCatalog(api),
  };
}

/** Why the row filter cannot be sent; null if it can. */
export function rowFilterFault(text: string): string | null {
  try {
    parsedFilter(text);
    return null;
  } catch {
    return 'This is not a JSON object yet';
  }
}

function parsedFilter(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return null;
  // As the server reads it: a number that would lose digits stays as its text, which filters read as well.
  const tree = parse(text, undefined, (number) => (isSafeNumber(number) ? Number(number) : number));
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) throw new SyntaxError('not an object');
  return tree as Record<string, unknown>;
}

function settingsOf(draft: Draft, fields: readonly Field[]): ApiSettingsChange {
  const copy = (names: readonly string[] | null) => names && [...names];
  const origins = draft.origins.split(/[\s,]+/).filter((origin) => origin !== '');
  const whole = (text: string) => (text.trim() === '' ? undefined : Number(text));
  return {
    exposed: draft.exposed === null ? null : [...draft.exposed],
    rowFilter: parsedFilter(draft.rowFilter),
    parameters: draft.parameters.map(({ name, type, description, default: value }) => ({
      name,
      type,
      description,
      default: value === '' ? null : value,
    })),
    defaultSort: draft.defaultSort.split(',').filter((name) => name.trim() !== ''),
    limits: { defaultPage: whole(draft.defaultPage), maxPage: whole(draft.maxPage) },
    formats: [...draft.formats],
    aggregation: draft.aggregation,
    history: draft.history,
    export: draft.export,
    links: draft.links,
    filterable: copy(draft.filterable),
    sortable: copy(draft.sortable),
    operators:
      draft.operators && Object.fromEntries(Object.entries(draft.operators).map(([name, ops]) => [name, [...ops]])),
    cors: origins.length > 0 ? { origins } : null,
    agents: draft.agents,
    ...(draft.method === 'POST' && { send: sendOf(draft.send, fields) }),
  };
}

/** Makes the request that changes an API; the dataset is fixed once it exists. */
export function changeOf(draft: Draft, fields: readonly Field[]) {
  const { name, description, version, method, domain, active } = draft;
  return {
    ...{ name, description, version, method, domain, active },
    ...settingsOf(draft, fields),
    ...catalogOf(draft.catalog),
  };
}

export function definitionOf(draft: Draft, fields: readonly Field[]): z.input<typeof CreateApi> {
  return { ...changeOf(draft, fields), datasetId: draft.datasetId, path: draft.path.trim() === '' ? null : draft.path };
}
