import { type ReactNode, useEffect } from 'react';
import { Brand } from '../../shell/brand';
import { ConnectionBanner } from '../../shell/connection-banner';
import css from './session.module.css';

/** The pages before one is signed in. */
export function Entrance({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Sluice`;
  }, [title]);
  return (
    <>
      <ConnectionBanner />
      <main className={css.page}>
        <div className={css.card}>
          <Brand />
          <div>
            <h1>{title}</h1>
            <p>{about}</p>
          </div>
          {children}
        </div>
      </main>
    </>
  );
}
