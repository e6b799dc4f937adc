import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './empty-state.module.css';

/** Nothing here yet: why, and what to do next. */
export function EmptyState({
  picture: Picture,
  title,
  children,
  action,
}: {
  picture: LucideIcon;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={css.empty}>
      <span className={css.picture}>
        <Picture aria-hidden="true" />
      </span>
      <h2>{title}</h2>
      <p>{children}</p>
      {action && <div className={css.action}>{action}</div>}
    </div>
  );
}
