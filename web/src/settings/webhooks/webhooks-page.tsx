import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty } from '../../ui/notice.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { webhooksQuery } from './api.ts'
import { SecretDialog } from './secret-dialog.tsx'
import { WebhookCard } from './webhook-card.tsx'
import { WebhookDialog } from './webhook-dialog.tsx'
import { WebhookFrame } from './webhook-frame.tsx'
import { webhookWords } from './words.ts'

/** Who is told of what scenarios emit. */
export function WebhooksPage() {
  const { out: words } = useRoomWords(webhookWords)
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
      <WebhookList onSecret={setSecret} />
      {creating && <WebhookDialog webhook={null} onSecret={setSecret} onClose={() => setCreating(false)} />}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </WebhookFrame>
  )
}

function WebhookList({ onSecret }: { onSecret: (secret: string) => void }) {
  const { out: words } = useRoomWords(webhookWords)
  const webhooks = useQuery(webhooksQuery)
  return (
    <Loaded query={webhooks}>
      {(items) =>
        items.length === 0 ? (
          <Empty title={words.empty} hint={words.emptyHint} />
        ) : (
          <ul className="space-y-3">
            {items.map((webhook) => (
              <li key={webhook.id}>
                <WebhookCard webhook={webhook} onSecret={onSecret} />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}
