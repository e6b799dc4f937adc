/** The database was restored from before some revocations, as libs/messaging reads it: by code and detail. */
export class RestoredOlder extends Error {
  readonly code = 'restored_older';

  constructor(readonly detail: string) {
    super(detail);
  }
}
