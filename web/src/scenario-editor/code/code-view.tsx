import { setDiagnostics } from '@codemirror/lint'
import type { EditorView } from '@codemirror/view'
import { EditorView as View } from '@codemirror/view'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useStore } from '../../ui/store.ts'
import { useLanguage } from '../../words/language.tsx'
import type { Finding } from '../finding.ts'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import { offsetOf, pathAt, rangeOf } from '../text/positions.ts'
import { type ReadText, readText } from '../text/read-text.ts'
import { stepAbove } from '../tree/branches.ts'
import { createView, fromOutside, putText } from './create-view.ts'
import { diagnosticsOf } from './diagnostics.ts'

interface CodeViewProps {
  text: string
  format: 'yaml' | 'json'
  read: ReadText
  findings: readonly Finding[]
}

/** The text itself. In a shadow root, because the page's policy forbids the style element that the editor would make. */
export function CodeView({ text, format, read, findings }: CodeViewProps) {
  const words = useEditorWords()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const { editor, readOnly, selected } = useEditor()
  const host = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<EditorView | null>(null)
  const line = useStore(editor.line)

  const firstText = useEffectEvent(() => text)
  const firstPlace = useEffectEvent((own: EditorView) => {
    const range = selected && selected.length > 0 && read.ok ? rangeOf(read, selected) : null
    if (!range) return
    own.dispatch({
      selection: { anchor: range.from },
      effects: View.scrollIntoView(range.from, { y: 'start', yMargin: 24 }),
      annotations: fromOutside.of(true),
    })
  })

  useEffect(() => {
    const element = host.current
    if (!element) return
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    const parent = document.createElement('div')
    parent.style.height = '100%'
    root.replaceChildren(parent)
    const own = createView({
      parent,
      root,
      text: firstText(),
      label: words.editor.codeLabel,
      readOnly,
      locale,
      client,
      words,
      json: format === 'json',
      onText: (next, isTyping) => editor.write(next, isTyping ? 'code' : null),
      onCursor(offset) {
        const now = readText(own.state.doc.toString())
        if (!now.ok) return
        const path = pathAt(now, offset)
        const step =
          path[0] === 'steps'
            ? stepAbove(now.value, path)
            : path[0] === 'trigger'
              ? ['trigger']
              : path.length > 0
                ? []
                : null
        if (step) editor.select(step)
      },
    })
    firstPlace(own)
    setView(own)
    return () => {
      own.destroy()
      setView(null)
    }
  }, [client, editor, format, locale, readOnly, words])

  // The newest text, not the one that was drawn: somebody may have typed on meanwhile.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a drawn text says that there is a newer one
  useEffect(() => {
    if (view) putText(view, editor.history.get().now.text)
  }, [view, editor, text])

  useEffect(() => {
    if (view && view.state.doc.toString() === read.text)
      view.dispatch(setDiagnostics(view.state, diagnosticsOf(read, findings, words)))
  }, [view, read, findings, words])

  useEffect(() => {
    if (!view || !line) return
    const at = offsetOf(view.state.doc.toString(), line.line, line.column)
    view.dispatch({
      selection: { anchor: at },
      effects: View.scrollIntoView(at, { y: 'center' }),
      annotations: fromOutside.of(true),
    })
    view.focus()
    editor.line.set(null)
  }, [view, line, editor])

  return (
    <div className="flex h-full flex-col">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: from outside nobody sees that somebody writes in there */}
      <div
        ref={host}
        data-code=""
        onKeyDown={(event) => {
          // Single letters are commands elsewhere.
          if (!event.ctrlKey && !event.metaKey) event.stopPropagation()
        }}
        className="h-[max(24rem,calc(100dvh-20rem))] overflow-hidden rounded-lg border border-line focus-within:border-accent focus-within:outline-1 focus-within:outline-accent"
      />
      <p className="mt-1 text-xs text-soft pointer-coarse:hidden">{words.editor.codeHint}</p>
    </div>
  )
}
