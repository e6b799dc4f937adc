import type { Api } from '@sluice/contracts/registry/apis';
import { type Answer, answerTo, Publisher, read } from './publisher';

const FIRST = 'order_id,region,amount,day\n1,EU,10.50,2026-01-01\n2,US,20.25,2026-01-02\n';

interface Sent {
  accepted: number;
  rejected: number;
  dataset: string;
  version: number;
  snapshot: string;
  errors?: { pointer: string; code: string }[];
}
export interface PageOfOrders {
  data: Record<string, unknown>[];
  page: { total?: number; nextCursor: string | null };
  meta: { snapshot: string };
}

/**
 * Gives a function that makes a dataset with two orders, an API that reads it and one that adds to it, at the same path.
 * Their names and paths begin with `what`, one word.
 */
export function ordersOn(stack: ConstructorParameters<typeof Publisher>[0], what: string) {
  const publisher = new Publisher(stack);
  let names = 0;

  return async (send: object = {}, first = FIRST) => {
    const name = `${what} ${++names}`;
    const path = `${what.toLowerCase()}-${names}`;
    const dataset = await publisher.dataset(name);
    await publisher.version(dataset.id, 'csv', first);
    const { token, secret } = await publisher.token(name);
    const apis: Api[] = [];
    for (const method of ['GET', 'POST'] as const) {
      const api = await publisher.api({
        name: `${name} ${method}`,
        datasetId: dataset.id,
        path,
        method,
        active: true,
        send,
      });
      await publisher.assign(api.id, token.id);
      apis.push(api);
    }
    const post = (body: unknown, headers: Record<string, string> = {}, gateway = stack.url): Promise<Answer> =>
      answerTo(`${gateway}/api/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
        body:
          typeof body === 'string' || body instanceof Uint8Array ? (body as RequestInit['body']) : JSON.stringify(body),
      });
    const sent = async (body: unknown, headers?: Record<string, string>): Promise<Sent> => {
      const answer = await post(body, headers);
      expect(answer).toMatchObject({ status: 201 });
      return answer.json as Sent;
    };
    const rows = async (
      search = '',
      headers: Record<string, string> = {},
      gateway = stack.url,
    ): Promise<PageOfOrders> => {
      const answer = await read(gateway, `${path}${search}`, secret, headers);
      expect(answer).toMatchObject({ status: 200 });
      return answer.json as PageOfOrders;
    };
    return { dataset, path, secret, token, apis, post, sent, rows };
  };
}
