import { useState } from 'react'
import type { Template } from './api.ts'
import { type ChosenTemplate, emptyValues, parametersOf, problemsOf, type TemplateValues } from './template-values.ts'

/** A template that is being filled; what was entered into one comes back with it after a look at another. */
export function useTemplateDraft() {
  const [template, setTemplate] = useState<Template | null>(null)
  const [entered, setEntered] = useState<ReadonlyMap<string, TemplateValues>>(new Map())
  const [strict, setStrict] = useState(false)
  const values = template && (entered.get(template.id) ?? emptyValues(template))
  const problems = template && values ? problemsOf(template, values) : []
  return {
    template,
    values,
    problems,
    strict,
    ready: template !== null && problems.length === 0,
    choose: (next: Template | null) => {
      setTemplate(next)
      setStrict(false)
    },
    change: (next: TemplateValues) => {
      if (template) setEntered(new Map(entered).set(template.id, next))
    },
    /** What is to be sent; null: something is missing, and is marked from now on. */
    take(): ChosenTemplate | null {
      if (!template || !values) return null
      if (problems.length > 0) {
        setStrict(true)
        return null
      }
      return { name: template.name, language: template.language, parameters: parametersOf(template, values) }
    },
  }
}

export type TemplateDraft = ReturnType<typeof useTemplateDraft>
