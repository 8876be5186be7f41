import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty } from '../../ui/notice.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { incomingQuery } from './api.ts'
import { IncomingCard } from './incoming-card.tsx'
import { IncomingDialog } from './incoming-dialog.tsx'
import { SecretDialog } from './secret-dialog.tsx'
import { WebhookFrame } from './webhook-frame.tsx'
import { webhookWords } from './words.ts'

/** Addresses at which other systems start scenarios. */
export function IncomingPage() {
  const { in: words } = useRoomWords(webhookWords)
  const [creating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <WebhookFrame
      actions={
        <Button look="primary" onClick={() => setCreating(true)}>
          <Plus size={16} aria-hidden="true" />
          {words.create}
        </Button>
      }
    >
      <IncomingList onSecret={setSecret} />
      {creating && <IncomingDialog onSecret={setSecret} onClose={() => setCreating(false)} />}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </WebhookFrame>
  )
}

function IncomingList({ onSecret }: { onSecret: (secret: string) => void }) {
  const { in: words } = useRoomWords(webhookWords)
  const hooks = useQuery(incomingQuery)
  return (
    <Loaded query={hooks}>
      {(items) =>
        items.length === 0 ? (
          <Empty title={words.empty} hint={words.emptyHint} />
        ) : (
          <ul className="space-y-3">
            {items.map((hook) => (
              <li key={hook.id}>
                <IncomingCard hook={hook} onSecret={onSecret} />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}
