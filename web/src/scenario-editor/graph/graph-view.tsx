import '@xyflow/react/dist/base.css'
import './graph.css'
import { Background, Controls, MarkerType, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { X } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { SelectedForm, useSelectedTitle } from '../form/selected-form.tsx'
import { StepMenu } from '../form/step-menu.tsx'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import { problemsIn } from '../state/problems.ts'
import { mapAt, valueAt } from '../text/json.ts'
import { isWithin, type Path, pathKey, samePath } from '../text/path.ts'
import { branchesOf } from '../tree/branches.ts'
import { graphOf } from '../tree/graph.ts'
import { branchText, conditionText, summaryOf, triggerText } from '../tree/summary.ts'
import { layoutOf, NODE_HEIGHT, NODE_WIDTH, SMALL_HEIGHT, SMALL_WIDTH } from './layout.ts'
import { Card, type CardNode, End, type EndNode } from './nodes.tsx'
import { Way, type WayEdge } from './way-edge.tsx'

const NODE_TYPES = { card: Card, end: End }
const EDGE_TYPES = { way: Way }

/** The scenario as a drawing, from the trigger down; what is chosen has its form at the side. */
export function GraphView() {
  const words = useEditorWords()
  const { selected } = useEditor()
  return (
    <div className="flex h-[max(26rem,calc(100dvh-18rem))] flex-col gap-3 lg:flex-row">
      <section
        aria-label={words.editor.graphLabel}
        className="relative min-h-72 min-w-0 flex-1 overflow-hidden rounded-lg border border-line"
      >
        <ReactFlowProvider>
          <Drawing />
        </ReactFlowProvider>
      </section>
      {selected && <SidePanel path={selected} />}
    </div>
  )
}

function Drawing() {
  const words = useEditorWords()
  const { editor, document, selected, problems } = useEditor()
  const graph = useMemo(() => graphOf(document), [document])
  const labels = useMemo(
    () =>
      new Map(graph.edges.map(({ id, branch }) => [id, branch ? branchText(branch.step, branch.branch, words) : ''])),
    [graph, words],
  )
  const layout = useMemo(() => layoutOf(graph, (id) => labels.get(id) ?? ''), [graph, labels])
  const places = layout.nodes
  const flow = useReactFlow()
  const wide = matchMedia('(min-width: 1024px)').matches

  const nodes = useMemo(
    () =>
      graph.nodes.map((node): CardNode | EndNode => {
        const position = places.get(node.id) ?? { x: 0, y: 0 }
        if (node.kind === 'end') {
          return {
            id: node.id,
            type: 'end',
            position,
            data: { title: words.editor.end },
            width: SMALL_WIDTH,
            height: SMALL_HEIGHT,
            selectable: false,
            focusable: false,
          }
        }
        const trigger = mapAt(document, ['trigger'])
        const isTrigger = node.kind === 'trigger'
        const step = isTrigger ? undefined : node.step
        const branches = branchesOf(step)
        const own = problemsIn(problems, node.path).filter(
          ({ at }) => !branches.some((branch) => isWithin(at, [...node.path, ...branch.path])),
        )
        const title = isTrigger ? triggerText(trigger, words) : summaryOf(step, words)
        const detail = isTrigger
          ? trigger.when === undefined
            ? ''
            : words.event.provided(conditionText(trigger.when, words))
          : node.stepId
        return {
          id: node.id,
          type: 'card',
          position,
          width: NODE_WIDTH,
          height: NODE_HEIGHT,
          ariaLabel: title,
          data: {
            title,
            detail,
            icon: isTrigger ? (trigger.button === undefined ? 'trigger' : 'button') : node.action,
            problems: own,
            chosen: selected !== null && samePath(selected, node.path),
          },
        }
      }),
    [graph, places, document, problems, selected, words],
  )
  const edges = useMemo(
    () =>
      graph.edges.map(
        ({ id, from, to, kind, insert }): WayEdge => ({
          id,
          source: from,
          target: to,
          type: 'way',
          focusable: false,
          markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: 'var(--soft)' },
          data: {
            label: labels.get(id) ?? '',
            insert,
            again: kind === 'again',
            points: layout.edges.get(id)?.points ?? [],
            at: layout.edges.get(id)?.label ?? { x: 0, y: 0 },
          },
        }),
      ),
    [graph, labels, layout],
  )

  const pathOf = (id: string): Path | null => graph.nodes.find((node) => node.id === id)?.path ?? null
  const choose = (id: string) => {
    const path = pathOf(id)
    if (path && id !== 'end') editor.select(path)
  }

  // What was chosen elsewhere, or has just been added, comes into view.
  const id = selected ? (selected[0] === 'trigger' ? 'trigger' : pathKey(selected)) : null
  const shownFirst = useRef(false)
  useEffect(() => {
    const place = id === null ? undefined : places.get(id)
    if (!place || !shownFirst.current) return
    const { x, y, zoom } = flow.getViewport()
    const box = window.document.querySelector('.react-flow')?.getBoundingClientRect()
    if (!box) return
    const left = place.x * zoom + x
    const top = place.y * zoom + y
    const isSeen = left > 0 && top > 0 && left + NODE_WIDTH * zoom < box.width && top + NODE_HEIGHT * zoom < box.height
    if (!isSeen) void flow.setCenter(place.x + NODE_WIDTH / 2, place.y + NODE_HEIGHT / 2, { zoom, duration: 200 })
  }, [id, places, flow])

  return (
    <ReactFlow<CardNode | EndNode, WayEdge>
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      fitView
      fitViewOptions={{ maxZoom: 1, minZoom: 0.35, padding: 0.08 }}
      minZoom={0.15}
      maxZoom={1.6}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      deleteKeyCode={null}
      disableKeyboardA11y={false}
      proOptions={{ hideAttribution: true }}
      onInit={() => {
        shownFirst.current = true
      }}
      onNodeClick={(_, node) => choose(node.id)}
      onKeyDown={(event) => {
        const own = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')
        if (!own?.dataset.id || event.target !== own) return
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault()
          choose(own.dataset.id)
        } else if (event.key.startsWith('Arrow')) {
          event.preventDefault()
          focusNear(own.dataset.id, event.key, places)
        }
      }}
      ariaLabelConfig={{
        'node.a11yDescription.default': words.editor.graphHint,
        'node.a11yDescription.keyboardDisabled': words.editor.graphHint,
        'controls.fitView.ariaLabel': words.editor.fit,
        'controls.zoomIn.ariaLabel': words.editor.zoomIn,
        'controls.zoomOut.ariaLabel': words.editor.zoomOut,
      }}
    >
      <Background gap={20} color="var(--line)" />
      <Controls showInteractive={false} />
      {wide && (
        <MiniMap
          pannable
          zoomable
          ariaLabel={null}
          nodeColor="var(--line-strong)"
          maskColor="color-mix(in srgb, var(--ground) 70%, transparent)"
        />
      )}
    </ReactFlow>
  )
}

