/** Lets the process go on when its plain outputs cannot be written. */
export function ignoreFullOutputs(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
