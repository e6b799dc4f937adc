/** The URL that consumers call. Without a domain an API answers on all of them: the public URL stands for these. */
export function endpointOf(publicUrl: URL, api: { domain: string | null; path: string }): string {
  const url = new URL(`/api/${api.path}`, publicUrl);
  if (api.domain !== null) url.hostname = api.domain;
  return url.href;
}
