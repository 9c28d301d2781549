/** How the editor looks: the page's colours, which reach into its shadow tree as custom properties. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const TOOLTIP = {
  border: '1px solid var(--line-strong)',
  borderRadius: 'var(--round)',
  background: 'var(--raised)',
  color: 'var(--text)',
  boxShadow: 'var(--shadow-over)',
};

export const codeTheme = EditorView.theme({
  '&': { height: '100%', background: 'var(--surface)', color: 'var(--text)', fontSize: 'var(--size)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--code)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--text)', padding: 'var(--gap-2) 0' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    border: 'none',
    borderRight: '1px solid var(--line)',
    background: 'var(--sunken)',
    color: 'var(--muted)',
  },
  '.cm-activeLine': { background: 'color-mix(in srgb, var(--hover) 60%, transparent)' },
  '.cm-activeLineGutter': { background: 'var(--selected)', color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 26%, transparent)',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    background: 'var(--selected)',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-tooltip': TOOLTIP,
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--code)', maxHeight: '13em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px var(--gap-2)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    background: 'var(--accent)',
    color: 'var(--accent-text)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionDetail': { marginLeft: 'var(--gap-3)', color: 'var(--muted)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': {
    padding: 'var(--gap-2)',
    maxWidth: '320px',
    fontFamily: 'var(--letters)',
    lineHeight: 'var(--line-height)',
  },
  '.cm-diagnostic': {
    padding: 'var(--gap-1) var(--gap-2)',
    fontFamily: 'var(--letters)',
    whiteSpace: 'pre-line',
  },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--bad)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintPoint-error:after': { borderBottomColor: 'var(--bad)' },
  '.cm-mergeView': { height: '100%' },
  '.cm-changedLine': { background: 'color-mix(in srgb, var(--info) 10%, transparent)' },
});

/** Of the two sides of a diff. */
export const diffTheme = EditorView.theme({
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { background: 'var(--bad-soft)' },
  '&.cm-merge-a .cm-changedText': { background: 'color-mix(in srgb, var(--bad) 14%, transparent)' },
  '&.cm-merge-b .cm-changedLine': { background: 'var(--good-soft)' },
  '&.cm-merge-b .cm-changedText': { background: 'color-mix(in srgb, var(--good) 14%, transparent)' },
  '&.cm-merge-a .cm-changedLineGutter': { background: 'var(--bad)' },
  '&.cm-merge-b .cm-changedLineGutter': { background: 'var(--good)' },
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '""' },
  '.cm-collapsedLines': { background: 'var(--sunken)', color: 'var(--muted)' },
});

export const codeColours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.propertyName, color: 'var(--accent)' },
    { tag: tags.string, color: 'var(--good)' },
    { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
    { tag: [tags.punctuation, tags.separator, tags.bracket], color: 'var(--muted)' },
  ]),
);
