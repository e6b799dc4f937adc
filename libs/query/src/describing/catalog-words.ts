import type { DataTheme, HvdCategory, UpdateFrequency } from '@sluice/contracts/registry/catalog-settings';

/** What data themes are called, as the EU's vocabulary has them in English. */
export const themeNames: Readonly<Record<DataTheme, string>> = {
  AGRI: 'Agriculture, fisheries, forestry and food',
  ECON: 'Economy and finance',
  EDUC: 'Education, culture and sport',
  ENER: 'Energy',
  ENVI: 'Environment',
  GOVE: 'Government and public sector',
  HEAL: 'Health',
  INTR: 'International issues',
  JUST: 'Justice, legal system and public safety',
  REGI: 'Regions and cities',
  SOCI: 'Population and society',
  TECH: 'Science and technology',
  TRAN: 'Transport',
};

/** What frequencies are called. */
export const frequencyNames: Readonly<Record<UpdateFrequency, string>> = {
  UPDATE_CONT: 'Continuously',
  HOURLY: 'Hourly',
  DAILY: 'Daily',
  WEEKLY: 'Weekly',
  MONTHLY: 'Monthly',
  QUARTERLY: 'Quarterly',
  ANNUAL_2: 'Twice a year',
  ANNUAL: 'Yearly',
  IRREG: 'Irregularly',
  NEVER: 'Never',
};

/** What the categories of high-value datasets are called. */
export const hvdNames: Readonly<Record<HvdCategory, string>> = {
  c_ac64a52d: 'Geospatial',
  c_dd313021: 'Earth observation and environment',
  c_164e0bf5: 'Meteorological',
  c_e1da4e07: 'Statistics',
  c_a9135398: 'Companies and company ownership',
  c_b79e35eb: 'Mobility',
};

/** The licences that are common for data: their SPDX names, and the addresses that stand for them. */
export const commonLicenses: Readonly<Record<string, string>> = {
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/',
  'CC-BY-SA-4.0': 'https://creativecommons.org/licenses/by-sa/4.0/',
  'CC-BY-NC-4.0': 'https://creativecommons.org/licenses/by-nc/4.0/',
  'ODbL-1.0': 'https://opendatacommons.org/licenses/odbl/1-0/',
  'ODC-By-1.0': 'https://opendatacommons.org/licenses/by/1-0/',
  'PDDL-1.0': 'https://opendatacommons.org/licenses/pddl/1-0/',
  'DL-DE-BY-2.0': 'https://www.govdata.de/dl-de/by-2-0',
  'etalab-2.0': 'https://www.etalab.gouv.fr/licence-ouverte-open-licence/',
  'OGL-UK-3.0': 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
};

/** Gives the SPDX name of a licence; undefined where its address is none of those that are common. */
export function licenseName(address: string): string | undefined {
  return Object.keys(commonLicenses).find((name) => commonLicenses[name] === address);
}
