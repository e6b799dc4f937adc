const OURS = /^sluice_(consent|resume|oauth)(\.sig)?$/;

/** Gives those cookies of a request that the authorization server has set: the console's session goes no further than the gateway. */
export function oauthCookies(header: string | undefined): string {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.filter((pair) => OURS.test(pair.split('=', 1)[0] ?? '')).join('; ');
}
