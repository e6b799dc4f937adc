import type { Api } from '@sluice/contracts/registry/apis';
import type { DataTheme, HvdCategory, UpdateFrequency } from '@sluice/contracts/registry/catalog-settings';

/** What catalogues are told, as it is typed; empty is nothing. */
export interface CatalogDraft {
  listed: boolean;
  license: string;
  contactName: string;
  contactEmail: string;
  contactPage: string;
  theme: DataTheme | null;
  updateFrequency: UpdateFrequency | null;
  hvdCategory: HvdCategory | null;
  /** As the server tells it, until another day is chosen. */
  deprecatedAt: string;
  sunsetAt: string;
  deprecationPage: string;
}

export const emptyCatalog: CatalogDraft = {
  listed: false,
  license: '',
  contactName: '',
  contactEmail: '',
  contactPage: '',
  theme: null,
  updateFrequency: null,
  hvdCategory: null,
  deprecatedAt: '',
  sunsetAt: '',
  deprecationPage: '',
};

export function draftOfCatalog(api: Api): CatalogDraft {
  const { listed, contact, theme, updateFrequency, hvdCategory } = api;
  return {
    ...{ listed, theme, updateFrequency, hvdCategory },
    license: api.license ?? '',
    contactName: contact?.name ?? '',
    contactEmail: contact?.email ?? '',
    contactPage: contact?.page ?? '',
    deprecatedAt: api.deprecatedAt ?? '',
    sunsetAt: api.sunsetAt ?? '',
    deprecationPage: api.deprecationPage ?? '',
  };
}

/** Makes the settings of what was typed. */
export function catalogOf(draft: CatalogDraft) {
  const { listed, theme, updateFrequency, hvdCategory, contactName, contactEmail, contactPage } = draft;
  const given = (text: string) => (text.trim() === '' ? null : text.trim());
  const contact = { name: contactName, email: given(contactEmail), page: given(contactPage) };
  const hasContact = [contactName, contactEmail, contactPage].some((text) => given(text) !== null);
  return {
    ...{ listed, theme, updateFrequency, hvdCategory },
    license: given(draft.license),
    contact: hasContact ? contact : null,
    deprecatedAt: given(draft.deprecatedAt),
    sunsetAt: given(draft.sunsetAt),
    deprecationPage: given(draft.deprecationPage),
  };
}
