/** The one button of the console. */
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'> {
  /** What is pressed to go on, what can be done besides, what can't be taken back, or no more than its text. */
  kind?: 'primary' | 'usual' | 'danger' | 'plain';
  small?: boolean;
}

export function Button({ kind = 'usual', small = false, ...rest }: ButtonProps) {
  return <AriaButton {...rest} className={`button button-${kind}${small ? ' button-small' : ''}`} />;
}
