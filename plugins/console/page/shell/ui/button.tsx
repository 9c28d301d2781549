/** The one button of the console. */
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'> {
  /** What is pressed to go on, what can be done besides, what can't be taken back, or no more than its text. */
  kind?: 'primary' | 'usual' | 'danger' | 'plain';
  small?: boolean;
}

/** While it is pending it keeps the focus, and pressing it again does nothing. */
export function Button({ kind = 'usual', small = false, isPending = false, ...rest }: ButtonProps) {
  const { onPress, type = 'button', ...others } = rest;
  const className = `button button-${kind}${small ? ' button-small' : ''}${isPending ? ' button-pending' : ''}`;
  return (
    <AriaButton
      {...others}
      className={className}
      type={isPending ? 'button' : type}
      {...(onPress !== undefined && !isPending && { onPress })}
    />
  );
}
