import { z } from 'zod';
import { GivenTime, Timestamp } from '../page';

/** Codes of the EU's vocabulary of data themes (publications.europa.eu/resource/authority/data-theme). */
export const DataTheme = z.enum([
  'AGRI',
  'ECON',
  'EDUC',
  'ENER',
  'ENVI',
  'GOVE',
  'HEAL',
  'INTR',
  'JUST',
  'REGI',
  'SOCI',
  'TECH',
  'TRAN',
]);
export type DataTheme = z.infer<typeof DataTheme>;

/** Codes of the EU's vocabulary of frequencies (publications.europa.eu/resource/authority/frequency), those that are in use. */
export const UpdateFrequency = z.enum([
  'UPDATE_CONT',
  'HOURLY',
  'DAILY',
  'WEEKLY',
  'MONTHLY',
  'QUARTERLY',
  'ANNUAL_2',
  'ANNUAL',
  'IRREG',
  'NEVER',
]);
export type UpdateFrequency = z.infer<typeof UpdateFrequency>;

/** Categories of high-value datasets by the codes of the EU (Regulation 2023/138; data.europa.eu/bna). */
export const HvdCategory = z.enum(['c_ac64a52d', 'c_dd313021', 'c_164e0bf5', 'c_e1da4e07', 'c_a9135398', 'c_b79e35eb']);
export type HvdCategory = z.infer<typeof HvdCategory>;

/** Whom to ask about an API. Its texts are only text here: registry holds them against its rules. */
export const Contact = z
  .strictObject({
    name: z.string(),
    email: z.string().nullable().default(null),
    page: z.string().nullable().default(null).meta({ description: 'An https address' }),
  })
  .meta({ id: 'Contact', description: 'Whom to ask about it: by email, by a page, or by both' });
export type Contact = z.infer<typeof Contact>;

const License = z.string().meta({
  description: 'The https address of its licence; null where none is named',
  example: 'https://creativecommons.org/licenses/by/4.0/',
});
const deprecated = 'From when on consumers should use something else (RFC 9745)';
const sunset = 'When it is expected to end, not before deprecatedAt (RFC 8594); nothing is switched off then';
const DeprecationPage = z.string().meta({ description: 'The https address of a page that tells about the end' });

/** What catalogues and crawlers are told of an API. Null is left out there. */
export const CatalogSettings = z.object({
  license: License.nullable().default(null),
  contact: Contact.nullable().default(null),
  theme: DataTheme.nullable().default(null).meta({ description: 'Its data theme, by the code of the EU' }),
  updateFrequency: UpdateFrequency.nullable().default(null).meta({ description: 'How often its rows change' }),
  hvdCategory: HvdCategory.nullable()
    .default(null)
    .meta({ description: 'Its category, where it is a high-value dataset by Regulation (EU) 2023/138' }),
  deprecatedAt: Timestamp.nullable().default(null).meta({ description: deprecated }),
  sunsetAt: Timestamp.nullable().default(null).meta({ description: sunset }),
  deprecationPage: DeprecationPage.nullable().default(null),
});
export type CatalogSettings = z.infer<typeof CatalogSettings>;

export const noCatalogSettings: CatalogSettings = {
  license: null,
  contact: null,
  theme: null,
  updateFrequency: null,
  hvdCategory: null,
  deprecatedAt: null,
  sunsetAt: null,
  deprecationPage: null,
};

/** The same as a publisher sends it: an absent member stays as it is. */
export const CatalogSettingsChange = z.object({
  license: License.nullish(),
  contact: Contact.nullish(),
  theme: DataTheme.nullish(),
  updateFrequency: UpdateFrequency.nullish(),
  hvdCategory: HvdCategory.nullish(),
  deprecatedAt: GivenTime.nullish().meta({ description: deprecated }),
  sunsetAt: GivenTime.nullish().meta({ description: sunset }),
  deprecationPage: DeprecationPage.nullish(),
});
