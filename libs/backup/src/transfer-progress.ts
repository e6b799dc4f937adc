/** Hears how far a transfer is, in bytes of content. */
export interface TransferProgress {
  /** More bytes will come; what was expected turns out to be not needed with a negative number. */
  expect(bytes: number): void;
  move(bytes: number): void;
  /** What is being done, as a person would say it. */
  say(what: string): void;
}
