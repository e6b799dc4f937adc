import { messages } from '@sluice/contracts/bus/bus-users';
import type { z } from 'zod';

interface StrictObject {
  path: string;
  /** Whether other forms are tried beside it: then nothing tells which members of it are not known. */
  isChoice: boolean;
}

/** Lists the objects of a schema that take no member which they do not know. */
function strictObjects(schema: z.ZodType): StrictObject[] {
  const found: StrictObject[] = [];
  const visit = (value: unknown, path: string, isChoice: boolean, above: readonly unknown[]): void => {
    if (Array.isArray(value)) for (const each of value) visit(each, path, isChoice, above);
    const def = (value as z.ZodType | null)?._zod?.def as unknown as Record<string, unknown> | undefined;
    if (!def || above.includes(value)) return;
    const inside = [...above, value];
    const catchall = def.catchall as z.ZodType | undefined;
    if (def.type === 'object' && catchall?._zod.def.type === 'never') found.push({ path, isChoice });
    if (def.type === 'object')
      for (const [key, member] of Object.entries(def.shape as object))
        visit(member, `${path}.${key}`, isChoice, inside);
    else if (def.type === 'lazy') visit((def.getter as () => unknown)(), path, isChoice, inside);
    else for (const part of Object.values(def)) visit(part, path, isChoice || def.type === 'union', inside);
  };
  visit(schema, '', false, []);
  return found;
}

const contracts = messages.filter((message) => message.kind === 'contract');
const events = messages.filter((message) => message.kind === 'event');

describe('a member that a later release adds', () => {
  it.each([
    ...contracts.map(({ subject, reply }) => ({ subject, told: reply })),
    ...events.map(({ subject, payload }) => ({ subject, told: payload })),
  ])('is left out by readers of what $subject tells', ({ told }) => {
    expect(strictObjects(told).filter(({ isChoice }) => isChoice)).toEqual([]);
  });

  /** What somebody wants and this release does not know is refused as `other_release`, and a later replica is asked. */
  it('is refused by those that are asked for it, where leaving it out would do something else', () => {
    const strict = contracts.filter(({ request }) => strictObjects(request).length > 0);
    expect(strict.map(({ subject }) => subject).sort()).toEqual([
      'catalogue.datasets.update',
      'catalogue.files.open',
      'catalogue.files.open-changes',
      'catalogue.imports.publish',
      'catalogue.imports.start',
      'catalogue.imports.try-reading',
      'catalogue.rows.changes',
      'catalogue.rows.export',
      'catalogue.rows.read',
      'catalogue.rows.render',
      'catalogue.rows.send',
      'registry.apis.create',
      'registry.apis.update',
      'registry.apis.validate',
      'registry.domains.create',
      'tokens.admin-keys.create',
      'tokens.admins.invite',
      'tokens.admins.update',
      'tokens.passwords.change',
      'tokens.passwords.reset',
      'tokens.sessions.start',
      'tokens.setup.complete',
      'tokens.tokens.issue',
      'tokens.tokens.rotate',
      'tokens.tokens.update',
    ]);
  });
});
