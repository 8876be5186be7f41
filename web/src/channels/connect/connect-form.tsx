import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { phoneQuery } from '../../api/people.ts'
import { newKey } from '../../api/request.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import {
  type Check,
  type ConnectionWay,
  channelListQuery,
  checkChannel,
  checkNew,
  createChannel,
  type Provider,
  type ProviderField,
} from '../api.ts'
import { CheckResults } from '../check-results.tsx'
import { channelWords } from '../words.ts'
import { ConnectionFieldInput } from './connection-field.tsx'
import { simulatedNumber } from './simulated-number.ts'
import { useConnectionValues } from './use-connection-values.ts'
import { connectWords } from './words.ts'

/** What a channel cannot be made with, whoever wants it. */
const BARS = new Set(['token', 'number', 'taken', 'account'])

interface ConnectFormProps {
  way: ConnectionWay
  provider: Provider
  onMade: (made: { channelId: string; verifyToken: string }) => void
}

/** Step by step what has to be known, each beside the place where it is found; then the check, then the channel. */
export function ConnectForm({ way, provider, onMade }: ConnectFormProps) {
  const words = useRoomWords(connectWords)
  const errorText = useErrorText(useRoomWords(channelWords).errors)
  const client = useQueryClient()
  const phone = useQuery(phoneQuery)
  const [name, setName] = useState('')
  const form = useConnectionValues(provider)
  const key = useRef({ of: '', key: '' })
  const state = JSON.stringify(form.values)
  const [checked, setChecked] = useState<{ state: string; check: Check } | null>(null)
  const check = useMutation({
    mutationFn: async () => ({ state, check: await checkNew(provider.provider, form.values) }),
    onSuccess: setChecked,
  })
  const create = useMutation({
    mutationFn: () => {
      // The same attempt keeps its key: a second press, or a try after a lost answer, makes no second channel.
      const attempt = `${state} ${name}`
      if (key.current.of !== attempt) key.current = { of: attempt, key: newKey() }
      const body = {
        provider: provider.provider,
        name: name.trim(),
        ...(way === 'coexistence' && { coexistence: true }),
      }
      return createChannel(body, form.values, key.current.key)
    },
    onSuccess: (channel) => {
      void client.invalidateQueries({ queryKey: channelListQuery.queryKey })
      // Fills in quality and limits; what it finds is shown on the channel's page.
      void checkChannel(channel.id).catch(() => undefined)
      onMade({ channelId: channel.id, verifyToken: form.values.verifyToken ?? '' })
    },
  })

  const simulate = useMutation({
    mutationFn: simulatedNumber,
    onSuccess: (values) => {
      form.fill(values)
      if (!name.trim()) setName(words.simulatedName)
    },
  })

  const isFresh = checked?.state === state
  const bad = checked?.check.steps.filter((step) => step.state === 'bad') ?? []
  const barred = bad.some(({ step }) => BARS.has(step))
  const missing = [...(name.trim() ? [] : [words.name]), ...form.missing.map(({ label }) => label)]
  const ready = missing.length === 0
  const steps = guideOf(words.guides[way], provider, words.otherFields)
  const rare = provider.fields.filter((field) => field.rare)
  const input = (field: ProviderField) => (
    <ConnectionFieldInput
      key={field.key}
      field={field}
      value={form.values[field.key] ?? ''}
      problem={form.problemOf(field)}
      onChange={(value) => form.set(field.key, value)}
      onLeave={() => form.leave(field.key)}
    />
  )
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (isFresh && bad.length === 0) create.mutate()
    else check.mutate()
  }

  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      {phone.data && provider.fields.some((field) => field.key === 'phoneNumberId') && (
        <Card title={words.simulated} intro={words.simulatedText} className="border-dashed">
          <Button disabled={simulate.isPending} onClick={() => simulate.mutate()}>
            {words.fillSimulated}
          </Button>
        </Card>
      )}
      <ol className="space-y-4">
        {steps.map((step, index) => (
          <li key={step.title}>
            <Card title={`${index + 1}. ${step.title}`}>
              {step.text.length > 0 && (
                <ul className="mb-3 max-w-prose list-disc space-y-1 pl-4 text-[0.8125rem] text-soft">
                  {step.text.map((text) => (
                    <li key={text}>{text}</li>
                  ))}
                </ul>
              )}
              {step.link && (
                <p className="mb-3 text-[0.8125rem]">
                  <a href={step.link.href} target="_blank" rel="noopener noreferrer" className="text-accent underline">
                    {step.link.label}
                  </a>
                </p>
              )}
              <div className="max-w-xl space-y-3">{step.fields.map(input)}</div>
            </Card>
          </li>
        ))}
        <li>
          <Card title={`${steps.length + 1}. ${words.here}`} intro={words.hereText}>
            <Field
              className="max-w-xl"
              label={words.name}
              value={name}
              maxLength={200}
              placeholder={words.namePlaceholder}
              required
              onChange={(event) => setName(event.target.value)}
            />
            {rare.length > 0 && (
              <details className="mt-3 max-w-xl">
                <summary className="text-[0.8125rem] text-soft">{words.rare}</summary>
                <div className="mt-2 space-y-3">{rare.map(input)}</div>
              </details>
            )}
          </Card>
        </li>
      </ol>
      <Card title={`${steps.length + 2}. ${words.checkTitle}`} intro={words.checkText}>
        <div aria-live="polite" className="space-y-3">
          {checked && (
            <>
              <CheckResults steps={checked.check.steps} />
              <Notice look={!isFresh ? 'plain' : bad.length === 0 ? 'success' : 'danger'}>
                {!isFresh ? words.checkStale : bad.length === 0 ? words.checkGood : words.checkBad}
              </Notice>
            </>
          )}
          {check.error && <Notice look="danger">{errorText(check.error)}</Notice>}
          {create.error && <Notice look="danger">{errorText(create.error)}</Notice>}
          {!ready && (
            <p className="text-[0.8125rem] text-soft">
              {words.missing}: {missing.join(', ')}
            </p>
          )}
        </div>
        <div className="mt-4 flex flex-wrap gap-2">
          <Button
            look={isFresh && bad.length === 0 ? 'plain' : 'primary'}
            disabled={!ready || check.isPending}
            onClick={() => check.mutate()}
          >
            {check.isPending ? words.checking : words.check}
          </Button>
          {isFresh && !barred && (
            <Button
              look={bad.length === 0 ? 'primary' : 'plain'}
              disabled={!ready || create.isPending}
              onClick={() => create.mutate()}
            >
              {create.isPending ? words.connecting : bad.length === 0 ? words.create : words.createAnyway}
            </Button>
          )}
        </div>
      </Card>
    </form>
  )
}

type Guide = (typeof connectWords)['en']['guides'][string]

/** The steps with their fields. What a guide does not name, and a provider without a guide, comes at the end. */
function guideOf(guide: Guide | undefined, provider: Provider, otherwise: string) {
  const asked = provider.fields.filter((field) => !field.rare)
  const known = asked.every(({ key }) => guide?.some(({ fields }) => fields.includes(key)))
  const steps = known && guide ? guide : []
  const named = new Set(steps.flatMap(({ fields }) => fields))
  const rest = asked.filter(({ key }) => !named.has(key))
  return [
    ...steps.map((step) => ({ ...step, fields: asked.filter(({ key }) => step.fields.includes(key)) })),
    ...(rest.length > 0 ? [{ title: otherwise, text: [] as string[], link: undefined, fields: rest }] : []),
  ]
}
