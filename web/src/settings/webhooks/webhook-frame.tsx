import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { meQuery } from '../../api/session.ts'
import { Notice } from '../../ui/notice.tsx'
import { Page } from '../../ui/page.tsx'
import { SectionTabs } from '../../ui/section-tabs.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import { settingsWords } from '../words.ts'
import { webhookWords } from './words.ts'

/** What stands around both lists of webhooks. */
export function WebhookFrame({ actions, children }: { actions: ReactNode; children: ReactNode }) {
  const { pages } = useRoomWords(settingsWords)
  const words = useRoomWords(webhookWords)
  const me = useQuery(meQuery).data
  const mayUse = me?.permissions.includes('webhooks.manage') && me.channelIds === null
  return (
    <Page title={pages.webhooks} intro={words.intro} actions={mayUse && actions}>
      <SectionTabs
        label={words.tabs.label}
        tabs={[
          { label: words.tabs.out, link: { to: '/settings/webhooks' } },
          { label: words.tabs.in, link: { to: '/settings/webhooks/incoming' } },
        ]}
      />
      {mayUse ? children : <Notice look="warning">{words.forbidden}</Notice>}
    </Page>
  )
}
