/** The secret of the one-time link that was opened: it stays behind `#`, out of logs. Empty where the link is not whole. */
export function linkSecret(): string {
  return decodeURIComponent(window.location.hash.slice(1));
}
