/** What a rule does, as words with colours. */
import { Badge, type BadgeTone } from '../shell/ui/badge.js';
import type { ListedRule } from './rule.js';

const STATES: Record<ListedRule['state'], { tone: BadgeTone; text: string; means: string }> = {
  active: { tone: 'good', text: 'Active', means: 'In force as its file has it' },
  vanished: { tone: 'warn', text: 'File is gone', means: 'In force, although its file is gone' },
  broken: { tone: 'bad', text: 'File is broken', means: 'What was in force from it before still is' },
};

export function RuleStateBadge({ state }: { state: ListedRule['state'] }) {
  const { tone, text, means } = STATES[state];
  return (
    <span title={means}>
      <Badge tone={tone}>{text}</Badge>
    </span>
  );
}

export function SeverityBadge({ severity }: { severity: 'refuse' | 'warn' }) {
  return severity === 'refuse' ? <Badge>Refuses</Badge> : <Badge tone="warn">Warns</Badge>;
}

/** Nothing is said of a rule that is enforced, which is the usual. */
export function ModeBadge({ mode }: { mode: 'enforce' | 'observe' }) {
  if (mode === 'enforce') return null;
  return (
    <span title="It is evaluated and journalled, and refuses nothing">
      <Badge tone="info">Observed only</Badge>
    </span>
  );
}
