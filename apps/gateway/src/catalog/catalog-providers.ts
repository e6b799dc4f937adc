import { CatalogRequests } from './catalog-requests';
import { ListedDescriptions } from './listed-descriptions';

/** The providers of this room. */
export const catalogProviders = [ListedDescriptions, CatalogRequests];
