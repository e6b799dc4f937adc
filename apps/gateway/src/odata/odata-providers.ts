import { EntitySets } from './entity-sets';
import { KeyFields } from './key-fields';
import { ODataRequests } from './odata-requests';
import { RowKeys } from './row-keys';
import { SetRequests } from './set-requests';

/** The providers of this room. */
export const odataProviders = [KeyFields, RowKeys, EntitySets, SetRequests, ODataRequests];
