/** Sends what is due to a host that writes its rows itself: to the procedure or service that its mapping names. */
import type { PendingHostAction } from './pending-host-actions.js';

export interface HostActions {
  /**
   * Sends one action under its id, which stays the same however often it is sent. Where what the host does with it is in
   * our own database, that and the mark that it was sent are one transaction.
   * @param claimant whose claim it is; sent and marked nothing where it is no longer.
   * @returns whether it is marked as sent already.
   * @throws whatever the host's procedure or service says is wrong.
   */
  send(action: PendingHostAction, claimant: string): Promise<{ marked: boolean }>;
}
