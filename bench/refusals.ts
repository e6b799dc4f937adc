import { newSecret } from '@sluice/runtime/new-secret';
import { Publisher, read } from '../test/support/publisher';
import { Stack } from '../test/support/stack';
import { waitFor } from '../test/support/wait-for';

/**
 * Whether the time of a refusal tells why: secrets that never existed against revoked, disabled and expired ones, each
 * refused for the first time on its gateway, in turns. Prints the medians and the probability that a caller tells two kinds
 * apart by the time alone (0.5 is not at all).
 */
const EACH = 300;
const GOAL = 1.1;
const WAIT_MS = 3_000;

async function main(): Promise<void> {
  const stack = await Stack.start({ env: { SLUICE_TRUSTED_PROXIES: '127.0.0.1' } });
  try {
    const publisher = new Publisher(stack);
    await publisher.publish('Rows', 'csv', 'a\n1\n');
    const kinds: Record<string, string[]> = { unknown: [], revoked: [], disabled: [], expired: [] };
    for (let i = 0; i < EACH; i++) {
      kinds.unknown?.push(newSecret('slc'));
      for (const kind of ['revoked', 'disabled', 'expired'] as const) {
        const expiresAt = kind === 'expired' ? new Date(Date.now() + WAIT_MS).toISOString() : undefined;
        const { token, secret } = await publisher.token(`${kind} ${i}`, { expiresAt });
        if (kind === 'revoked') await publisher.call('POST', `/tokens/${token.id}/revoke`);
        if (kind === 'disabled')
          await publisher.call('PATCH', `/tokens/${token.id}`, { disabled: true }, { 'if-match': '"1"' });
        kinds[kind]?.push(secret);
      }
    }
    const last = kinds.expired?.at(-1) ?? '';
    const elsewhere = { 'x-forwarded-for': '198.51.100.1' };
    await waitFor('the last expiry', async () => (await read(stack.url, 'rows', last, elsewhere)).status === 401);
    const times = await measure(stack.url, kinds);
    const unknown = times.unknown ?? [];
    console.log(`unknown: median ${median(unknown).toFixed(2)} ms of ${EACH}`);
    for (const [kind, each] of Object.entries(times).slice(1)) {
      const ratio = median(each) / median(unknown);
      const verdict = Math.max(ratio, 1 / ratio) <= GOAL ? 'reached' : 'missed';
      console.log(
        `${kind}: median ${median(each).toFixed(2)} ms, ${ratio.toFixed(3)} times (goal ${GOAL}, ${verdict}); told apart ${separation(unknown, each).toFixed(2)}`,
      );
    }
  } finally {
    await stack.stop();
  }
}

/** One of each kind after the other, each request from an address of its own: failures of an address are limited. */
async function measure(gateway: string, kinds: Record<string, string[]>): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  let address = 0;
  for (let i = 0; i < EACH - 1; i++) {
    for (const kind of Object.keys(kinds)) {
      address++;
      const from = { 'x-forwarded-for': `10.${address >> 16}.${(address >> 8) & 255}.${address & 255}` };
      const startedMs = performance.now();
      const { status } = await read(gateway, 'rows', kinds[kind]?.[i] ?? '', from);
      times[kind]?.push(performance.now() - startedMs);
      if (status !== 401) throw new Error(`${status} for a secret that is ${kind}`);
    }
  }
  return times;
}

function median(times: number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/** The probability that one of `b` took longer than one of `a` (area under the ROC curve). */
function separation(a: number[], b: number[]): number {
  const wins = b.reduce((sum, y) => sum + a.filter((x) => x < y).length + a.filter((x) => x === y).length / 2, 0);
  return wins / (a.length * b.length);
}

void main();
