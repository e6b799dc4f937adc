import { Link, type LinkProps } from '@tanstack/react-router';
import css from './page-tabs.module.css';

/** A part of a page, at an address of its own. */
export type PageTab = LinkProps & { label: string };

/** The parts of a page as links, since each has an address; the one that is open is the current page, whatever is looked for in it. */
export function PageTabs({ label, tabs }: { label: string; tabs: readonly PageTab[] }) {
  return (
    <nav className={css.tabs} aria-label={label}>
      {tabs.map(({ label: name, ...tab }) => (
        <Link key={name} {...tab} activeOptions={{ exact: true, includeSearch: false }} className={css.tab}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
