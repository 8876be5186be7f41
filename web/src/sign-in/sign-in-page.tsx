import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { MessageSquare } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import { type Credentials, meQuery, nowSignedIn, signIn } from '../api/session.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { formText } from '../ui/form-text.ts'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import { LanguageSelect } from './preferences.tsx'
import { hasLink, redeemLink } from './sign-in-link.ts'

/** By a one-time link (`/sign-in#<token>`), or by e-mail and password. */
export function SignInPage() {
  const words = useWords()
  const errorText = useErrorText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [openedByLink] = useState(hasLink)
  const me = useQuery({ ...meQuery, enabled: !openedByLink })
  const { mutate, isPending, error, variables } = useMutation({
    mutationFn: signIn,
    onSuccess: async (person) => {
      nowSignedIn(client, person)
      await navigate({ to: '/inbox', replace: true })
    },
  })

  useEffect(() => {
    const link = redeemLink()
    if (link !== null) mutate({ link })
  }, [mutate])

  const byLink = variables === undefined ? openedByLink : 'link' in variables
  if (me.data && variables === undefined && !openedByLink) return <Navigate to="/inbox" replace />

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    mutate(readCredentials(new FormData(event.currentTarget)))
  }
  return (
    <main className="flex h-full items-center justify-center overflow-auto p-4">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <span className="inline-flex size-11 items-center justify-center rounded-xl bg-accent-fill text-white">
            <MessageSquare size={22} aria-hidden="true" />
          </span>
          <div>
            <h1 className="text-xl font-semibold tracking-tight">{words.signIn.title}</h1>
            <p className="text-soft">{words.signIn.intro}</p>
          </div>
        </div>
        <div className="rounded-xl border border-line bg-panel p-5 shadow-sm">
          {error && (
            <Notice look="danger" urgent className="mb-4">
              {errorText(error)}
            </Notice>
          )}
          {byLink && !error ? (
            <p role="status" className="py-6 text-center text-soft">
              {words.signIn.byLink}
            </p>
          ) : (
            <form onSubmit={submit} className="space-y-3">
              <Field label={words.signIn.email} name="email" type="email" autoComplete="username" required />
              <Field
                label={words.signIn.password}
                name="password"
                type="password"
                autoComplete="current-password"
                required
              />
              <Button look="primary" type="submit" disabled={isPending} className="mt-1 w-full">
                {words.signIn.submit}
              </Button>
            </form>
          )}
        </div>
        <p className="mt-4 text-center text-[0.8125rem] text-soft">{words.signIn.linkHint}</p>
        <LanguageSelect className="mx-auto mt-6 w-40" />
      </div>
    </main>
  )
}

const readCredentials = (form: FormData): Credentials => ({
  email: formText(form, 'email').trim(),
  password: formText(form, 'password'),
})
