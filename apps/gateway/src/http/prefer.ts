const MAX_WAIT_SECONDS = 30;

/** Reads `Prefer: wait=<seconds>` (RFC 7240 section 4.3) as milliseconds, 30 s at most; 0 without. */
export function preferredWaitMs(header: string | string[] | undefined): number {
  const seconds = /(?:^|[,;\s])wait\s*=\s*(\d{1,5})/i.exec(String(header ?? ''))?.[1];
  return Math.min(Number(seconds ?? 0), MAX_WAIT_SECONDS) * 1_000;
}

/** Tells whether `Prefer: handling=lenient` is set (RFC 7240 section 4.4). */
export function prefersLenient(header: string | string[] | undefined): boolean {
  return /(?:^|[,;\s])handling\s*=\s*"?lenient"?(?:$|[,;\s])/i.test(String(header ?? ''));
}
