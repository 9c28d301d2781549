/** The editor of a rule's text: JSON with completion from schema and facts, and the places of what is wrong marked. */
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippetCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { codeColours, codeTheme } from './code-theme.js';
import { proposalsAt, type Proposal, type Schema } from './completion.js';
import { placeOf } from './json-text.js';
import type { Problem, Vocabulary } from './rule.js';
import { shadowOf } from './shadow.js';

export interface CodeEditorHandle {
  /** Goes to where a problem is. */
  show: (problem: Problem) => void;
}

interface CodeEditorProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  readOnly: boolean;
  schema: Schema | undefined;
  vocabulary: Vocabulary | undefined;
  /** What is wrong with `checked`, which the text may have left behind. */
  problems: readonly Problem[];
  checked: string | null;
  ref?: Ref<CodeEditorHandle>;
}

export function CodeEditor(props: CodeEditorProps) {
  const { label, text, readOnly, problems, checked, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  // The editor is made once and asks for what counts now.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (host.current === null) return;
    const { root, parent } = shadowOf(host.current);
    const editor = new EditorView({
      root,
      parent,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          indentUnit.of('  '),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          json(),
          codeTheme,
          codeColours,
          typingOverLines,
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
          autocompletion({
            override: [(context) => complete(context, latest.current)],
            icons: false,
            maxRenderedOptions: 200,
          }),
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...lintKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [label, readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || checked === null || editor.state.doc.toString() !== checked) return;
    editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(checked, problems)));
  }, [problems, checked]);

  useImperativeHandle(ref, () => ({
    show: (problem) => {
      const editor = view.current;
      if (editor === null) return;
      const { from } = placeOf(editor.state.doc.toString(), problem);
      editor.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      editor.focus();
    },
  }));

  return <div ref={host} className="code-editor" />;
}

/**
 * Where somebody types over lines that he selected, the browser would join them itself and write a style onto the rest,
 * which the page's policy forbids: the editor does it instead.
 */
const typingOverLines = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { data, inputType } = event;
    const { from, to, empty } = view.state.selection.main;
    if (empty || data === null || inputType !== 'insertText' || view.state.readOnly) return false;
    const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type' });
    const handled = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, from, to, data, insert));
    if (!handled) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

function diagnosticsOf(text: string, problems: readonly Problem[]): Diagnostic[] {
  return problems.map((problem): Diagnostic => {
    const { from, to } = placeOf(text, problem);
    return { from, to, severity: 'error', message: problem.message };
  });
}

function complete(
  context: CompletionContext,
  { schema, vocabulary }: Pick<CodeEditorProps, 'schema' | 'vocabulary'>,
): CompletionResult | null {
  if (schema === undefined || vocabulary === undefined) return null;
  const found = proposalsAt(context.state.doc.toString(), context.pos, { schema, vocabulary });
  if (found === null) return null;
  const before = context.state.sliceDoc(found.from, context.pos);
  // Behind a brace or a comma somebody may only want to go on writing.
  if (before === '' && !context.explicit) return null;
  const opening = context.state.sliceDoc(found.from, found.from + 1) === '"' ? 1 : 0;
  return {
    from: found.from + opening,
    options: found.proposals.map((proposal) => completionOf(proposal, found.to)),
    filter: true,
  };
}

const CLASSES: Record<Proposal['kind'], string> = {
  key: 'property',
  fact: 'variable',
  operator: 'keyword',
  operation: 'function',
  value: 'constant',
};

function completionOf({ label, apply, kind, detail, info, first }: Proposal, to: number): Completion {
  const completion: Completion = {
    label,
    type: CLASSES[kind],
    ...(detail !== undefined && { detail }),
    ...(info !== undefined && info !== '' && { info }),
    ...(first === true && { boost: 50 }),
  };
  // The cursor goes on behind the whole, also where it stood before a quote.
  const template = apply.includes('${}') ? apply : `${apply}\${}`;
  const { apply: insert } = snippetCompletion(template, completion);
  return {
    ...completion,
    apply: (view, chosen, from) => {
      const start = view.state.sliceDoc(from - 1, from) === '"' && apply.startsWith('"') ? from - 1 : from;
      const end = Math.max(to, view.state.selection.main.head);
      // A brace that the editor has closed itself is not closed again.
      const closed = apply.endsWith('}') && start === from && view.state.sliceDoc(end, end + 1) === '}';
      if (typeof insert === 'function') insert(view, chosen, start, closed ? end + 1 : end);
    },
  };
}
