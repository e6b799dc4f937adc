import { z } from 'zod';
import { AgentRules, closedAgentRules } from '../agent-rules';
import { FieldType } from '../fields';
import { FilterOperator } from '../filter';
import { ListedFormat, listedFormats } from '../formats';
import { LinkRules, openLinkRules } from '../link-rules';
import { MAX_PAGE_ROWS } from '../page';
import { openSendRules, SendRules, SendRulesChange } from '../send-rules';
import { CatalogSettings, CatalogSettingsChange, noCatalogSettings } from './catalog-settings';

const DEFAULT_PAGE_ROWS = 100;
const MAX_TREE_LEVELS = 30;
const MAX_PARAMETERS = 50;
const MAX_ORIGINS = 50;

/** Names are only text here: registry holds them against the fields and answers every fault together. */
const Names = z.array(z.string());

/**
 * A named parameter of the endpoint, `?region=EU`, that feeds the fixed row filter. Without a default it has to be given:
 * one that may be left out would open every row to whoever leaves it out.
 */
export const ApiParameter = z
  .strictObject({
    name: z.string(),
    type: FieldType.exclude(['json']),
    default: z
      .union([z.string().max(1_000), z.number(), z.boolean()])
      .nullish()
      .meta({ description: 'What holds when the parameter is not given; null makes it required' }),
    required: z.boolean().optional(),
    description: z.string().max(500).default(''),
  })
  .meta({ id: 'ApiParameter' });
export type ApiParameter = z.infer<typeof ApiParameter>;

const Exposed = Names.nullable().meta({
  description: 'Fields that consumers see, in this order; null is every field. Any other field does not exist for them',
  example: ['order_id', 'region', 'amount'],
});
const RowFilter = z
  .record(z.string(), z.unknown())
  .refine((tree) => levelsWithin(tree, MAX_TREE_LEVELS), 'the filter is nested too deep')
  .nullable()
  .meta({
    description:
      'A filter tree as in `_filter` that always holds, also over hidden fields. `{"$param": "region"}` stands for the value of a parameter',
    example: { region: { eq: { $param: 'region' } }, deleted_at: { null: true } },
  });
const Filterable = Names.nullable().meta({
  description: 'Exposed fields that consumers may filter by; null is all of them',
});
const Operators = z
  .record(z.string(), z.array(FilterOperator))
  .nullable()
  .meta({
    description:
      'For single fields the operators that consumers may use; null, or a field not named, is all of its type',
    example: { region: ['eq', 'in'] },
  });
const Sortable = Names.nullable().meta({
  description: 'Exposed fields that consumers may sort by; null is all of them',
});
const DefaultSort = Names.meta({
  description: 'The order of rows when none is asked for, as in `_sort`; empty is the order of the file',
  example: ['-created_at'],
});
const rows = z.int().min(1).max(MAX_PAGE_ROWS);
const Limits = z.strictObject({
  defaultPage: rows.meta({ description: 'Rows of a page when no `_limit` is given' }),
  maxPage: rows.meta({ description: 'The most rows that `_limit` may ask for' }),
});
const Formats = z.array(ListedFormat).min(1).meta({
  description:
    'Formats that consumers may ask for; the first is for those who ask for none. `xlsx` comes with `csv` and is not listed',
});
const Parameters = z.array(ApiParameter).max(MAX_PARAMETERS);
const Cors = z
  .strictObject({ origins: z.array(z.string()).max(MAX_ORIGINS) })
  .nullable()
  .meta({
    description: 'Origins whose pages may call the endpoint from a browser; `*` is any. Null: no other origin',
    example: { origins: ['https://app.example.com'] },
  });

/** The settings of an API: the fields and controls that its publisher opens to consumers. */
export const ApiSettings = z
  .object({
    exposed: Exposed,
    rowFilter: RowFilter,
    filterable: Filterable,
    operators: Operators,
    sortable: Sortable,
    defaultSort: DefaultSort,
    limits: Limits,
    aggregation: z.boolean().meta({ description: 'Whether `_group` and `_agg` may be used' }),
    export: z.boolean().meta({ description: 'Whether the whole result can be exported' }),
    history: z.boolean().default(true).meta({ description: 'Whether `_at`, and Delta Sharing, read the rows of then' }),
    formats: Formats,
    parameters: Parameters,
    send: SendRules.meta({ description: 'What is taken by an API with the method POST' }),
    cors: Cors,
    links: LinkRules.default(openLinkRules).meta({ description: 'How long links to its rows may live' }),
    agents: AgentRules.default(closedAgentRules).meta({ description: 'What agents get of it besides' }),
    ...CatalogSettings.shape,
  })
  .meta({ id: 'ApiSettings' });
