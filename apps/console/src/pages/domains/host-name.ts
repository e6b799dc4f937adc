/** Finds the host name in what was typed or pasted with a scheme, a port or a path; null where there is no more than a name. */
export function hostNameIn(text: string): string | null {
  const typed = text.trim();
  if (!/[/:?#@]/.test(typed)) return null;
  const address = typed.includes('://') ? typed : `https://${typed}`;
  return URL.canParse(address) ? new URL(address).hostname || null : null;
}
