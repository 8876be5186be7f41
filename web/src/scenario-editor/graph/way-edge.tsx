import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { StepPicker } from '../form/step-picker.tsx'
import { useStepDeeds } from '../form/use-step-deeds.ts'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import type { Path } from '../text/path.ts'
import { type Point, roundedLine } from './layout.ts'

export type WayEdge = Edge<
  { label: string; insert: { list: Path; index: number }; again: boolean; points: readonly Point[]; at: Point },
  'way'
>

/** A way with its words, and a button to put a step on it. */
export function Way({ sourceX, sourceY, targetX, targetY, data, markerEnd }: EdgeProps<WayEdge>) {
  const words = useEditorWords()
  const { readOnly } = useEditor()
  const deeds = useStepDeeds()
  if (!data) return null
  const { label, insert, again, points, at } = data
  const line = again ? points : [{ x: sourceX, y: sourceY }, ...points.slice(1, -1), { x: targetX, y: targetY }]
  return (
    <>
      <BaseEdge
        path={roundedLine(line)}
        {...(markerEnd ? { markerEnd } : {})}
        style={again ? { strokeDasharray: '4 4' } : {}}
      />
      <EdgeLabelRenderer>
        <div
          className="nodrag nopan pointer-events-auto absolute flex items-center gap-1"
          style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)` }}
        >
          {label && (
            <span
              className="max-w-44 truncate rounded bg-ground px-1.5 text-[0.6875rem] leading-5 text-soft"
              title={label}
            >
              {label}
            </span>
          )}
          {!readOnly && !again && (
            <StepPicker
              label={label ? words.editor.addTo(label) : words.editor.addHere}
              button={<Plus size={12} aria-hidden="true" />}
              buttonClass="inline-flex size-5 items-center justify-center rounded-full border border-line-strong bg-panel text-soft hover:border-accent hover:text-accent pointer-coarse:size-8"
              onPick={(action) => deeds.add(action, insert.list, insert.index)}
            />
          )}
        </div>
      </EdgeLabelRenderer>
    </>
  )
}
