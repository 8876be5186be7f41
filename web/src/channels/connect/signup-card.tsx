import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Card } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { signupOfferQuery } from '../api.ts'
import { beginSignup } from './begun-signup.ts'
import { connectWords } from './words.ts'

/** The short way: Meta's own dialogue, where this installation has an app for it (M2, M4). */
export function SignupCard({ onPhoneApp }: { onPhoneApp: boolean }) {
  const words = useRoomWords(connectWords)
  const offer = useQuery(signupOfferQuery).data
  const [name, setName] = useState('')
  if (!offer?.available) return null
  return (
    <Card title={words.signup.title} intro={words.signup.text} className="mb-4">
      <form
        className="max-w-xl space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim()) window.location.assign(beginSignup(offer, name.trim(), onPhoneApp))
        }}
      >
        <Field
          label={words.name}
          value={name}
          maxLength={200}
          placeholder={words.namePlaceholder}
          required
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" look="primary" disabled={!name.trim()}>
          {words.signup.begin}
        </Button>
      </form>
    </Card>
  )
}
