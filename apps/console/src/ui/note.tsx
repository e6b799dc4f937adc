import { Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './notes.module.css';

/** Something to know before going on. */
export function Note({ tone = 'plain', children }: { tone?: 'plain' | 'warn'; children: ReactNode }) {
  const Picture = tone === 'warn' ? TriangleAlert : Info;
  return (
    <div className={`${css.note} ${css[tone]}`}>
      <Picture aria-hidden="true" />
      <div>{children}</div>
    </div>
  );
}
