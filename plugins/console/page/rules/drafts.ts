/** Texts that were written and not saved: they wait while other pages are looked at, until the tab is closed. */
const drafts = new Map<string, string>();

export function draftOf(id: string): string | null {
  return drafts.get(id) ?? null;
}

export function keepDraft(id: string, text: string | null): void {
  if (text === null) drafts.delete(id);
  else drafts.set(id, text);
}

export function hasDrafts(): boolean {
  return drafts.size > 0;
}
