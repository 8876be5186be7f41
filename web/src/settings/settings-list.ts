import type { en } from './words.en.ts'

export interface SettingsEntry {
  to: string
  name: keyof typeof en.pages
  /** Who may do this sees the page; null: everybody. */
  needs: string | null
}

interface SettingsGroup {
  name: keyof typeof en.groups
  entries: readonly SettingsEntry[]
}

/** Every page of the settings, in the order of their list. */
export const SETTINGS: readonly SettingsGroup[] = [
  {
    name: 'you',
    entries: [
      { to: '/settings/appearance', name: 'appearance', needs: null },
      { to: '/settings/sessions', name: 'sessions', needs: null },
    ],
  },
  {
    name: 'house',
    entries: [
      { to: '/settings/account', name: 'account', needs: 'settings.manage' },
      { to: '/settings/people', name: 'people', needs: 'users.manage' },
      { to: '/settings/groups', name: 'groups', needs: 'groups.manage' },
    ],
  },
  {
    name: 'work',
    entries: [
      { to: '/settings/quick-replies', name: 'quickReplies', needs: null },
      { to: '/templates', name: 'messageTemplates', needs: null },
      { to: '/settings/task-templates', name: 'taskTemplates', needs: 'task_templates.manage' },
      { to: '/settings/calendars', name: 'calendars', needs: 'calendars.manage' },
    ],
  },
  {
    name: 'outside',
    entries: [
      { to: '/account/integrations', name: 'integrations', needs: null },
      { to: '/settings/endpoints', name: 'endpoints', needs: 'endpoints.manage' },
      { to: '/settings/webhooks', name: 'webhooks', needs: 'webhooks.manage' },
      { to: '/settings/tokens', name: 'tokens', needs: 'tokens.manage' },
    ],
  },
]

/** The pages that a person with these permissions may use; groups without any are left out. */
export const settingsFor = (permissions: readonly string[]): SettingsGroup[] =>
  SETTINGS.map(({ name, entries }) => ({
    name,
    entries: entries.filter(({ needs }) => needs === null || permissions.includes(needs)),
  })).filter(({ entries }) => entries.length > 0)
