import { AuditEntry } from '@sluice/contracts/audit';
import { hashSecret } from '@sluice/runtime/secret-format';
import { mongo } from 'mongoose';
import { type Answer, answerTo, Publisher } from '../support/publisher';
import { useStack } from '../support/use-stack';
import { waitFor } from '../support/wait-for';

const PASSWORD = 'correct horse battery staple';
const CHANGES = 200;
const killed = ['tokens-1', 'registry-1', 'catalogue-1'];

interface Acknowledged {
  requestId: string;
  action: string;
  actorId: string;
  resourceId?: string;
}

interface Thing {
  id: string;
  revision: number;
}

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Somebody with a key of their own who changes one thing after the other, and notes what was acknowledged. */
class Changer {
  private readonly things = new Map<string, Thing[]>();
  private made = 0;

  constructor(
    private readonly publisher: Publisher,
    private readonly name: string,
    private readonly actorId: string,
    private readonly random: (below: number) => number,
    private readonly baseDataset: string,
    private readonly acknowledged: Acknowledged[],
    private readonly secrets: string[],
  ) {}

  async changeSomething(): Promise<void> {
    const kinds = ['token', 'dataset', 'api', 'domain'];
    const kind = kinds[this.random(kinds.length)] ?? 'token';
    const things = this.things.get(kind) ?? [];
    this.things.set(kind, things);
    if (things.length < 2 || this.random(4) === 0) return await this.make(kind, things);
    // What was not acknowledged may be in any state: it is left alone from then on.
    const [thing] = things.splice(this.random(things.length), 1);
    if (thing && (await this.change(kind, thing))) things.push(thing);
  }

  private async make(kind: string, things: Thing[]): Promise<void> {
    const name = `${this.name}-${kind}-${++this.made}`;
    if (kind === 'domain') {
      const domain = await this.call('domain.created', 'POST', '/domains', { name: `${name}.example.com` });
      if (domain) things.push({ id: `${name}.example.com`, revision: 0 });
      return;
    }
    const [action, body] =
      kind === 'token'
        ? ['token.issued', { name }]
        : kind === 'api'
          ? ['api.created', { name, datasetId: this.baseDataset }]
          : ['dataset.created', { name }];
    const answer = await this.call(action, 'POST', `/${kind}s`, body);
    const made = answer?.json as { token?: Thing } & Thing;
    if (answer) things.push({ id: (made.token ?? made).id, revision: 1 });
  }

  /** Whether the thing is still there, in the state that is known. */
  private async change(kind: string, thing: Thing): Promise<boolean> {
    const { id } = thing;
    const step = this.random(kind === 'domain' ? 1 : 4);
    const path = `/${kind}s/${id}`;
    if (kind === 'domain') {
      await this.call('domain.deleted', 'DELETE', path, undefined, id);
      return false;
    }
    if (step === 0 && kind === 'token') {
      await this.call('token.revoked', 'POST', `${path}/revoke`, {}, id);
      return false;
    }
    if (step === 0) {
      await this.call(`${kind}.deleted`, 'DELETE', path, undefined, id);
      return false;
    }
    const revised = { 'if-match': `"${thing.revision}"` };
    const description = `changed ${this.random(1_000_000)}`;
    const answer =
      step === 1 && kind === 'token'
        ? await this.call('token.rotated', 'POST', `${path}/rotate`, { graceSeconds: 60 }, id)
        : step === 1 && kind === 'dataset'
          ? await this.upload(id)
          : step === 1
            ? await this.call('api.updated', 'PATCH', path, { path: `${this.name}/${++this.made}` }, id, revised)
            : await this.call(`${kind}.updated`, 'PATCH', path, { description }, id, revised);
    thing.revision++;
    return answer !== null;
  }

  private async upload(id: string): Promise<Answer | null> {
    const started = await this.publisher.upload(id, 'csv', 'a,b\n1,2\n').catch(() => null);
    return this.note(started, 'dataset.version-published', id);
  }

