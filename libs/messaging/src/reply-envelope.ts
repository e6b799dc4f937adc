import { z } from 'zod';

/** The head of every reply: the answer, or why there is none; `offer` names where the bytes can be fetched as a stream. */
export const ReplyEnvelope = z.object({
  reply: z.unknown().optional(),
  error: z.unknown().optional(),
  offer: z.string().optional(),
  /** The answer itself is what the offer holds: it was too large for one message. */
  streamed: z.literal(true).optional(),
});
export type ReplyEnvelope = z.infer<typeof ReplyEnvelope>;
