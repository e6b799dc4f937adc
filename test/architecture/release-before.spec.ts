import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messages } from '@sluice/contracts/bus/bus-users';
import { readTold } from '@sluice/messaging/tolerant-reader';
import { projectRoot } from '../../apps/standalone/src/machine/project-root';
import type { RecordedMessage } from '../support/message-recorder';

/** Made by `SLUICE_RECORD_MESSAGES=true npm test -- test/e2e/rolling-upgrade.spec.ts`, where the history is there. */
const recorded = JSON.parse(
  readFileSync(join(projectRoot, 'test/cases/release-before.json'), 'utf8'),
) as RecordedMessage[];
const LEAST_SUBJECTS = 40;

describe('what the release before said on the bus', () => {
  const subjects = [...new Set(recorded.map(({ subject }) => subject))];

  it('is about most of what it could say', () => {
    expect(subjects.length).toBeGreaterThan(LEAST_SUBJECTS);
  });

  it.each(subjects)('is read by this release: %s', (subject) => {
    const message = messages.find((each) => each.subject === subject);
    for (const { kind, head } of recorded.filter((each) => each.subject === subject)) {
      const said = message?.kind === 'contract' ? message.request : message?.payload;
      const schema = message?.kind === 'contract' && kind === 'reply' ? message.reply : said;
      expect({ head, read: schema && readTold(schema, structuredClone(head)) !== undefined }).toEqual({
        head,
        read: true,
      });
    }
  });
});
