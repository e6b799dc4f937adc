import { contract, event } from '@sluice/contracts/contract';
import { z } from 'zod';
import { type Answer, Handles, Hears } from './handles';
import { isRefusal, refuse, type ServiceError } from './service-error';
import type { Services } from './services';

/**
 * Lists code that the compiler must refuse. `npm run types` is the test: an expected error that does not come is an error.
 * None of it is called.
 */
const greet = contract({
  subject: 'types.greetings.make',
  request: z.object({ name: z.string(), times: z.int().default(1) }),
  reply: z.object({ text: z.string() }),
  errors: ['name_taken'],
});
const read = contract({
  subject: 'types.bytes.read',
  request: z.object({}),
  reply: z.object({ returned: z.int() }),
  replyBytes: true,
  errors: [],
});
const write = contract({
  subject: 'types.bytes.write',
  request: z.object({ name: z.string() }),
  requestBytes: true,
  reply: z.object({}),
  errors: [],
});
const greeted = event({ subject: 'types.greetings.made', payload: z.object({ text: z.string() }) });

async function calls(services: Services): Promise<void> {
  const reply = await services.request(greet, { name: 'you' });
  const text: string = reply.text;
  // @ts-expect-error a reply has what its contract says, of that type
  const wrongType: number = reply.text;
  // @ts-expect-error a reply has nothing else
  reply.other;
  // @ts-expect-error a request needs its members
  await services.request(greet, {});
  // @ts-expect-error a request needs them of their type
  await services.request(greet, { name: 7 });
  // @ts-expect-error a request has no other members
  await services.request(greet, { name: 'you', loud: true });
  const answer = await services.request(read, {});
  const bytes: Uint8Array | AsyncIterable<Uint8Array> = answer.bytes;
  // @ts-expect-error bytes come at once or as a stream: a caller has to handle both
  answer.bytes.byteLength;
  await services.request(write, { name: 'x' }, new Uint8Array(1));
  // @ts-expect-error a request that carries bytes needs them
  await services.request(write, { name: 'x' });
  // @ts-expect-error any other takes none
  await services.request(greet, { name: 'x' }, new Uint8Array(1));
  void [text, wrongType, bytes];
}

function errors(error: unknown): ServiceError {
  // @ts-expect-error only a code that the contract lists
  refuse(greet, 'path_taken');
  // @ts-expect-error only a code that exists
  refuse(greet, 'no_such_code');
  // @ts-expect-error a contract without codes refuses with none
  refuse(read, 'name_taken');
  // @ts-expect-error nor can another one be expected
  isRefusal(error, greet, 'path_taken');
  return refuse(greet, 'name_taken');
}

function contracts(): void {
  // @ts-expect-error a contract lists codes of the error table only
  contract({ subject: 'types.greetings.lose', request: z.object({}), reply: z.object({}), errors: ['lost'] });
}

class Handlers {
  @Handles(greet)
  async right({ name, times }: { name: string; times: number }): Promise<{ text: string }> {
    return { text: name.repeat(times) };
  }

  // @ts-expect-error a handler answers what the contract says
  @Handles(greet)
  async wrongReply(): Promise<{ text: number }> {
    return { text: 7 };
  }

  // @ts-expect-error a handler takes what the contract says
  @Handles(greet)
  async wrongRequest({ name }: { name: number }): Promise<{ text: string }> {
    return { text: String(name) };
  }

  @Handles(read)
  async withBytes(): Promise<Answer<typeof read>> {
    return { head: { returned: 0 }, bytes: new Uint8Array() };
  }

  // @ts-expect-error a contract with bytes is not answered without them
  @Handles(read)
  async withoutBytes(): Promise<{ returned: number }> {
    return { returned: 0 };
  }

  @Hears(greeted)
  hears({ text }: { text: string }): void {
    void text;
  }

  // @ts-expect-error a listener takes what the event says
  @Hears(greeted)
  hearsWrong({ text }: { text: number }): void {
    void text;
  }
}

test('the expected errors above are held by `npm run types`', () => {
  expect([calls, errors, contracts, Handlers].map(({ name }) => name)).toHaveLength(4);
});
