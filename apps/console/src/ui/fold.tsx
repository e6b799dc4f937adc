import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import css from './fold.module.css';

/** Folds away what most people need not see, under a heading that opens it. */
export function Fold({
  title,
  level,
  isOpen,
  children,
}: {
  title: string;
  level: 2 | 3;
  /** At first. */
  isOpen?: boolean;
  children: ReactNode;
}) {
  return (
    <Disclosure defaultExpanded={isOpen}>
      <Heading level={level} className={css.head}>
        <Button slot="trigger" className={css.trigger}>
          <ChevronRight aria-hidden="true" />
          {title}
        </Button>
      </Heading>
      <DisclosurePanel className={css.panel}>{children}</DisclosurePanel>
    </Disclosure>
  );
}
