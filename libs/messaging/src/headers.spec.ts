import { headers } from '@nats-io/transport-node';
import { scopeHeaders, scopeOf } from './headers';

test('request id, deadline and actor arrive as they were sent, in whatever script a name is written', () => {
  const actor = {
    id: 'adm_1',
    name: 'Zoë “Zé” 李\r\nSluice-Request-Id: x',
    kind: 'admin',
    address: '2001:db8::1',
  } as const;
  const scope = { requestId: 'req_1', deadlineMs: 1_700_000_000_000, actor };
  expect(scopeOf(scopeHeaders(scope))).toEqual(scope);
});

test('an actor that cannot be read is none', () => {
  for (const text of ['%', '%7B', '{}', '[]', 'null', encodeURIComponent('{"id":1}')]) {
    const hdrs = headers();
    hdrs.set('Sluice-Actor', text);
    expect(scopeOf(hdrs)).toEqual({ requestId: 'none', deadlineMs: undefined, actor: undefined });
  }
});
