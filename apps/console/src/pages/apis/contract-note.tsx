import type { Api } from '@sluice/contracts/registry/apis';
import { FaultLines } from '../../ui/field';
import { Note } from '../../ui/note';

/** Tells what keeps the API from its newest version; nothing where nothing does. */
export function ContractNote({ api: { contractFaults } }: { api: Api }) {
  if (contractFaults.length === 0) return null;
  return (
    <Note tone="warn">
      The newest version does not fit, so that the API stays on the last one that did:{' '}
      <FaultLines faults={contractFaults} />
    </Note>
  );
}
