const MAX_WAIT_SECONDS = 30;
type PreferHeader = string | string[] | undefined;

/** Reads `Prefer: wait=<seconds>` (RFC 7240 section 4.3) as milliseconds, 30 s at most; 0 without. */
export function preferredWaitMs(header: PreferHeader): number {
  const seconds = /(?:^|[,;\s])wait\s*=\s*(\d{1,5})/i.exec(String(header ?? ''))?.[1];
  return Math.min(Number(seconds ?? 0), MAX_WAIT_SECONDS) * 1_000;
}

/** Tells whether `Prefer: handling=lenient` is set (RFC 7240 section 4.4). */
export function prefersLenient(header: PreferHeader): boolean {
  return /(?:^|[,;\s])handling\s*=\s*"?lenient"?(?:$|[,;\s])/i.test(String(header ?? ''));
}

/** Tells whether `Prefer: links=absolute` is set: a preference of ours, written as RFC 7240 section 2 says. */
export function prefersAbsoluteLinks(header: PreferHeader): boolean {
  return header !== undefined && /(?:^|[,;\s])links\s*=\s*"?absolute"?(?:$|[,;\s])/i.test(String(header));
}
