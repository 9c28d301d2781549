/** Who asks at the in-process door. */

/** Who asks, and the time that planning, rules and default dates go by; defaults: the system's user, and now. */
export interface Caller {
  actor?: string;
  now?: string;
  /** What ties a request to what caused it, from the caller's own records to the journal. */
  correlationId?: string;
  /** Roles of whoever asks, for orders with an owner role; all of them where left out. */
  roles?: readonly string[] | null;
}
