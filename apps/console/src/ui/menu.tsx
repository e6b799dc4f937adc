import { Ellipsis, type LucideIcon } from 'lucide-react';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Button, IconButton } from './button';
import css from './menu.module.css';

export interface Action {
  label: string;
  picture: LucideIcon;
  run: () => void;
  hurts?: boolean;
}

/** Offers the actions on one thing of a list. With a picture of its own, its button says what the actions are. */
export function ActionMenu({
  label,
  actions,
  picture: Shown,
}: {
  label: string;
  actions: readonly Action[];
  picture?: LucideIcon;
}) {
  return (
    <MenuTrigger>
      {Shown ? (
        <Button>
          <Shown aria-hidden="true" />
          {label}
        </Button>
      ) : (
        <IconButton label={label}>
          <Ellipsis aria-hidden="true" />
        </IconButton>
      )}
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