  private async call(
    action: string,
    method: string,
    path: string,
    body?: unknown,
    resourceId?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer | null> {
    const answer = await this.publisher.call(method, path, body, headers).catch(() => null);
    const secret = (answer?.json as { secret?: string } | undefined)?.secret;
    if (secret) this.secrets.push(secret);
    return this.note(answer, action, resourceId);
  }

  private note(answer: Answer | null, action: string, resourceId?: string): Answer | null {
    if (!answer || answer.status >= 300 || answer.status === 202) return null;
    const requestId = answer.headers.get('x-request-id') ?? '';
    this.acknowledged.push({ requestId, action, actorId: this.actorId, resourceId });
    return answer;
  }
}

describe('the audit log of two gateways', () => {
  const stack = useStack({ gateways: 2 });
  const owner = new Publisher(stack);
  const secrets: string[] = [PASSWORD];
  const acknowledged: Acknowledged[] = [];

  beforeAll(async () => {
    const { id: datasetId } = await owner.dataset('Base');
    const link = (await owner.call('POST', '/admins/setup-link')).json as { secret: string };
    const person = { name: 'Olga', email: 'olga@example.com', password: PASSWORD, secret: link.secret };
    const started = (await owner.call('POST', '/setup', person)).json as { admin: { id: string } };
    const changers = await Promise.all(
      stack.gateways.map(async (url, index) => {
        const made = await owner.call('POST', `/admins/${started.admin.id}/keys`, { name: `key ${index}` });
        const { key, secret } = made.json as { key: { id: string }; secret: string };
        secrets.push(secret);
        const publisher = new Publisher({ url, adminKey: secret });
        return new Changer(publisher, `g${index}`, key.id, numbers(index + 1), datasetId, acknowledged, secrets);
      }),
    );
    secrets.push(link.secret, stack.adminKey);

    let done = false;
    const killing = (async () => {
      for (let round = 0; !done; round++) {
        await stack.kill(killed[round % killed.length] ?? '');
        const before = acknowledged.length;
        await stack.ready();
        await waitFor('changes to go on', () => done || acknowledged.length >= before + 4, 30_000);
      }
    })();
    try {
      await Promise.all(
        changers.map(async (changer) => {
          while (acknowledged.length < CHANGES) await changer.changeSomething();
        }),
      );
    } finally {
      done = true;
      await killing;
    }
    await stack.ready();
  }, 180_000);

  async function exported(query = ''): Promise<AuditEntry[]> {
    const answer = await owner.call('GET', `/audit/export${query}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    return answer.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => AuditEntry.parse(JSON.parse(line)));
  }

  it('has exactly one entry of each of 200 acknowledged changes, whichever service was killed meanwhile', async () => {
    expect(acknowledged.length).toBeGreaterThanOrEqual(CHANGES);
    const entries = await exported();
    const wrong = acknowledged.filter(({ requestId, action, actorId, resourceId }) => {
      const [entry, ...more] = entries.filter((each) => each.requestId === requestId);
      const fits = entry?.action === action && entry.actor.id === actorId && entry.actor.address === '127.0.0.1';
      return !fits || more.length > 0 || (resourceId !== undefined && entry?.resource.id !== resourceId);
    });
    expect(wrong).toEqual([]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  });

  it('has no secret, no password and no hash of one', async () => {
    const client = new mongo.MongoClient(stack.mongoUrl);
    const databases = ['sluice_tokens', 'sluice_registry', 'sluice_catalogue'];
    const logs = await Promise.all(databases.map((name) => client.db(name).collection('audit').find().toArray()));
    await client.close();
    const dump = JSON.stringify(logs);
    expect(logs.every((log) => log.length > 0)).toBe(true);
    expect(secrets.filter((secret) => dump.includes(secret) || dump.includes(hashSecret(secret)))).toEqual([]);
  });

  it('is the same page by page as in one export, newest first, over all services', async () => {
    const ids = (await exported()).map(({ id }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const answer = await owner.call('GET', `/audit?_limit=37${cursor && `&_cursor=${cursor}`}`);
      const { data, page } = answer.json as { data: AuditEntry[]; page: { nextCursor: string | null } };
      paged.push(...data.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(ids);
  });

  it('is filtered by type and action, and refuses what it does not know', async () => {
    const all = await exported();
    const rotated = await exported('?type=token&action=token.rotated');
    expect(rotated.length).toBeGreaterThan(0);
    expect(rotated).toEqual(all.filter(({ action }) => action === 'token.rotated'));
    for (const query of ['?action=token.eaten', '?_limit=1', '?who=me'])
      expect((await owner.call('GET', `/audit/export${query}`)).status).toBe(400);
  });

  it('answers 503 rather than with a gap while a service is away, and opens to no token', async () => {
    const { secret } = await owner.token('Reader');
    const headers = { authorization: `Bearer ${secret}` };
    expect((await answerTo(`${stack.url}/manage/v1/audit`, { headers })).status).toBe(401);
    await stack.stopPart('registry-1');
    for (const path of ['/audit', '/audit/export']) expect((await owner.call('GET', path)).status).toBe(503);
    await stack.restart('registry-1');
    await stack.ready();
    expect((await owner.call('GET', '/audit')).status).toBe(200);
  });
});
