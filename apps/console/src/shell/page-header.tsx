import { Link, type LinkProps } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import css from './page-header.module.css';

/** The name of a page, what it is for, and what can be done on it. */
export function PageHeader({
  title,
  about,
  actions,
  back,
}: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  back?: LinkProps & { label: string };
}) {
  useEffect(() => {
    document.title = `${title} · Sluice`;
  }, [title]);
  return (
    <header className={css.header}>
      <div className={css.text}>
        {back && (
          <Link {...back} className={css.back}>
            <ChevronLeft aria-hidden="true" />
            {back.label}
          </Link>
        )}
        <h1>{title}</h1>
        {about && <div className={css.about}>{about}</div>}
      </div>
      {actions && <div className={css.actions}>{actions}</div>}
    </header>
  );
}
