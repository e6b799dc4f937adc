import { Link } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMay } from '../server/may';
import { buttonClass } from '../ui/button';
import { Card } from '../ui/card';
import { EmptyState } from '../ui/empty-state';

/** A page that changes something: viewers who come by its address are told so before they fill anything in. */
export function ForEditors({ children }: { children: ReactNode }) {
  const mayEdit = useMay('editor');
  if (mayEdit) return children;
  return (
    <Card>
      <EmptyState
        picture={Lock}
        title="Only editors and owners can change this"
        action={
          <Link to="/datasets" className={buttonClass('primary')}>
            Go to datasets
          </Link>
        }
      >
        You are signed in as a viewer, who sees everything and changes nothing. An owner of this installation can give
        you another role.
      </EmptyState>
    </Card>
  );
}
