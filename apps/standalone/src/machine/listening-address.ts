const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** True for an address or name that only this machine itself can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || /^127\.|^\[?::1\]?$/.test(host);
}

/** Writes an address into a URL: IPv6 stands in brackets there. */
export function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Gives the URL at which this machine itself reaches the gateway. */
export function gatewayUrl({ host, port }: { host: string; port: number }): string {
  return `http://${inUrl(EVERYWHERE[host] ?? host)}:${port}`;
}
