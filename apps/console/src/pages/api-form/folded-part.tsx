import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import css from './api-form.module.css';

/** A part of the form that is folded away, with a line of what is in it; it opens by itself once something in it is wrong. */
export function FoldedPart({
  title,
  summary,
  isFaulty,
  children,
}: {
  title: string;
  summary: string;
  isFaulty: boolean;
  children: ReactNode;
}) {
  const [isOpen, setOpen] = useState(isFaulty);
  const [wasFaulty, setWasFaulty] = useState(isFaulty);
  if (isFaulty !== wasFaulty) {
    setWasFaulty(isFaulty);
    if (isFaulty) setOpen(true);
  }
  return (
    <Disclosure className={css.disclosure} isExpanded={isOpen} onExpandedChange={setOpen}>
      <Heading level={2} className={css.disclosureHead}>
        <AriaButton slot="trigger" className={css.trigger}>
          <ChevronRight aria-hidden="true" />
          {title}
          <span className={css.summary}>{summary}</span>
        </AriaButton>
      </Heading>
      <DisclosurePanel className={css.panel}>{children}</DisclosurePanel>
    </Disclosure>
  );
}
