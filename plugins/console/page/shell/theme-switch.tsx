import { useState } from 'react';
import { chooseTheme, storedTheme, THEMES, type Theme } from './theme.js';
import { Button } from './ui/button.js';

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const SAID: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };
const SIGN: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' };

/** One button through the three: as the system has it, light, dark. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme());
  const next = NEXT[theme];
  return (
    <Button
      kind="plain"
      aria-label={`Theme: ${SAID[theme]}. Change to ${SAID[next]}`}
      onPress={() => {
        chooseTheme(next);
        setTheme(next);
      }}
    >
      <span aria-hidden="true">{SIGN[THEMES.find((one) => one === theme) ?? 'system']}</span>
    </Button>
  );
}
