import { type RefObject, useEffect } from 'react'
import { cx } from '../ui/class-names.ts'
import { Empty } from '../ui/notice.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { FilledTemplate } from './filled-template.tsx'
import { TemplatePicker } from './template-picker.tsx'
import type { TemplateDraft } from './use-template-draft.ts'
import { templateWords } from './words.ts'

interface TemplateChooserProps {
  channelId: string
  draft: TemplateDraft
  /** around the form: `focusField` looks for fields in it */
  filling: RefObject<HTMLDivElement | null>
  /** of the whole on wide screens */
  height: string
}

/** The list and what is chosen in it, side by side, or one at a time where there is no room for both. */
export function TemplateChooser({ channelId, draft, filling, height }: TemplateChooserProps) {
  const words = useRoomWords(templateWords)
  const { template } = draft
  const chosen = template?.id ?? null
  useEffect(() => {
    if (chosen !== null) focusField(filling.current, 'input:not([type=file]), button')
  }, [chosen, filling])
  return (
    <div className={cx('grid gap-5 md:grid-cols-[19rem_minmax(0,1fr)]', height)}>
      <div className={cx('h-[60dvh] min-h-0 flex-col md:flex md:h-full', template ? 'hidden' : 'flex')}>
        <TemplatePicker channelId={channelId} chosenId={chosen} onChoose={draft.choose} />
      </div>
      <div ref={filling} className={cx('min-h-0 md:block md:overflow-y-auto md:pr-1', !template && 'hidden')}>
        {template ? (
          <FilledTemplate draft={draft} onBack={() => draft.choose(null)} />
        ) : (
          <Empty title={words.choose} hint={words.chooseHint} />
        )}
      </div>
    </div>
  )
}

/** The first of these that can be seen, once the browser has drawn what was just put there. */
export function focusField(root: HTMLElement | null, selector: string): void {
  requestAnimationFrame(() => {
    const found = [...(root?.querySelectorAll<HTMLElement>(selector) ?? [])]
    found.find((element) => element.offsetParent !== null)?.focus()
  })
}
