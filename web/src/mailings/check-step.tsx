import { useState } from 'react'
import { MessageBubble } from '../templates/template-preview.tsx'
import { templateWords } from '../templates/words.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Card } from '../ui/page.tsx'
import { readSetting, writeSetting } from '../ui/settings.ts'
import { Table, Td, Th } from '../ui/table.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { useErrorText } from '../words/use-error-text.ts'
import { type CampaignOrder, type CampaignPreview, EXCLUSIONS, type RowError } from './api.ts'
import { spanOf } from './estimate.ts'
import { exampleLook } from './example-look.ts'
import { saysMore } from './exclusion-text.ts'
import type { PreviewState } from './use-campaign-preview.ts'
import type { Draft } from './use-draft.ts'
import { useOrderTest } from './use-order-test.ts'
import { mailingWords } from './words.ts'

interface CheckStepProps {
  preview: PreviewState
  order: CampaignOrder | null
  missing: readonly string[]
  /** lines that the server counts and the person did not write */
  shift: number
  draft: Draft
}

/** Before anything leaves: who gets it, who does not and why, how it looks, and a test. */
export function CheckStep({ preview, order, missing, shift, draft }: CheckStepProps) {
  const words = useRoomWords(mailingWords)
  const ofTemplates = useRoomWords(templateWords)
  const errorText = useErrorText({ ...ofTemplates.errors, ...words.errors })
  const { data, error, checking } = preview
  return (
    <Card title={words.form.steps.check}>
      {order === null && (
        <div className="text-[0.8125rem] text-soft">
          <p>{words.form.checkHint}</p>
          {missing.length > 0 && <p className="mt-1">{words.form.stillMissing(missing.join(', '))}</p>}
        </div>
      )}
      <p role="status" className="text-[0.8125rem] text-soft">
        {checking && words.form.checking}
      </p>
      {preview.onRequest && !checking && <Button onClick={preview.check}>{words.form.checkNow}</Button>}
      {error != null && !checking && (
        <Notice look="danger" urgent>
          {errorText(error)}
        </Notice>
      )}
      {data && <Checked data={data} shift={shift} />}
      {order && data && data.counts.queued > 0 && <TestSend order={order} draft={draft} />}
    </Card>
  )
}

function Checked({ data, shift }: { data: CampaignPreview; shift: number }) {
  const words = useRoomWords(mailingWords)
  const { counts, excluded, errors, examples } = data
  return (
    <div className="space-y-4">
      <div>
        <p className="text-base font-semibold tabular-nums">{words.form.gets(counts.queued)}</p>
        {counts.queued > 0 && (
          <p className="text-soft">
            {words.form.takes(words.span(spanOf(data.estimatedSeconds)), words.number(data.perSecond))}
          </p>
        )}
      </div>
      {counts.excluded > 0 && (
        <div>
          <p className="mb-1 font-medium text-warning tabular-nums">{words.form.getsNothing(counts.excluded)}</p>
          <ul className="mb-2 flex flex-wrap gap-x-5 text-[0.8125rem]">
            {EXCLUSIONS.filter((code) => excluded[code]).map((code) => (
              <li key={code} className="tabular-nums">
                {words.exclusion[code]}: {words.number(excluded[code] ?? 0)}
              </li>
            ))}
          </ul>
          <RowErrors errors={errors} shift={shift} all={counts.excluded} />
        </div>
      )}
      {examples.length > 0 && (
        <div>
          <h3 className="mb-2 text-[0.8125rem] text-soft">{words.form.examples}</h3>
          <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-3">
            {examples.map((example) => (
              <figure key={example.row} className="min-w-0">
                <figcaption className="mb-1 truncate text-xs text-soft">
                  {words.form.exampleOf(example.name ? `${example.name}, ${example.to}` : example.to)}
                </figcaption>
                <MessageBubble look={exampleLook(example)} />
              </figure>
            ))}
          </div>
        </div>
      )}
    </div>
  )
}

function RowErrors({ errors, shift, all }: { errors: RowError[]; shift: number; all: number }) {
  const words = useRoomWords(mailingWords)
  return (
    <details open={errors.length <= 10}>
      <summary className="py-1 text-[0.8125rem] text-soft">{words.form.problems}</summary>
      <div className="mt-1 max-h-72 overflow-y-auto">
        <Table
          label={words.form.problems}
          head={
            <>
              <Th numeric>{words.form.row}</Th>
              <Th>{words.form.number}</Th>
              <Th>{words.form.why}</Th>
            </>
          }
        >
          {errors.map(({ row, to, code, message }) => {
            return (
              <tr key={row}>
                <Td numeric>{words.number(row - shift)}</Td>
                <Td className="tabular-nums">{to}</Td>
                <Td className="min-w-40">
                  {words.exclusion[code]}
                  {saysMore(code) && <span className="block text-xs text-soft">{message}</span>}
                </Td>
              </tr>
            )
          })}
        </Table>
      </div>
      {errors.length < all && <p className="mt-1 text-xs text-soft">{words.form.firstErrors(errors.length)}</p>}
    </details>
  )
}

const TEST_NUMBER = 'mailings.test-number'

function TestSend({ order, draft }: { order: CampaignOrder; draft: Draft }) {
  const words = useRoomWords(mailingWords)
  const ofTemplates = useRoomWords(templateWords)
  const errorText = useErrorText({ ...ofTemplates.errors, ...words.errors })
  const [to, setTo] = useState(() => readSetting(TEST_NUMBER) ?? '')
  const test = useOrderTest(draft)
  return (
    <form
      aria-label={words.form.testTo}
      className="mt-5 border-t border-line pt-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (to.trim() === '' || test.isPending) return
        writeSetting(TEST_NUMBER, to.trim())
        test.mutate({ order, to: to.trim() })
      }}
    >
      <h3 className="mb-2 font-medium">{words.form.testTo}</h3>
      <div className="flex flex-wrap items-end gap-2">
        <Field
          label={words.form.testNumber}
          type="tel"
          dir="ltr"
          value={to}
          onChange={({ target }) => setTo(target.value)}
          className="w-56"
        />
        <Button type="submit" look="message" disabled={to.trim() === '' || test.isPending} className="h-9">
          {words.form.testSend}
        </Button>
      </div>
      <p className="mt-1 text-xs text-soft">{words.form.testHint}</p>
      <div role="status" className="mt-2 text-[0.8125rem]">
        {test.error != null && <p className="text-danger">{errorText(test.error)}</p>}
        {test.data !== undefined && !test.isPending && <p className="text-success">{words.form.testSent(test.data)}</p>}
      </div>
    </form>
  )
}
