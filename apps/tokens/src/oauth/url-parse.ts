/** Adds `URL.parse` where it is missing: Node has it from 22.1 on, and the library calls it. */
if (!('parse' in URL)) {
  Object.defineProperty(URL, 'parse', {
    value: (url: string, base?: string) => (URL.canParse(url, base) ? new URL(url, base) : null),
  });
}
