import { TriangleAlert } from 'lucide-react';
import { messageOf, Refusal } from '../server/problem';
import { FaultLines } from './field';
import css from './notes.module.css';

/** An error in its place on the page, in the server's words. */
export function ProblemNote({ error }: { error: unknown }) {
  const { title, detail, requestId } = messageOf(error);
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
