import { resetPassword } from '../../server/session';
import { Entrance } from './entrance';
import { LinkForm } from './link-form';

/** Opens the link that an owner gives to an admin who has forgotten their password. */
export function ResetPage() {
  return (
    <Entrance title="Choose a new password" about="You are signed in with it here, and signed out everywhere else.">
      <LinkForm spend={resetPassword} passwordLabel="New password" action="Set the password" />
    </Entrance>
  );
}
