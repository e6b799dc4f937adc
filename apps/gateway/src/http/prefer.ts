const MAX_WAIT_SECONDS = 60;

/** Milliseconds of `Prefer: wait=<seconds>` (RFC 7240 section 4.3), a minute at most; 0 without. */
export function preferredWaitMs(header: string | string[] | undefined): number {
  const seconds = /(?:^|[,;\s])wait\s*=\s*(\d{1,5})/i.exec(String(header ?? ''))?.[1];
  return Math.min(Number(seconds ?? 0), MAX_WAIT_SECONDS) * 1_000;
}
