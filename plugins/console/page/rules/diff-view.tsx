/** Two texts beside each other, with what differs marked. */
import { useEffect, useRef } from 'react';
import { json } from '@codemirror/lang-json';
import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { codeColours, codeTheme, diffTheme } from './code-theme.js';
import { shadowOf } from './shadow.js';

interface DiffViewProps {
  before: { title: string; text: string };
  after: { title: string; text: string };
}

export function DiffView({ before, after }: DiffViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const { title: titleBefore, text: textBefore } = before;
  const { title: titleAfter, text: textAfter } = after;
  useEffect(() => {
    if (host.current === null) return;
    const { root, parent } = shadowOf(host.current);
    const side = (title: string, text: string) => ({
      doc: text,
      extensions: [
        lineNumbers(),
        json(),
        codeTheme,
        diffTheme,
        codeColours,
        EditorView.lineWrapping,
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ 'aria-label': title, tabindex: '0' }),
      ],
    });
    const view = new MergeView({
      root,
      parent,
      a: side(titleBefore, textBefore),
      b: side(titleAfter, textAfter),
      gutter: true,
      collapseUnchanged: { margin: 3, minSize: 6 },
    });
    return () => view.destroy();
  }, [titleBefore, textBefore, titleAfter, textAfter]);
  return (
    <div className="diff">
      <div className="diff-titles">
        <span>{before.title}</span>
        <span>{after.title}</span>
      </div>
      <div ref={host} className="diff-view" />
    </div>
  );
}
