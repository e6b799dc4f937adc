/** Something that the person who starts Sluice can mend: its message is the one line that they see, without a stack. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
