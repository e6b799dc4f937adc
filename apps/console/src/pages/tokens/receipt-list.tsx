import type { Receipt } from '@sluice/contracts/tokens/tokens';
import { Note } from '../../ui/note';
import { milliseconds, plural } from '../../ui/units';
import css from './tokens.module.css';

/** Which gateways act on the change already. */
export function ReceiptList({ receipt, done }: { receipt: Receipt; done: string }) {
  const { acknowledged, missing, totalMs } = receipt;
  return (
    <>
      {missing.length === 0 ? (
        <p>
          {plural(acknowledged.length, 'gateway')} {done} after {milliseconds(totalMs)}.
        </p>
      ) : (
        <Note tone="warn">
          {plural(missing.length, 'gateway')} had not confirmed it after {milliseconds(totalMs)}. A gateway that cannot
          be reached refuses every token within 5 s.
        </Note>
      )}
      <ul className={css.receipt} aria-label="Receipt">
        {acknowledged.map(({ replica, ms }) => (
          <li key={replica}>
            <code>{replica}</code>
            <span>{milliseconds(ms)}</span>
          </li>
        ))}
        {missing.map((replica) => (
          <li key={replica}>
            <code>{replica}</code>
            <span>not confirmed</span>
          </li>
        ))}
      </ul>
    </>
  );
}
