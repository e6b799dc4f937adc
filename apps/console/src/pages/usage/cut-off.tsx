import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { type LastHour, readLastHour } from '../../server/last-hour';
import type { UsageOf } from '../../server/usage';
import { Confirm } from '../../ui/dialog';
import { complain } from '../../ui/toasts';
import { plural } from '../../ui/units';

interface CutOff {
  of: UsageOf;
  title: string;
  /** The text of the button that does it. */
  action: string;
  run: () => Promise<unknown>;
}

/** What the registry lists of who used most. */
const LISTED = 10;

/**
 * Asks before something is cut off that was used in the last hour, or of which that is not known; what nobody used is cut
 * off at once. What is refused is told once: in the question, or as a message where there was none. `question` has to be drawn.
 */
export function useCutOff(): { cutOff: (what: CutOff) => Promise<void>; question: ReactNode } {
  const [asked, setAsked] = useState<(CutOff & { lastHour: LastHour | null }) | null>(null);
  const cutOff = async (what: CutOff) => {
    const lastHour = await readLastHour(what.of).catch(() => null);
    if (lastHour?.requests === 0) await what.run().catch(complain);
    else setAsked({ ...what, lastHour });
  };
  const question = asked && (
    <Confirm title={asked.title} action={asked.action} isOpen onClose={() => setAsked(null)} onConfirm={asked.run}>
      <p>{wordsFor(asked.lastHour)}</p>
    </Confirm>
  );
  return { cutOff, question };
}

/** Tells what was used in the last hour, where a question stands already. */
export function LastHourWords({ of }: { of: UsageOf }) {
  const { data, isError } = useQuery({
    queryKey: ['usage', 'last-hour', of],
    queryFn: () => readLastHour(of),
    gcTime: 0,
    retry: false,
  });
  if (!data && !isError) return null;
  return <p>{data?.requests === 0 ? 'Nobody used it in the last hour.' : wordsFor(data ?? null)}</p>;
}

function wordsFor(lastHour: LastHour | null): string {
  if (lastHour === null)
    return 'How much it was used in the last hour cannot be told now. Whoever uses it is refused at once.';
  const { requests, tokens, apis } = lastHour;
  return `${plural(requests, 'request')} in the last hour, by ${several(tokens, 'token')} at ${several(apis, 'API')}. Such requests are refused from now on.`;
}

function several(number: number, noun: string): string {
  return `${number === LISTED ? 'at least ' : ''}${plural(number, noun)}`;
}
