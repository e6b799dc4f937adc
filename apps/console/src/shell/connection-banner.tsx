import { CloudOff } from 'lucide-react';
import { useConnection } from '../server/connection';
import css from './connection-banner.module.css';

const words = {
  offline: 'The server cannot be reached. What you see is the last that it said; it goes on by itself once it is back.',
  unavailable: 'A part of Sluice does not answer at the moment. It goes on by itself once it does.',
};

/** Says that the server is away, for as long as it is. */
export function ConnectionBanner() {
  const connection = useConnection();
  return (
    <div role="status" className={css.place}>
      {connection !== 'fine' && (
        <div className={css.banner}>
          <CloudOff aria-hidden="true" />
          {words[connection]}
        </div>
      )}
    </div>
  );
}
