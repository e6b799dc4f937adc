import { Ellipsis, type LucideIcon } from 'lucide-react';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { IconButton } from './button';
import css from './menu.module.css';

export interface Action {
  label: string;
  picture: LucideIcon;
  run: () => void;
  hurts?: boolean;
}

/** What can be done with one thing of a list. */
export function ActionMenu({ label, actions }: { label: string; actions: readonly Action[] }) {
  return (
    <MenuTrigger>
      <IconButton label={label}>
        <Ellipsis aria-hidden="true" />
      </IconButton>
      <Popover className={css.popover} placement="bottom end">
        <AriaMenu className={css.menu} aria-label={label}>
          {actions.map(({ label: name, picture: Picture, run, hurts }) => (
            <MenuItem key={name} textValue={name} onAction={run} className={`${css.item} ${hurts ? css.hurts : ''}`}>
              <Picture aria-hidden="true" />
              {name}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
