import type { ReactNode } from 'react';
import css from './card.module.css';

/** A part of a page on a surface of its own. */
export function Card({
  title,
  actions,
  children,
  flush,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** The content goes up to the edge, as tables do. */
  flush?: boolean;
}) {
  return (
    <section className={css.card}>
      {title && (
        <header className={css.head}>
          <h2>{title}</h2>
          {actions}
        </header>
      )}
      <div className={flush ? css.flush : css.body}>{children}</div>
    </section>
  );
}
