import { type Model, Error as MongooseFault, type QueryFilter } from 'mongoose';
import { behindPosition, readPosition, type SortValue, UnknownCursor, writePosition } from './list-position';

/** Words beyond these are not looked for: each is one more test of every document. */
const MAX_WORDS = 10;
/** Names as people sort them: the case of letters only tells apart what is equal otherwise. */
const PEOPLES_ORDER = { locale: 'en', strength: 2 } as const;

/** Asks for one page of what matches, as `searchRequest` of the contracts says it. */
export interface ListSearch {
  q?: string;
  /** A member, behind a minus for the descending order; `createdAt` is the order of the ids. */
  sort: string;
  cursor?: string;
  limit: number;
  count: boolean;
}

/** What of a collection is searched. */
export interface SearchedList<Doc> {
  filter: QueryFilter<Doc>;
  /** Members in whose texts words are looked for. */
  texts: readonly (keyof Doc & string)[];
  /** A member that is not read. */
  without?: string;
}

/** A page of documents; `total` is there where it was asked for. */
export interface FoundPage<Doc> {
  docs: Doc[];
  page: { nextCursor: string | null; total?: number };
}

/** Reads one page of a collection, behind the last document of the one before. Throws UnknownCursor. */
export async function searchList<Doc extends { _id: string }>(
  model: Model<Doc>,
  { q = '', sort, cursor, limit, count }: ListSearch,
  { filter, texts, without }: SearchedList<Doc>,
): Promise<FoundPage<Doc>> {
  const descending = sort.startsWith('-');
  const named = descending ? sort.slice(1) : sort;
  const member = (named === 'createdAt' ? '_id' : named) as keyof Doc & string;
  const matching: QueryFilter<Doc>[] = [filter, ...wordsIn(q, texts)];
  const behind = cursor === undefined ? [] : [behindPosition<Doc>(readPosition(cursor, sort), member, descending)];
  const step = descending ? -1 : 1;
  const order: Record<string, 1 | -1> = member === '_id' ? { _id: step } : { [member]: step, _id: step };
  const found = model.find({ $and: [...matching, ...behind] } as QueryFilter<Doc>).sort(order);
  if (member !== '_id') found.collation(PEOPLES_ORDER);
  if (without !== undefined) found.select(`-${without}`);
  const [docs, total] = await Promise.all([
    found.limit(limit + 1).lean<Doc[]>(),
    count ? model.countDocuments({ $and: matching } as QueryFilter<Doc>) : undefined,
  ]).catch((error: unknown) => {
    // The value of a cursor that somebody made up is none of the member.
    throw cursor !== undefined && error instanceof MongooseFault.CastError ? new UnknownCursor() : error;
  });
  const last = docs.length > limit ? docs[limit - 1] : undefined;
  const value = last && member !== '_id' ? ((last[member] ?? null) as SortValue) : null;
  const nextCursor = last ? writePosition({ sort, id: last._id, value }) : null;
  return { docs: docs.slice(0, limit), page: { nextCursor, ...(total !== undefined && { total }) } };
}

function wordsIn<Doc>(q: string, texts: readonly string[]): QueryFilter<Doc>[] {
  const words = q.split(/\s+/).filter((word) => word !== '');
  return words.slice(0, MAX_WORDS).map((word) => {
    const pattern = { $regex: word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), $options: 'i' };
    return { $or: texts.map((text) => ({ [text]: pattern })) } as QueryFilter<Doc>;
  });
}
