import { json } from '@codemirror/lang-json'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'

interface Side {
  label: string
  text: string
}

interface TextDiffProps {
  before: Side
  after: Side
  format: 'yaml' | 'json'
}

/** Below this the two texts stand under each other, changed line by changed line. */
const SIDE_BY_SIDE_PX = 640

/** Two texts with what is different in them; long stretches that are the same are folded. */
export default function TextDiff({ before, after, format }: TextDiffProps) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = host.current
    if (!element) return
    // In a shadow root its styles are adopted sheets: the page's policy allows no style elements.
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    const parent = document.createElement('div')
    root.replaceChildren(parent)
    const shared = extensionsFor(format)
    const labelled = (label: string): Extension => EditorView.contentAttributes.of({ 'aria-label': label })
    const collapseUnchanged = { margin: 3, minSize: 6 }
    const view =
      element.clientWidth >= SIDE_BY_SIDE_PX
        ? new MergeView({
            a: { doc: before.text, extensions: [shared, labelled(before.label)] },
            b: { doc: after.text, extensions: [shared, labelled(after.label)] },
            parent,
            root,
            collapseUnchanged,
          })
        : new EditorView({
            doc: after.text,
            parent,
            root,
            extensions: [
              shared,
              labelled(`${before.label} → ${after.label}`),
              unifiedMergeView({ original: before.text, mergeControls: false, collapseUnchanged }),
            ],
          })
    return () => view.destroy()
  }, [before.text, before.label, after.text, after.label, format])
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      <div className="grid grid-cols-2 border-b border-line bg-hover text-xs font-medium text-soft">
        <span className="px-3 py-1.5">{before.label}</span>
        <span className="px-3 py-1.5">{after.label}</span>
      </div>
      <div ref={host} className="max-h-[40dvh] overflow-auto" />
    </div>
  )
}

const extensionsFor = (format: 'yaml' | 'json'): Extension => [
  EditorState.readOnly.of(true),
  EditorView.lineWrapping,
  lineNumbers(),
  format === 'json' ? json() : yaml(),
  syntaxHighlighting(HIGHLIGHT),
  THEME,
]

const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--warning)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
])

const THEME = EditorView.theme({
  '&': { fontSize: '0.8125rem', color: 'var(--ink)', backgroundColor: 'var(--panel)' },
  '.cm-scroller': { fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--soft)', border: 'none' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--danger-ground)' },
  '&.cm-merge-b .cm-changedLine, .cm-insertedLine, &:not(.cm-merge-a):not(.cm-merge-b) .cm-changedLine': {
    backgroundColor: 'var(--message-bubble)',
  },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'color-mix(in srgb, var(--danger) 25%, transparent)',
  },
  '&.cm-merge-b .cm-changedText, .cm-insertedLine .cm-changedText, .cm-changedText': {
    background: 'color-mix(in srgb, var(--success) 25%, transparent)',
  },
  '.cm-collapsedLines': {
    background: 'var(--hover)',
    color: 'var(--soft)',
    padding: '4px 12px',
    fontFamily: 'system-ui, sans-serif',
  },
})
