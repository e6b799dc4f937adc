import type { AuditEntry } from '@sluice/contracts/audit';
import { ChevronRight } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import type { AuditWanted } from '../../server/audit';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { DataTable } from '../../ui/data-table';
import { dateTime, since } from '../../ui/units';
import { actionWords } from './action-words';
import css from './activity.module.css';
import { changesOf } from './changes';

/** Lists changes with their authors, newest first; each opens to what it changed. */
export function ActivityList({
  entries,
  onNarrow,
}: {
  entries: readonly AuditEntry[];
  onNarrow: (part: Pick<AuditWanted, 'actor' | 'resource'>) => void;
}) {
  return (
    <ul className={css.list} aria-label="Activity">
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} onNarrow={onNarrow} />
      ))}
    </ul>
  );
}

function Entry({
  entry,
  onNarrow,
}: {
  entry: AuditEntry;
  onNarrow: (part: Pick<AuditWanted, 'actor' | 'resource'>) => void;
}) {
  const { at, actor, action, resource, requestId, outcome } = entry;
  const changes = changesOf(entry);
  return (
    <li className={css.entry}>
      <Disclosure>
        <Heading level={2} className={css.head}>
          <AriaButton slot="trigger" className={css.trigger}>
            <ChevronRight aria-hidden="true" />
            <span className={css.what}>
              <strong>{actor.name}</strong> {actionWords[action]} <strong>{resource.name}</strong>
              {outcome === 'failure' && <Badge tone="bad">failed</Badge>}
            </span>
            <time dateTime={at} title={dateTime(at)}>
              {since(at)}
            </time>
          </AriaButton>
        </Heading>
        <DisclosurePanel className={css.panel}>
          {changes.length > 0 && (
            <DataTable
              look={css.changes}
              columns={[
                { label: 'Member', cell: ({ member }) => <code>{member}</code> },
                {
                  label: 'Before',
                  cell: ({ before }) => before ?? '–',
                  classOf: ({ before }) => (before === null ? undefined : css.before),
                },
                {
                  label: 'After',
                  cell: ({ after }) => after ?? '–',
                  classOf: ({ after }) => (after === null ? undefined : css.after),
                },
              ]}
              items={changes}
              keyOf={({ member }) => member}
            />
          )}
          <dl className={css.facts}>
            <Fact name="When" value={dateTime(at)} />
            <Fact name="From" value={actor.address || 'the installation itself'} />
            <Fact name="Request" value={requestId} />
            <Fact name="Id" value={resource.id} />
          </dl>
          <div className={css.more}>
            <Button look="quiet" onPress={() => onNarrow({ actor: actor.id })}>
              All of {actor.name}
            </Button>
            <Button look="quiet" onPress={() => onNarrow({ resource: resource.id })}>
              All about {resource.name}
            </Button>
          </div>
        </DisclosurePanel>
      </Disclosure>
    </li>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
