import { CircleAlert, TriangleAlert } from 'lucide-react'
import { Badge } from '../../ui/badge.tsx'
import { useEditorWords } from '../state/editor-context.tsx'
import { countOf, type Problem } from '../state/problems.ts'

/** How much is wrong with something. */
export function ProblemBadge({ problems }: { problems: readonly Problem[] }) {
  const words = useEditorWords()
  const { errors, warnings } = countOf(problems)
  if (errors + warnings === 0) return null
  const Icon = errors > 0 ? CircleAlert : TriangleAlert
  return (
    <Badge look={errors > 0 ? 'danger' : 'warning'}>
      <Icon size={12} aria-hidden="true" />
      <span aria-hidden="true">{errors + warnings}</span>
      <span className="sr-only">{words.editor.problems(errors, warnings)}</span>
    </Badge>
  )
}
