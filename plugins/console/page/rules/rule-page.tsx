/** One rule: its text with completion, checked and tried while it is written, saved with what it was before kept. */
import { useEffect, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { PageProps } from '../shell/route.js';
import { useSession } from '../shell/session.js';
import { goTo } from '../shell/use-address.js';
import { useAnnounce } from '../shell/ui/announcements.js';
import { Badge } from '../shell/ui/badge.js';
import { Button } from '../shell/ui/button.js';
import { Loading, ProblemNote } from '../shell/ui/notes.js';
import { PageHead } from '../shell/ui/page-head.js';
import { CodeEditor, type CodeEditorHandle } from './code-editor.js';
import { draftOf, hasDrafts, keepDraft } from './drafts.js';
import { ExamplesPanel } from './examples-panel.js';
import {
  checkQuery,
  restoreRule,
  ruleQuery,
  saveRule,
  schemaQuery,
  vocabularyQuery,
  type ReadRule,
} from './queries.js';
import { newRuleText, type CheckedText, type Problem, type RuleVersion } from './rule.js';
import { RuleStateBadge } from './rule-badges.js';
import { SaveDialog } from './save-dialog.js';
import { TryPanel } from './try-panel.js';
import { VersionsPanel } from './versions-panel.js';
import './rules.css';

const NEW = 'new';
const WITHIN = { address: '#/rules', title: 'Rules' };
/** How long nobody types before the text is checked, in milliseconds. */
const PAUSE_MS = 250;

export default function RulePage({ params, query }: PageProps) {
  const id = params.id ?? '';
  if (id === NEW)
    return <RuleEditor key={NEW} id={null} read={null} operation={query.get('operation') ?? 'release'} />;
  return <KnownRule key={id} id={id} />;
}

function KnownRule({ id }: { id: string }) {
  const { data, error, refetch } = useQuery({ ...ruleQuery(id), staleTime: 0, refetchOnWindowFocus: false });
  if (error !== null) {
    return (
      <>
        <PageHead title={id} within={WITHIN} />
        <ProblemNote problem={error} onRetry={() => void refetch()} />
      </>
    );
  }
  if (data === undefined) return <Loading what={`Reading ${id}`} />;
  return <RuleEditor id={id} read={data} operation={data.rule.operation} />;
}

interface RuleEditorProps {
  /** Null for a new one. */
  id: string | null;
  read: ReadRule | null;
  operation: string;
}

function RuleEditor({ id, read, operation }: RuleEditorProps) {
  const session = useSession();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const editor = useRef<CodeEditorHandle>(null);
  const vocabulary = useQuery(vocabularyQuery);
  const schema = useQuery(schemaQuery);
  const draftKey = id ?? NEW;
  // What is written is compared with this, and saved in its place only.
  const [base, setBase] = useState(read);
  if (read !== null && base !== null && draftOf(draftKey) === null && read.etag !== base.etag) setBase(read);
  const opened = openedText(base, operation);
  const [text, setText] = useState(() => draftOf(draftKey) ?? opened);
  const [name, setName] = useState('');
  const [saving, setSaving] = useState(false);
  const check = useChecked(text, id);
  const writable = session.may('Rules.Change') && (base === null || base.rule.writable);
  const isChanged = base === null || text !== (base.rule.text ?? '');
  const isDraft = text !== opened;

  useEffect(() => {
    keepDraft(draftKey, isDraft ? text : null);
  }, [draftKey, isDraft, text]);
  useLeavingWarning();

  const show = (next: string) => {
    setText(next);
    keepDraft(draftKey, null);
  };
  const readAgain = async (): Promise<ReadRule | null> => {
    if (id === null) return null;
    const next = await queries.query({ ...ruleQuery(id), staleTime: 0 });
    setBase(next);
    return next;
  };
  const afterChange = async (said: string) => {
    announce(said, 'good');
    await queries.invalidateQueries({ queryKey: ['rules', 'list'] });
    await queries.invalidateQueries({ queryKey: ['rules', 'versions'] });
    await queries.invalidateQueries({ queryKey: ['session'] });
  };
  const save = async () => {
    const saved = id ?? check.data?.id ?? '';
    await saveRule(saved, text, base?.rule.text === null ? null : (base?.etag ?? null));
    keepDraft(draftKey, null);
    await afterChange(`${saved} is saved and in force`);
    if (id === null) {
      show(newRuleText(operation));
      goTo(['rules', saved]);
    } else await readAgain();
  };
  const restore = async (version: RuleVersion) => {
    if (id === null) return;
    await restoreRule(id, version.ruleSet, base?.etag ?? null);
    const next = await readAgain();
    show(next?.rule.text ?? '');
    await afterChange(`${id} is as it was`);
  };

  const current = check.text === text ? check.data : undefined;
  const title = titleOf(text) ?? id ?? 'New rule';
  return (
    <div className="rule-page">
      <PageHead
        title={title}
        within={WITHIN}
        beside={
          <>
            <code className="rules-id">{id ?? check.data?.id}</code>
            {base !== null && <RuleStateBadge state={base.rule.state} />}
            {isDraft && <Badge tone="warn">Not saved</Badge>}
            {!writable && <Badge>Read only</Badge>}
          </>
        }
        actions={
          writable && (
            <>
              {isDraft && <Button onPress={() => show(opened)}>Discard</Button>}
              <Button
                kind="primary"
                isDisabled={current?.ok !== true || !isChanged}
                onPress={() => setSaving(true)}
              >
                Save
              </Button>
            </>
          )
        }
      />
      {base !== null && <StateNote base={base} onText={setText} text={text} />}
      <div className="rule-columns">
        <section className="panel panel-flush rule-text" aria-label="Text">
          <CodeEditor
            ref={editor}
            label={`Text of ${id ?? 'the new rule'}`}
            text={text}
            onChange={setText}
            readOnly={!writable}
            schema={schema.data}
            vocabulary={vocabulary.data}
            problems={check.data?.problems ?? []}
            checked={check.text}
          />
          <ProblemList
            check={check.data}
            error={check.error}
            onShow={(problem) => editor.current?.show(problem)}
          />
        </section>
        <Tabs className="tabs rule-side">
          <TabList aria-label="About this rule" className="tab-list">
            <Tab id="examples" className="tab">
              Examples {check.data !== undefined && <Tally check={check.data} />}
            </Tab>
            <Tab id="try" className="tab">
              Try it
            </Tab>
            {id !== null && (
              <Tab id="versions" className="tab">
                Versions
              </Tab>
            )}
          </TabList>
          <TabPanel id="examples" className="tab-panel">
            <ExamplesPanel
              text={text}
              examples={check.data?.examples ?? []}
              facts={vocabulary.data?.facts ?? []}
            />
          </TabPanel>
          <TabPanel id="try" className="tab-panel">
            <TryPanel
              id={check.data?.id ?? null}
              text={check.text ?? text}
              askable={isAskable(check.data)}
              facts={vocabulary.data?.facts ?? []}
              vocabulary={vocabulary.data}
              name={name}
              onName={setName}
            />
          </TabPanel>
          {id !== null && (
            <TabPanel id="versions" className="tab-panel">
              <VersionsPanel
                id={id}
                current={base?.rule.text ?? ''}
                mayRestore={writable && !isDraft}
                onRestore={restore}
              />
            </TabPanel>
          )}
        </Tabs>
      </div>
      {saving && (
        <SaveDialog
          id={id ?? check.data?.id ?? ''}
          inForce={base?.rule.text ?? null}
          text={text}
          onSave={save}
          onReadAgain={async () => {
            await readAgain();
          }}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}

/** The file as it is where it is broken: that is what has to be mended. */
function openedText(base: ReadRule | null, operation: string): string {
  if (base === null) return newRuleText(operation);
  const { text, fileText, state } = base.rule;
  return (state === 'broken' ? fileText : null) ?? text ?? fileText ?? '';
}

interface Checked {
  data: CheckedText | undefined;
  /** What was checked. */
  text: string | null;
  error: Error | null;
}

/** What the server says of the text, asked whenever nobody types for a moment. */
function useChecked(text: string, id: string | null): Checked {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error } = useQuery(checkQuery(settled, id));
  return { data, text: data?.text ?? null, error };
}

function useLeavingWarning(): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (hasDrafts()) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
}

function isAskable(check: CheckedText | undefined): boolean {
  return check?.problems.every(({ path }) => path.startsWith('$.examples')) === true;
}

function titleOf(text: string): string | null {
  try {
    const { title } = JSON.parse(text) as { title?: unknown };
    return typeof title === 'string' && title.trim() !== '' ? title : null;
  } catch {
    return null;
  }
}

function Tally({ check: { examples } }: { check: CheckedText }) {
  const right = examples.filter(({ verdict, given }) => given !== null && verdict === given).length;
  const isFine = right === examples.length && right > 0;
  return (
    <span className={`tally ${isFine ? 'tally-good' : 'tally-bad'}`}>
      {right} of {examples.length}
    </span>
  );
}

interface StateNoteProps {
  base: ReadRule;
  text: string;
  onText: (text: string) => void;
}

/** What differs between the file and what is in force. */
function StateNote({ base: { rule }, text, onText }: StateNoteProps) {
  const { state, problem, text: inForce, fileText } = rule;
  if (state === 'active') return null;
  const other = text === inForce ? fileText : inForce;
  return (
    <div className="rules-note" role="note">
      <p>
        {state === 'vanished'
          ? 'The file of this rule is gone; the rule stays in force until it is removed with a reason, or saved again.'
          : inForce === null
            ? `The file is broken and was never in force: ${problem ?? ''}`
            : `The file is broken; what was in force before still is. ${problem ?? ''}`}
      </p>
      {state === 'broken' && other !== null && (
        <Button small onPress={() => onText(other)}>
          {text === inForce ? 'Show the broken file' : 'Show what is in force'}
        </Button>
      )}
    </div>
  );
}

interface ProblemListProps {
  check: CheckedText | undefined;
  error: Error | null;
  onShow: (problem: Problem) => void;
}

const LISTED = 50;

function ProblemList({ check, error, onShow }: ProblemListProps) {
  if (error !== null) return <ProblemNote problem={error} />;
  if (check === undefined) return null;
  if (check.ok)
    return (
      <p className="problems problems-none" role="status">
        No problems
      </p>
    );
  const { problems, moreProblems } = check;
  const more = problems.length - LISTED + moreProblems;
  return (
    <div className="problems">
      <p role="status">
        {problems.length + moreProblems} {problems.length + moreProblems === 1 ? 'problem' : 'problems'}
      </p>
      <ul aria-label="Problems">
        {problems.slice(0, LISTED).map((problem, index) => (
          <li key={index}>
            <Button kind="plain" small onPress={() => onShow(problem)}>
              {problem.path}
            </Button>
            <span>{problem.message}</span>
          </li>
        ))}
        {more > 0 && <li className="muted">and {more} more</li>}
      </ul>
    </div>
  );
}
