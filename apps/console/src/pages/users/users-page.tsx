import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { adminsQuery } from '../../server/admins';
import { useMay } from '../../server/may';
import { sessionQuery } from '../../server/session';
import { PageHeader } from '../../shell/page-header';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { isEmpty, ListCard } from '../../ui/list-card';
import { useFind, useNarrow } from '../../ui/use-find';
import { AdminKeysCard } from './admin-keys-card';
import { InviteDialog } from './invite-dialog';
import css from './users.module.css';
import { UsersTable } from './users-table';

export function UsersPage() {
  const { q, sort } = useSearch({ from: '/shell/users' });
  const admins = useInfiniteQuery(adminsQuery({ _q: q, _sort: sort }));
  const find = useFind();
  const narrow = useNarrow();
  const { data: session } = useQuery(sessionQuery);
  const isOwner = useMay('owner');
  const [inviting, setInviting] = useState(false);
  const invite = isOwner && (
    <Button look="primary" onPress={() => setInviting(true)}>
      <UserPlus aria-hidden="true" />
      Invite somebody
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Users"
        about="Who manages this installation: viewers read, editors publish, owners also decide who the users are."
        actions={!isEmpty(admins.data, q) && invite}
      />
      <div className={css.stack}>
        <ListCard
          query={admins}
          noun="users"
          words={q}
          onWords={find}
          empty={
            <EmptyState picture={Users} title="No account yet" action={invite}>
              You are signed in by an admin key. Invite people by email so that everybody has an account of their own.
            </EmptyState>
          }
        >
          {(list) => <UsersTable admins={list} sort={sort} onSort={(next) => narrow({ sort: next })} />}
        </ListCard>
        {session?.admin.id && <AdminKeysCard adminId={session.admin.id} />}
      </div>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}
