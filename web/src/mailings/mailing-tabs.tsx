import { SectionTabs } from '../ui/section-tabs.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { mailingWords } from './words.ts'

/** Campaigns, bulk messages, templates: what goes to many, and what it is made of. */
export function MailingTabs() {
  const { tabs } = useRoomWords(mailingWords)
  return (
    <SectionTabs
      label={tabs.label}
      tabs={[
        { label: tabs.campaigns, link: { to: '/mailings' } },
        { label: tabs.bulk, link: { to: '/mailings/bulk' } },
        { label: tabs.templates, link: { to: '/templates' } },
      ]}
    />
  )
}
