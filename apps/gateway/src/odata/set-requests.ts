import { Injectable } from '@nestjs/common';
import { Answers } from '../answering/answers';
import { HttpProblem } from '../http/problem';
import { searchOf } from '../http/search';
import { currentRoute } from '../reading/min-snapshot';
import type { PagePlan } from '../reading/page-plan';
import { inBody } from '../reading/query-body';
import { QueryPlanner } from '../reading/query-planner';
import { sourceOfRoute } from '../reading/row-source';
import type { DataCall } from '../resources/resource';
import { Snapshots } from '../routing/snapshots';
import { type EntitySet, EntitySets } from './entity-sets';
import type { ODataAddress } from './odata-address';
import { expectText, jsonFormat } from './odata-format';
import { maxPageSize } from './page-size';
import { readQueryOptions, systemOptions } from './query-options';
import { RowKeys } from './row-keys';
import { countForm, entityForm, nameOfForm, type SetAnswer, setForm } from './set-form';
import { readKeyQuery, readSetQuery, type SetQuery } from './set-query';

type Asked = Extract<ODataAddress, { set: string }>;

/** Answers what is asked about one set: its rows or groups, their number, or one row. */
@Injectable()
export class SetRequests {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly sets: EntitySets,
    private readonly rowKeys: RowKeys,
    private readonly planner: QueryPlanner,
    private readonly answers: Answers,
  ) {}

  async answer(call: DataCall, address: Asked, base: string): Promise<void> {
    const route = await currentRoute(this.snapshots, call.route, call.request);
    const current = { ...call, route };
    const set = await this.sets.open(route);
    // What is found only with the rows at hand names our own parameters.
    await inBody(
      address.kind === 'entity'
        ? this.entity(current, set, address, base)
        : address.kind === 'count'
          ? this.count(current, set)
          : this.rows(current, set, base),
    );
  }

  private async rows(call: DataCall, set: EntitySet, base: string): Promise<void> {
    const { request, reply } = call;
    const options = readQueryOptions(request, systemOptions);
    const form = jsonFormat(request, options.system.get('$format'));
    const preferred = maxPageSize(request, reply);
    const query = readSetQuery(set, options, { most: set.view.maxLimit, preferred });
    if (query.isGrouped) request.dataClass = 'query';
    const seal = await this.rowKeys.sealOf(set.route.apiId);
    const next = (cursor: string, top: number | null) => `${base}${set.name}?${nextSearch(request, cursor, top)}`;
    const answer: SetAnswer = { set, query, form, base, seal, next };
    await this.send(call, await this.plan(call, query), answer, setForm(answer));
  }

  private async count(call: DataCall, set: EntitySet): Promise<void> {
    const options = readQueryOptions(call.request, ['$filter', '$search', '$format']);
    expectText(options.system.get('$format'));
    const query = readSetQuery(set, options, { most: 1, preferred: null });
    const plan = await this.plan(call, { ...query, hasRowKey: false, body: { ...query.body, count: 'exact' } });
    await this.answers.sendAs(call.request, call.reply, { ...plan, tag: `${plan.tag}-count` }, countForm, call.charge);
  }

  private async entity(
    call: DataCall,
    set: EntitySet,
    { key }: Extract<Asked, { kind: 'entity' }>,
    base: string,
  ): Promise<void> {
    const options = readQueryOptions(call.request, ['$select', '$format']);
    const form = jsonFormat(call.request, options.system.get('$format'));
    const query = readKeyQuery(set, key, options);
    call.request.dataClass = 'lookup';
    const seal = await this.rowKeys.sealOf(set.route.apiId);
    const answer: SetAnswer = { set, query, form, base, seal, next: () => '' };
    const plan = await this.plan(call, query);
    if (set.key !== null) return await this.send(call, plan, answer, entityForm(answer, null));
    const [given] = key.values();
    const position = given?.type === 'text' ? seal.open(plan.snapshot.versionId, given.text) : null;
    if (position === null) throw new HttpProblem('not_found', { detail: `${set.name} has no row with this key` });
    // In the order of positions, the row is the first one behind the one before it.
    const after = position === 0 ? {} : { after: { row: position - 1, values: [] } };
    const atPosition = { ...plan, ...after, query: { ...plan.query, sort: [] } };
    await this.send(call, atPosition, answer, entityForm(answer, position));
  }

  private async plan({ route, request }: DataCall, { body, hasRowKey }: SetQuery): Promise<PagePlan> {
    const plan = await this.planner.plan(sourceOfRoute(route), { resource: 'query', body });
    request.rows = 0;
    return { ...plan, format: 'json', positions: hasRowKey };
  }

  private async send(
    call: DataCall,
    plan: PagePlan,
    { form, base }: SetAnswer,
    written: ReturnType<typeof setForm>,
  ): Promise<void> {
    const { request, reply, charge } = call;
    const path = request.url.split('?', 1)[0] ?? '';
    const name = nameOfForm([base, path, searchOf(request), form.metadata, form.ieee754]);
    await this.answers.sendAs(request, reply, { ...plan, tag: `${plan.tag}-${name}` }, written, charge);
  }
}

/** Writes the query string of the next page: what was asked for, from a cursor on. */
function nextSearch(request: { url: string }, cursor: string, top: number | null): string {
  const kept = searchOf(request)
    .split('&')
    .filter((part) => part !== '' && !/^(?:\$|%24)(?:top|skip|skiptoken)=/i.test(part));
  return [...kept, ...(top === null ? [] : [`$top=${top}`]), `$skiptoken=${cursor}`].join('&');
}
