import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download, History } from 'lucide-react';
import { type AuditWanted, auditExport, auditQuery } from '../../server/audit';
import { PageHeader } from '../../shell/page-header';
import { Button, buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { TextField } from '../../ui/field';
import { Loaded } from '../../ui/loaded';
import logCss from '../../ui/log.module.css';
import { Select } from '../../ui/select';
import { ShowOlder } from '../../ui/show-older';
import { actions, actionWords, kindNames, kinds } from './action-words';
import { ActivityList } from './activity-list';

const ANY = '*';

/** Shows the audit log, with its filters. */
export function ActivityPage() {
  const wanted = useSearch({ from: '/shell/activity' });
  const navigate = useNavigate();
  const log = useInfiniteQuery(auditQuery(wanted));
  const want = (part: AuditWanted) => void navigate({ to: '/activity', search: { ...wanted, ...part }, replace: true });
  const isNarrow = Object.values(wanted).some((value) => value !== undefined);
  return (
    <>
      <PageHeader
        title="Activity"
        about="Every change, by whom and from where. Nothing of it can be changed or removed here."
        actions={
          <a href={auditExport(wanted)} download className={buttonClass()}>
            <Download aria-hidden="true" />
            Download as NDJSON
          </a>
        }
      />
      <div className={logCss.filters}>
        <Select
          label="About"
          choices={[{ id: ANY, label: 'Everything' }, ...kinds.map((id) => ({ id, label: kindNames[id] }))]}
          value={wanted.type ?? ANY}
          onChange={(id) => want({ type: kinds.find((kind) => kind === id), action: undefined })}
        />
        <Select
          label="Action"
          choices={[
            { id: ANY, label: 'Any' },
            ...actions
              .filter((id) => !wanted.type || id.startsWith(`${wanted.type}.`))
              .map((id) => ({ id, label: actionWords[id] })),
          ]}
          value={wanted.action ?? ANY}
          onChange={(id) => want({ action: actions.find((action) => action === id) })}
        />
        <TextField
          label="From"
          type="date"
          value={wanted.from ?? ''}
          onChange={(from) => want({ from: from || undefined })}
        />
        <TextField label="To" type="date" value={wanted.to ?? ''} onChange={(to) => want({ to: to || undefined })} />
        {isNarrow && (
          <Button look="quiet" onPress={() => void navigate({ to: '/activity', search: {}, replace: true })}>
            Clear
          </Button>
        )}
      </div>
      {(wanted.actor || wanted.resource) && (
        <p className={logCss.narrow}>
          {wanted.actor && (
            <>
              Only by <code>{wanted.actor}</code>{' '}
            </>
          )}
          {wanted.resource && (
            <>
              Only about <code>{wanted.resource}</code>
            </>
          )}
        </p>
      )}
      <Card flush>
        <Loaded query={log}>
          {({ pages }) => {
            const entries = pages.flatMap(({ data }) => data);
            if (entries.length === 0) {
              return (
                <EmptyState picture={History} title="Nothing fits">
                  Nobody did anything of this kind in this time. Take a filter away to see more.
                </EmptyState>
              );
            }
            return <ActivityList entries={entries} onNarrow={want} />;
          }}
        </Loaded>
        <ShowOlder log={log} />
      </Card>
    </>
  );
}
