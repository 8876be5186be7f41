import { Link } from '@tanstack/react-router'
import { LINK_BUTTON, LINK_BUTTON_PLAIN } from '../../ui/link-button.ts'
import { Notice } from '../../ui/notice.tsx'
import { Card } from '../../ui/page.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import type { ConnectionWay } from '../api.ts'
import { connectWords } from './words.ts'

/** A way that no adapter of this installation serves: said plainly, with what can be done instead. */
export function NoProvider({ way }: { way: ConnectionWay }) {
  const { none } = useRoomWords(connectWords)
  return (
    <Card title={none.title}>
      <Notice look="plain">{none.text[way]}</Notice>
      <h3 className="mt-4 mb-1 font-medium">{none.instead}</h3>
      <ul className="list-disc space-y-1 pl-4 text-[0.8125rem] text-soft">
        {none.options[way].map((option) => (
          <li key={option}>{option}</li>
        ))}
      </ul>
      <p className="mt-4 flex flex-wrap gap-2">
        <Link to="/channels/new" search={{ way: 'new_number' }} className={LINK_BUTTON}>
          {none.toWhatsApp}
        </Link>
        {way === 'third_party' && (
          <Link to="/settings/webhooks" className={LINK_BUTTON_PLAIN}>
            {none.toWebhooks}
          </Link>
        )}
      </p>
    </Card>
  )
}
