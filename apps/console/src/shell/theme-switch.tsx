import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { chooseTheme, chosenTheme, themes } from './theme';
import css from './theme-switch.module.css';

const pictures = { system: Monitor, light: Sun, dark: Moon };
const labels = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <ToggleButtonGroup
      aria-label="Colours"
      className={css.group}
      disallowEmptySelection
      selectedKeys={[theme]}
      onSelectionChange={(keys) => {
        const chosen = themes.find((each) => keys.has(each));
        if (!chosen) return;
        setTheme(chosen);
        chooseTheme(chosen);
      }}
    >
      {themes.map((each) => {
        const Picture = pictures[each];
        return (
          <ToggleButton key={each} id={each} aria-label={labels[each]} className={css.choice}>
            <Picture aria-hidden="true" />
          </ToggleButton>
        );
      })}
    </ToggleButtonGroup>
  );
}
