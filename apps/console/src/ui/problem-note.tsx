import { TriangleAlert } from 'lucide-react';
import { messageOf, Refusal, Unreachable } from '../server/problem';
import { FaultLines } from './field';
import css from './notes.module.css';

const ASKED_AGAIN = 'It is asked again by itself once it is back.';

/** An error in its place on the page, in the server's words. */
export function ProblemNote({ error, isAskedAgain }: { error: unknown; isAskedAgain?: boolean }) {
  const { title, detail: told, requestId } = messageOf(error);
  const detail = isAskedAgain && error instanceof Unreachable ? ASKED_AGAIN : told;
  const faults = error instanceof Refusal ? error.faults : [];
  return (
    <div role="alert" className={`${css.note} ${css.bad}`}>
      <TriangleAlert aria-hidden="true" />
      <div>
        <strong>{title}</strong>
        {detail && <p>{detail}</p>}
        {faults.length > 0 && (
          <p>
            <FaultLines faults={faults} />
          </p>
        )}
        {requestId && (
          <p className={css.request}>
            Request <code>{requestId}</code>
          </p>
        )}
      </div>
    </div>
  );
}
