import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Select, TextArea } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useLanguage } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { type Endpoint, type EndpointTrial, TRIAL_METHODS, type TrialMethod, tryEndpoint } from './api.ts'
import { endpointWords } from './words.ts'

const SAMPLE = JSON.stringify({ test: true, from: 'parley' }, null, 2)

/** One call to an endpoint with a sample, and what came of it. */
export function TrialDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const words = useRoomWords(endpointWords)
  const { words: common } = useLanguage()
  const errorText = useErrorText(words.errors)
  const [method, setMethod] = useState<TrialMethod>('POST')
  const [path, setPath] = useState('')
  const [sample, setSample] = useState(SAMPLE)
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const body = hasBody ? readJson(sample) : undefined
  const trial = useMutation({
    mutationFn: () =>
      tryEndpoint(endpoint.id, { method, ...(path.trim() && { path: path.trim() }), ...(hasBody && { body }) }),
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (!hasBody || body !== undefined) trial.mutate()
  }
  return (
    <Dialog title={words.trial.title(endpoint.name)} size="medium" onClose={onClose}>
      <form onSubmit={onSubmit} noValidate className="space-y-3">
        <p className="text-[0.8125rem] text-soft">{words.trial.intro}</p>
        <div className="grid gap-3 sm:grid-cols-[8rem_1fr]">
          <Select
            label={words.trial.method}
            value={method}
            options={TRIAL_METHODS.map((value) => ({ value, label: value }))}
            onChange={({ target }) => setMethod(TRIAL_METHODS.find((value) => value === target.value) ?? 'POST')}
          />
          <Field
            label={words.trial.path}
            hint={words.trial.pathHint}
            value={path}
            maxLength={2_000}
            spellCheck={false}
            onChange={({ target }) => setPath(target.value)}
          />
        </div>
        {hasBody && (
          <TextArea
            label={words.trial.sample}
            error={body === undefined ? words.trial.noJson : null}
            value={sample}
            spellCheck={false}
            onChange={({ target }) => setSample(target.value)}
          />
        )}
        {trial.error && (
          <Notice look="danger" urgent>
            {errorText(trial.error)}
          </Notice>
        )}
        {trial.data && !trial.isPending && <Outcome trial={trial.data} />}
        <div className="flex justify-end gap-2 pt-2">
          <Button onClick={onClose}>{common.app.close}</Button>
          <Button type="submit" look="primary" disabled={trial.isPending}>
            {trial.isPending ? words.trial.calling : words.trial.call}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Outcome({ trial }: { trial: EndpointTrial }) {
  const words = useRoomWords(endpointWords).trial
  const { formats } = useLanguage()
  const { status, durationMs, body, isCut, error } = trial
  const took = words.took(formats.number(durationMs))
  if (error || status === null) {
    return (
      <Notice look="danger">
        {(error && words.failed[error.code]) ?? error?.message} {took}
      </Notice>
    )
  }
  return (
    <div className="space-y-2">
      <Notice look={status >= 200 && status < 300 ? 'success' : 'warning'}>
        {words.answered(status)} {took}
      </Notice>
      {body === null ? (
        <p className="text-xs text-soft">{words.noText}</p>
      ) : (
        <figure>
          <figcaption className="text-xs text-soft">{isCut ? words.beginning : words.body}</figcaption>
          <pre className="mt-1 max-h-60 overflow-auto rounded-md bg-ground p-2 text-xs wrap-anywhere whitespace-pre-wrap">
            {body}
          </pre>
        </figure>
      )}
    </div>
  )
}

/** undefined: it is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
