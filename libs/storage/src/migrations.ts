import type { Connection } from 'mongoose';

/**
 * One step that brings the documents of a database from how an earlier release wrote them to how this one does. It runs on
 * one replica while the others serve, and may end anywhere: then it is begun again, so that what is done already must be left
 * as it is. Its number is never given to another step.
 */
export interface Migration {
  /** 1, 2, 3 … in each database. */
  number: number;
  /** Says what it does, for the log. */
  title: string;
  /** True where this release cannot read what is not migrated, or the one before cannot read what is: no replica serves until it is done. */
  needsPause: boolean;
  /** Does the work in small pieces, and gives up between two of them once `signal` is aborted. */
  run(connection: Connection, signal: AbortSignal): Promise<void>;
}
