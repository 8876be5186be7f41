import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { request } from '../../api/request.ts'
import { meQuery } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { showToast } from '../../ui/toast.tsx'
import { useWords } from '../../words/language.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { useErrorText } from '../../words/use-error-text.ts'
import { isTimeZone, TimeZoneField } from '../time-zones.tsx'
import { settingsWords } from '../words.ts'
import { accountPageWords } from './words.ts'

interface Account {
  name: string
  timeZone: string
  locale: string
}

const accountQuery = queryOptions({
  queryKey: ['account-settings'] as const,
  queryFn: ({ signal }) => request<Account>('GET', '/api/settings', { signal }),
})

/** What holds for everybody: the name, and how dates and numbers are written. */
export function AccountPage() {
  const { pages } = useRoomWords(settingsWords)
  const words = useRoomWords(accountPageWords)
  const account = useQuery(accountQuery)
  return (
    <Page title={pages.account} intro={words.intro}>
      <Loaded query={account}>{(data) => <AccountForm account={data} />}</Loaded>
    </Page>
  )
}

function AccountForm({ account }: { account: Account }) {
  const words = useRoomWords(accountPageWords)
  const { app } = useWords()
  const errorText = useErrorText()
  const client = useQueryClient()
  const mayChange = useQuery(meQuery).data?.permissions.includes('settings.manage') ?? false
  const [name, setName] = useState(account.name)
  const [timeZone, setTimeZone] = useState(account.timeZone)
  const [locale, setLocale] = useState(account.locale)
  const example = exampleIn(locale, timeZone)
  const save = useMutation({
    mutationFn: () =>
      request<Account>('PATCH', '/api/settings', {
        body: { name: name.trim(), timeZone: timeZone.trim(), locale: locale.trim() },
      }),
    onSuccess: (saved) => {
      client.setQueryData(accountQuery.queryKey, saved)
      setLocale(saved.locale)
      showToast(app.saved)
    },
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Card>
      <form onSubmit={onSubmit} noValidate>
        <fieldset disabled={!mayChange} className="max-w-md space-y-3">
          <Field
            label={words.name}
            hint={words.nameHint}
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.target.value)}
          />
          <TimeZoneField
            label={words.timeZone}
            hint={words.timeZoneHint}
            wrong={words.timeZoneWrong}
            value={timeZone}
            onChange={setTimeZone}
          />
          <Field
            label={words.locale}
            hint={words.localeHint}
            error={example ? null : words.localeWrong}
            value={locale}
            autoComplete="off"
            onChange={(event) => setLocale(event.target.value)}
          />
          {example && (
            <p aria-live="polite" className="text-[0.8125rem] text-soft">
              {words.example(...example)}
            </p>
          )}
          {save.error && (
            <Notice look="danger" urgent>
              {errorText(save.error)}
            </Notice>
          )}
          {!mayChange && <Notice look="plain">{words.forbidden}</Notice>}
          <Button type="submit" look="primary" disabled={!example || !isTimeZone(timeZone) || save.isPending}>
            {app.save}
          </Button>
        </fieldset>
      </form>
    </Card>
  )
}

/** A date and a number as texts will have them; null: there is no such language or zone. */
function exampleIn(locale: string, timeZone: string): [date: string, number: string] | null {
  try {
    const zone = isTimeZone(timeZone) ? timeZone.trim() : 'UTC'
    const date = new Intl.DateTimeFormat(locale.trim(), { dateStyle: 'long', timeStyle: 'short', timeZone: zone })
    return [date.format(new Date()), new Intl.NumberFormat(locale.trim()).format(1234567.89)]
  } catch {
    return null
  }
}
