/** Gives the raw query string of a request's address, without its `?`; empty where there is none. */
export function searchOf({ url }: { url: string }): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}
