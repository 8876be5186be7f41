import { Inbox, type LucideIcon, Megaphone, RadioTower, Settings, TriangleAlert, Workflow } from 'lucide-react'

interface Section {
  to: '/inbox' | '/attention' | '/mailings' | '/scenarios' | '/channels' | '/settings'
  name: 'inbox' | 'attention' | 'mailings' | 'scenarios' | 'channels' | 'settings'
  icon: LucideIcon
  /** G, then this key */
  code: string
  /** Who may do this sees it; null: everybody. */
  needs: string | null
}

/** The parts of the app, the most used first: on a phone the last ones stand under "More". */
const SECTIONS: readonly Section[] = [
  { to: '/inbox', name: 'inbox', icon: Inbox, code: 'KeyI', needs: null },
  { to: '/attention', name: 'attention', icon: TriangleAlert, code: 'KeyA', needs: null },
  { to: '/mailings', name: 'mailings', icon: Megaphone, code: 'KeyM', needs: 'campaigns.manage' },
  { to: '/scenarios', name: 'scenarios', icon: Workflow, code: 'KeyS', needs: 'scenarios.manage' },
  { to: '/channels', name: 'channels', icon: RadioTower, code: 'KeyC', needs: 'channels.manage' },
  { to: '/settings', name: 'settings', icon: Settings, code: 'Comma', needs: null },
]

export const sectionsFor = (permissions: readonly string[]): readonly Section[] =>
  SECTIONS.filter(({ needs }) => needs === null || permissions.includes(needs))
