import { Settings2 } from 'lucide-react'
import { useEditor, useEditorWords } from '../state/editor-context.tsx'
import { problemsIn } from '../state/problems.ts'
import { listAt, mapAt, textIn } from '../text/json.ts'
import { conditionText, triggerText } from '../tree/summary.ts'
import { TriggerIcon } from './action-icon.tsx'
import { SectionCard } from './section-card.tsx'
import { SettingsForm } from './settings-form.tsx'
import { StepList } from './step-list.tsx'
import { TriggerForm } from './trigger-form.tsx'

/** The scenario as cards below each other: settings, what starts it, its steps. */
export function FormView() {
  const words = useEditorWords()
  const { document, problems, readOnly } = useEditor()
  const trigger = mapAt(document, ['trigger'])
  const steps = listAt(document, ['steps'])
  const elsewhere = problems.filter(
    ({ at: [first] }) => first !== 'trigger' && (first !== 'steps' || steps.length === 0),
  )
  return (
    <div className="@container mx-auto w-full max-w-3xl pb-24">
      <SectionCard
        path={[]}
        icon={
          <span
            aria-hidden="true"
            className="inline-flex size-7 shrink-0 items-center justify-center rounded-md bg-hover text-soft"
          >
            <Settings2 size={15} />
          </span>
        }
        title={words.editor.settingsSummary(textIn(document, 'name'))}
        detail={words.editor.settings}
        label={words.editor.settings}
        problems={elsewhere}
      >
        <SettingsForm />
      </SectionCard>
      <div aria-hidden="true" className="ml-6 h-3 w-px bg-line" />
      <SectionCard
        path={['trigger']}
        icon={<TriggerIcon button={trigger.button !== undefined} />}
        title={triggerText(trigger, words)}
        detail={
          trigger.when === undefined ? words.editor.trigger : words.event.provided(conditionText(trigger.when, words))
        }
        label={words.editor.trigger}
        problems={problemsIn(problems, ['trigger'])}
      >
        <TriggerForm />
      </SectionCard>
      <section aria-label={words.editor.steps} className="mt-5">
        <h2 className="mb-2 text-[0.8125rem] font-medium text-soft">{words.editor.steps}</h2>
        {steps.length === 0 && <p className="mb-2 text-soft">{words.editor.noStepsHint}</p>}
        <StepList path={['steps']} steps={steps} />
      </section>
      {!readOnly && steps.length > 0 && (
        <p className="mt-6 text-xs text-soft pointer-coarse:hidden">{words.editor.keysHint}</p>
      )}
    </div>
  )
}