export type ApiSettings = z.infer<typeof ApiSettings>;

/** Every field, every operator, every format: what holds where the publisher set nothing. */
export const openSettings: ApiSettings = {
  exposed: null,
  rowFilter: null,
  filterable: null,
  operators: null,
  sortable: null,
  defaultSort: [],
  limits: { defaultPage: DEFAULT_PAGE_ROWS, maxPage: MAX_PAGE_ROWS },
  aggregation: true,
  export: true,
  history: true,
  formats: [...listedFormats],
  parameters: [],
  send: openSendRules,
  cors: null,
  links: openLinkRules,
  agents: closedAgentRules,
  ...noCatalogSettings,
};

/** The settings as a publisher sends them: an absent member stays as it is, null restores the default. */
export const ApiSettingsChange = z.object({
  exposed: Exposed.optional(),
  rowFilter: RowFilter.optional(),
  filterable: Filterable.optional(),
  operators: Operators.optional(),
  sortable: Sortable.optional(),
  defaultSort: DefaultSort.nullish(),
  limits: Limits.partial().nullish(),
  aggregation: z.boolean().nullish(),
  export: z.boolean().nullish(),
  history: z.boolean().nullish(),
  formats: Formats.nullish(),
  parameters: Parameters.nullish(),
  send: SendRulesChange.nullish(),
  cors: Cors.optional(),
  links: LinkRules.partial().nullish(),
  agents: AgentRules.partial().nullish(),
  ...CatalogSettingsChange.shape,
});
export type ApiSettingsChange = z.infer<typeof ApiSettingsChange>;

/** The settings after a change. Whoever only lowers the largest page gets no default page above it. */
export function changedSettings(settings: ApiSettings, change: ApiSettingsChange): ApiSettings {
  const given = <Key extends keyof ApiSettings>(key: Key, value: ApiSettings[Key] | null | undefined) =>
    value === undefined ? settings[key] : (value ?? openSettings[key]);
  const limits = change.limits === undefined ? settings.limits : (change.limits ?? {});
  const { maxPage = openSettings.limits.maxPage } = limits;
  const { defaultPage = Math.min(openSettings.limits.defaultPage, maxPage) } = limits;
  return {
    exposed: given('exposed', change.exposed),
    rowFilter: given('rowFilter', change.rowFilter),
    filterable: given('filterable', change.filterable),
    operators: given('operators', change.operators),
    sortable: given('sortable', change.sortable),
    defaultSort: given('defaultSort', change.defaultSort),
    limits: { defaultPage, maxPage },
    aggregation: given('aggregation', change.aggregation),
    export: given('export', change.export),
    history: given('history', change.history),
    formats: given('formats', change.formats),
    parameters: given('parameters', change.parameters),
    send: given('send', change.send && { ...openSendRules, ...change.send }),
    cors: given('cors', change.cors),
    links: given('links', change.links && { ...openLinkRules, ...change.links }),
    agents: given('agents', change.agents && { ...closedAgentRules, ...change.agents }),
    license: given('license', change.license),
    contact: given('contact', change.contact),
    theme: given('theme', change.theme),
    updateFrequency: given('updateFrequency', change.updateFrequency),
    hvdCategory: given('hvdCategory', change.hvdCategory),
    deprecatedAt: given('deprecatedAt', change.deprecatedAt),
    sunsetAt: given('sunsetAt', change.sunsetAt),
    deprecationPage: given('deprecationPage', change.deprecationPage),
  };
}

/** A parameter without a default has to be given. */
export function isRequired(parameter: ApiParameter): boolean {
  return parameter.default === null || parameter.default === undefined;
}

/** By a list of its own: a tree that is nested too deep would be too deep for recursion as well. */
function levelsWithin(tree: unknown, max: number): boolean {
  let level: unknown[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > max) return false;
    level = level.flatMap((node) => (typeof node === 'object' && node !== null ? Object.values(node) : []));
  }
  return true;
}
