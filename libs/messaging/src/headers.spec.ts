import { headers } from '@nats-io/transport-node';
import { scopeHeaders, scopeOf } from './headers';

test('request id, time left and actor arrive as they were sent, in whatever script a name is written', () => {
  const actor = {
    id: 'adm_1',
    name: 'Zoë “Zé” 李\r\nSluice-Request-Id: x',
    kind: 'admin',
    address: '2001:db8::1',
  } as const;
  const scope = { requestId: 'req_1', actor };
  expect(scopeOf(scopeHeaders(scope, 700), 50_000)).toEqual({ ...scope, deadlineMs: 50_700 });
  expect(scopeOf(scopeHeaders(scope), 50_000)).toEqual({ ...scope, deadlineMs: undefined });
});

test('an actor that cannot be read is none', () => {
  for (const text of ['%', '%7B', '{}', '[]', 'null', encodeURIComponent('{"id":1}')]) {
    const hdrs = headers();
    hdrs.set('Sluice-Actor', text);
    expect(scopeOf(hdrs, 0)).toEqual({ requestId: 'none', deadlineMs: undefined, actor: undefined });
  }
});
