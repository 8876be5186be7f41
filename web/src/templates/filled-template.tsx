import { ChevronLeft } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { fieldLabel } from './field-names.ts'
import { TemplateForm } from './template-form.tsx'
import { TemplatePreview } from './template-preview.tsx'
import type { TemplateDraft } from './use-template-draft.ts'
import { templateWords } from './words.ts'

/** The chosen template: what it needs, and what the client will see. @param onBack where the list has no room beside it */
export function FilledTemplate({ draft, onBack }: { draft: TemplateDraft; onBack?: () => void }) {
  const words = useRoomWords(templateWords)
  const { template, values } = draft
  if (!template || !values) return null
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {onBack && (
          <Button look="quiet" onClick={onBack} className="-ml-2 md:hidden">
            <ChevronLeft size={16} aria-hidden="true" />
            {words.other}
          </Button>
        )}
        <h3 className="min-w-0 font-medium wrap-anywhere">{template.name}</h3>
        <span className="text-xs text-soft">
          {words.languageName(template.language)} · {words.categories[template.category] ?? template.category}
        </span>
      </div>
      <TemplateForm
        template={template}
        values={values}
        problems={draft.problems}
        strict={draft.strict}
        onChange={draft.change}
      />
      <div>
        <h4 className="mb-1 text-[0.8125rem] text-soft">{words.preview}</h4>
        <TemplatePreview template={template} values={values} />
      </div>
    </div>
  )
}

/** Names what keeps the template from being sent; read out when it changes. */
export function MissingValues({ draft: { template, problems } }: { draft: TemplateDraft }) {
  const words = useRoomWords(templateWords)
  const names = (wanted: boolean) =>
    template === null
      ? []
      : problems
          .filter(({ code, field }) => (code === 'missing' || field === 'file') === wanted)
          .map(({ field }) => fieldLabel(template, field, words))
  const missing = [...new Set(names(true))]
  const wrong = [...new Set(names(false))]
  return (
    <p role="status" className="min-w-0 flex-1 text-xs text-soft wrap-anywhere">
      {missing.length > 0 && words.stillMissing(missing.join(', '))}
      {missing.length === 0 && wrong.length > 0 && words.toMend(wrong.join(', '))}
    </p>
  )
}
