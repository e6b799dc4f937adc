import { Injectable } from '@nestjs/common';
import { NumberText } from '@sluice/query/values/json-value';
import { invalidQuery } from '../http/problem';
import type { PagePlan } from '../reading/page-plan';
import { type Page, Pages } from '../reading/pages';
import { inBody } from '../reading/query-body';
import { QueryPlanner } from '../reading/query-planner';
import type { RowSource } from '../reading/row-source';
import { bytesOf, countFitting } from './answer-size';
import { readUpTo, rowsOf, type TwofoldRow } from './rows-of-page';

/** A page whose rows fit into an answer. */
export interface FittingPage {
  page: Page;
  rows: TwofoldRow[];
  /** Whether fewer rows are in it than were asked for. */
  isShorter: boolean;
}

/** More of a page is not read to find out how many of its rows fit. */
const MAX_READ_BYTES = 256 * 1024;
const SAMPLED_ROWS = 20;
type Body = Readonly<Record<string, unknown>>;

/** Reads pages for answers of a bounded size. */
@Injectable()
export class FittingPages {
  constructor(
    private readonly planner: QueryPlanner,
    private readonly pages: Pages,
  ) {}

  /** Reads a page, and a shorter one where it does not fit, so that its cursor goes on where the answer ends. */
  async read(source: RowSource, body: Body, roomFor: (plan: PagePlan) => number): Promise<FittingPage> {
    for (let limit: number | null = null; ; ) {
      const { page, text } = await this.fetch(source, limit === null ? body : { ...body, limit: whole(limit) });
      const { returned } = page.head;
      const room = roomFor(page);
      const rows = text === null ? [] : rowsOf(text);
      const fitting: number =
        text === null
          ? Math.floor((returned * room) / MAX_READ_BYTES)
          : countFitting(rows, room, ({ row, line }) => bytesOf(row, line));
      if (text !== null && fitting === returned) return { page, rows, isShorter: limit !== null };
      if (fitting === 0 && returned <= 1) throw tooWide();
      limit = Math.max(1, fitting);
    }
  }

  /** Counts the rows of the whole result, and reads the first few to tell how large it is. */
  async sample(source: RowSource, { cursor: _, offset: __, ...body }: Body) {
    const asked = { ...body, limit: whole(SAMPLED_ROWS), count: 'exact' };
    const { page, text } = await this.fetch(source, asked);
    const sampledRows = page.head.returned;
    const rows = page.head.total ?? sampledRows;
    const bytes = text === null ? MAX_READ_BYTES : Buffer.byteLength(text);
    return { page, rows, sampledRows, bytesOfRow: sampledRows === 0 ? 0 : bytes / sampledRows };
  }

  private async fetch(source: RowSource, body: Body): Promise<{ page: Page; text: string | null }> {
    const plan = await this.planner.plan(source, { resource: 'query', body });
    const page = await inBody(this.pages.fetch({ ...plan, format: 'json' }));
    return { page, text: await readUpTo(page.bytes, MAX_READ_BYTES) };
  }
}

function whole(number: number): NumberText {
  return new NumberText(String(number));
}

function tooWide() {
  const detail = 'one row alone is longer than an answer';
  const hint = 'select fewer fields';
  return invalidQuery([{ in: 'body', pointer: '/select', code: 'too_large', detail, hint }], detail);
}
