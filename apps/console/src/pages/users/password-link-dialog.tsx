import type { Admin } from '@sluice/contracts/tokens/admins';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { adminsKey, createPasswordLink } from '../../server/admins';
import { FormDialog, SecretDialog } from '../../ui/form-dialog';

/** A way back in for somebody who has forgotten their password; the link is handed over by whoever makes it. */
export function PasswordLinkDialog({ admin, onClose }: { admin: Admin; onClose: () => void }) {
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => createPasswordLink(admin.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: adminsKey }),
  });
  const { data: created } = create;
  if (created) {
    return (
      <SecretDialog
        title={`${admin.name} may choose a new password`}
        label="Link"
        secret={created.link}
        onClose={onClose}
      >
        <p>Send this link to {admin.email}. It works once and for a day.</p>
      </SecretDialog>
    );
  }
  return (
    <FormDialog title={`A new password for ${admin.name}`} action="Make the link" task={create} onClose={onClose}>
      <p>
        {admin.name} opens the link and chooses a new password. Until then the old one works; then they are signed out
        everywhere else. An earlier link ends now. Their admin keys stay.
      </p>
    </FormDialog>
  );
}
