import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { sessionQuery, setupQuery } from '../../server/session';
import { SignInForm } from '../../shell/sign-in-form';
import { Note } from '../../ui/note';
import { Entrance } from './entrance';

export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' });
  const { data: setup } = useQuery(setupQuery);
  const queryClient = useQueryClient();
  const router = useRouter();
  return (
    <Entrance title="Sign in" about="Publish your data as secured endpoints.">
      {setup?.needed && (
        <Note>
          This installation has no owner yet. Open the one-time link from the terminal to make the first account, or
          sign in with the admin key.
        </Note>
      )}
      <SignInForm
        onSignedIn={(session) => {
          queryClient.setQueryData(sessionQuery.queryKey, session);
          // Always a page of the console: nothing outside can be named as the place to go on.
          router.history.push(`/console${to?.startsWith('/') ? to : '/'}`);
        }}
      />
    </Entrance>
  );
}
