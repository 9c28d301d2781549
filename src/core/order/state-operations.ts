/** The operations of the state model that somebody can ask for, in the order in which they are listed to a reader. */
export const STATE_OPERATIONS = [
  'Release',
  'Unrelease',
  'Start',
  'Cancel',
  'Close',
  'Reopen',
  'Terminate',
  'Unterminate',
  'Change',
] as const;
export type StateOperation = (typeof STATE_OPERATIONS)[number];
