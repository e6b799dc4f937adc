import type { Import } from '@sluice/contracts/catalogue/imports';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { datasetsKey } from '../../server/datasets';
import { cancelImport, importsQuery } from '../../server/imports';
import { useMay } from '../../server/may';
import { Badge } from '../../ui/badge';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { actionsColumn, DataTable } from '../../ui/data-table';
import { Confirm } from '../../ui/dialog';
import { ActionMenu } from '../../ui/menu';
import table from '../../ui/table.module.css';
import { count, since } from '../../ui/units';
import { nameOf, phaseWords } from './import-progress';

/** Imports that somebody began and nobody has ended: whoever closed the page of one finds it here. */
export function OpenImports({ datasetId }: { datasetId: string }) {
  const { data } = useQuery(importsQuery(datasetId));
  const imports = data ?? [];
  const [discarding, setDiscarding] = useState<Import | null>(null);
  const mayEdit = useMay('editor');
  const queryClient = useQueryClient();
  const before = useRef<readonly string[]>([]);
  useEffect(() => {
    if (!data) return;
    const ids = data.map(({ id }) => id);
    // One that is gone may have become a version.
    if (!before.current.every((id) => ids.includes(id))) {
      void queryClient.invalidateQueries({ queryKey: datasetsKey });
    }
    before.current = ids;
  }, [data, queryClient]);
  return (
    <>
      {imports.length > 0 && (
        <Card title="Not published yet" flush>
          <DataTable
            columns={[
              {
                label: 'File',
                cell: (each) => (
                  <>
                    <span className={table.name}>{nameOf(each)}</span>
                    <span className={table.sub}>
                      <Badge tone={waits(each) ? 'warn' : 'plain'}>
                        {waits(each) ? 'waits for a decision' : phaseWords[each.phase]}
                      </Badge>
                    </span>
                  </>
                ),
              },
              { label: 'Rows', looks: ['medium', 'number'], cell: ({ rows }) => count(rows) },
              { label: 'Started', looks: ['medium', 'soft'], cell: ({ createdAt }) => since(createdAt) },
              ...(mayEdit
                ? [actionsColumn<Import>((each) => <OpenImport state={each} onDiscard={() => setDiscarding(each)} />)]
                : []),
            ]}
            items={imports}
            keyOf={({ id }) => id}
          />
        </Card>
      )}
      <Confirm
        title={`Discard ${discarding ? nameOf(discarding) : ''}?`}
        action="Discard"
        isOpen={discarding !== null}
        onClose={() => setDiscarding(null)}
        onConfirm={async () => {
          if (!discarding) return;
          await cancelImport(discarding.id);
          await queryClient.invalidateQueries({ queryKey: importsQuery(datasetId).queryKey });
        }}
      >
        <p>Nothing of it is kept. To import it after all, the file is sent again.</p>
      </Confirm>
    </>
  );
}

function OpenImport({ state, onDiscard }: { state: Import; onDiscard: () => void }) {
  const { id, datasetId } = state;
  const name = nameOf(state);
  const word = waits(state) ? 'Look over' : 'Watch';
  return (
    <div className={table.actions}>
      <Link
        to="/datasets/$datasetId/import"
        params={{ datasetId }}
        search={{ import: id }}
        className={buttonClass(waits(state) ? 'primary' : 'plain')}
        aria-label={`${word} ${name}`}
      >
        {word}
      </Link>
      <ActionMenu
        label={`Actions for ${name}`}
        actions={[{ label: 'Discard', picture: Trash2, run: onDiscard, hurts: true }]}
      />
    </div>
  );
}

function waits({ phase }: Import): boolean {
  return phase === 'review';
}