/** The nearest node in a direction gets the focus. */
function focusNear(id: string, key: string, places: ReadonlyMap<string, { x: number; y: number }>): void {
  const from = places.get(id)
  if (!from) return
  const along = key === 'ArrowDown' || key === 'ArrowUp' ? 'y' : 'x'
  const across = along === 'y' ? 'x' : 'y'
  const sign = key === 'ArrowDown' || key === 'ArrowRight' ? 1 : -1
  const [nearest] = [...places]
    .filter(([other, place]) => other !== id && other !== 'end' && (place[along] - from[along]) * sign > 1)
    .map(([other, place]) => ({
      other,
      far: Math.abs(place[along] - from[along]) + 2 * Math.abs(place[across] - from[across]),
    }))
    .toSorted((a, b) => a.far - b.far)
  if (nearest) document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(nearest.other)}"]`)?.focus()
}

function SidePanel({ path }: { path: Path }) {
  const words = useEditorWords()
  const { editor, document, readOnly } = useEditor()
  const step = valueAt(document, path)
  const title = useSelectedTitle(path, step)
  const isStep = path[0] === 'steps'
  const panel = useRef<HTMLElement>(null)
  return (
    <section
      ref={panel}
      aria-label={title}
      className="flex max-h-[60dvh] min-h-0 flex-col rounded-lg border border-line bg-panel lg:max-h-none lg:w-96"
    >
      <header className="flex items-center gap-1 border-b border-line py-1.5 pr-1.5 pl-3">
        <h2 className="line-clamp-2 min-w-0 flex-1 text-[0.8125rem] font-medium">{title}</h2>
        {isStep && !readOnly && step !== undefined && <StepMenu path={path} step={step} />}
        <IconButton label={words.editor.closePanel} onClick={() => editor.select(null)}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </header>
      <div className="@container min-h-0 flex-1 overflow-y-auto p-3">
        {(step !== undefined || !isStep) && <SelectedForm key={pathKey(path)} path={path} />}
      </div>
    </section>
  )
}
