/** Something that the operator can mend: its message is the one line that they see, without a stack. */
export class BackupFailure extends Error {
  override readonly name = 'BackupFailure';
}
