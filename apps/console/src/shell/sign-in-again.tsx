import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { endExpiry, useExpiry } from '../server/expiry';
import { sessionQuery } from '../server/session';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { SignInForm } from './sign-in-form';

/** Above whatever was being done when the session ended: the page behind it stays as it is. */
export function SignInAgain() {
  const expired = useExpiry();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    endExpiry('left');
    queryClient.clear();
    await navigate({ to: '/sign-in', search: { to: undefined } });
  };
  return (
    <Dialog title="Your session has ended" isOpen={expired} onClose={() => void leave()} mustDecide>
      <p>Sign in again to go on where you were. Nothing that you have typed is lost.</p>
      <SignInForm
        onSignedIn={(session) => {
          queryClient.setQueryData(sessionQuery.queryKey, session);
          endExpiry('signed-in');
        }}
      />
      <Button look="quiet" onPress={() => void leave()}>
        Leave without saving
      </Button>
    </Dialog>
  );
}
