import type { Api } from '@sluice/contracts/registry/apis';
import { Note } from '../../ui/note';
import { AssignTokens } from './assign-tokens';

/** Warns that nobody can call the API, with the way to change that. */
export function NoToken({ api }: { api: Api }) {
  return (
    <Note tone="warn">
      No token is assigned yet, so that nobody can call it. <AssignTokens api={api} label="Assign one" look="quiet" />
    </Note>
  );
}
