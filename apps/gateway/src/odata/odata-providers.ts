import { EntitySets } from './entity-sets';
import { KeyFields } from './key-fields';
import { ODataRequests } from './odata-requests';
import { SetRequests } from './set-requests';

/** The providers of this room. */
export const odataProviders = [KeyFields, EntitySets, SetRequests, ODataRequests];
