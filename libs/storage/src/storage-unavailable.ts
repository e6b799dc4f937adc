/** MongoDB cannot be reached, as libs/messaging reads it: by code and detail. */
export class StorageUnavailable extends Error {
  readonly code = 'unavailable';
  readonly detail = 'the database cannot be reached';
}
