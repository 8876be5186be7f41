import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { cx } from '../ui/class-names.ts'
import { useStore } from '../ui/store.ts'
import { showToast } from '../ui/toast.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { EditorToolbar } from './editor-toolbar.tsx'
import type { Finding } from './finding.ts'
import { FormView } from './form/form-view.tsx'
import { createEditor } from './state/editor.ts'
import { EditorProvider, type View } from './state/editor-context.tsx'
import { problemsOf } from './state/problems.ts'
import type { JsonMap } from './text/json.ts'
import { readText } from './text/read-text.ts'
import { Unreadable } from './unreadable.tsx'
import { editorWords } from './words.ts'

export type { Finding } from './finding.ts'

export interface ScenarioEditorProps {
  /** The draft as a text, YAML or JSON; the form, the code and the graph show the same one. */
  text: string
  format: 'yaml' | 'json'
  findings: readonly Finding[]
  readOnly?: boolean
  /** Others go by the id already: it cannot be changed. */
  fixedId?: boolean
  onChange: (text: string) => void
}

const CodeView = lazy(() => import('./code/code-view.tsx').then(({ CodeView: component }) => ({ default: component })))
const GraphView = lazy(() =>
  import('./graph/graph-view.tsx').then(({ GraphView: component }) => ({ default: component })),
)
const TryPanel = lazy(() => import('./try/try-panel.tsx').then(({ TryPanel: component }) => ({ default: component })))

const EMPTY: JsonMap = {}

/** A scenario as a form, as code and as a drawn graph: three views of one document. */
export function ScenarioEditor({
  text,
  format,
  findings,
  readOnly = false,
  fixedId = false,
  onChange,
}: ScenarioEditorProps) {
  const words = useRoomWords(editorWords)
  const tell = useRef(onChange)
  tell.current = onChange
  const [editor] = useState(() => createEditor(text, (next) => tell.current(next)))
  const history = useStore(editor.history)
  const [view, setView] = useState<View>('form')
  const [isTrying, setTrying] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const { now } = history
  const read = useMemo(() => readText(now.text), [now.text])
  const problems = useMemo(() => problemsOf(findings), [findings])

  useEffect(() => editor.hear(text))

  const refuse = useCallback(() => showToast(words.editor.cannotChange, { look: 'danger' }), [words])
  const shown = read.ok ? view : 'code'
  const context = useMemo(
    () => ({
      editor,
      document: read.ok ? read.value : EMPTY,
      selected: now.selected,
      problems,
      readOnly,
      fixedId,
      show: setView,
      refuse,
    }),
    [editor, read, now.selected, problems, readOnly, fixedId, refuse],
  )

  return (
    <EditorProvider value={context}>
      <div
        ref={root}
        className="flex h-full min-h-0 flex-col"
        onKeyDownCapture={(event) => {
          const isUndo = event.code === 'KeyZ' && (event.ctrlKey || event.metaKey) && !event.altKey
          const isRedo = (isUndo && event.shiftKey) || (event.code === 'KeyY' && event.ctrlKey && !event.altKey)
          if (readOnly || (!isUndo && !isRedo)) return
          event.preventDefault()
          event.stopPropagation()
          if (isRedo) editor.redo()
          else editor.undo()
        }}
      >
        <EditorToolbar
          view={view}
          shown={shown}
          onView={setView}
          read={read}
          canUndo={!readOnly && history.past.length > 0}
          canRedo={!readOnly && history.future.length > 0}
          isTrying={isTrying}
          onTry={readOnly ? null : () => setTrying(!isTrying)}
        />
        <div className={cx('min-h-0 flex-1', isTrying && 'flex flex-col gap-3 lg:flex-row')}>
          <div className="h-full min-h-0 min-w-0 flex-1" role="tabpanel" aria-label={words.editor.views[view]}>
            {!read.ok && view !== 'code' && <Unreadable problems={read.problems} onGo={() => setView('code')} />}
            {read.ok && view === 'form' && <FormView />}
            <Suspense fallback={<p className="p-4 text-soft">{words.editor.loadingView}</p>}>
              {view === 'code' && <CodeView text={now.text} format={format} read={read} findings={findings} />}
              {read.ok && view === 'graph' && <GraphView />}
            </Suspense>
          </div>
          {isTrying && !readOnly && (
            <Suspense fallback={<p className="p-4 text-soft lg:w-96">{words.editor.loadingView}</p>}>
              <TryPanel text={now.text} onClose={() => setTrying(false)} />
            </Suspense>
          )}
        </div>
      </div>
    </EditorProvider>
  )
}
