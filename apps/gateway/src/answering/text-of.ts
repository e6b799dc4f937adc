import type { ReplyBytes } from '@sluice/messaging/handles';

/** A page's rows as text, where it is wanted whole. */
export async function textOf(bytes: ReplyBytes): Promise<string> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
