import type { Furnished } from './furnished.ts'

export interface Screen {
  name: string
  path: string
  /** Stands there, in every language, once the screen shows what it is for. */
  ready: string
}

const TITLE = 'main h1'

/** Every screen of the app. */
export function screensOf(of: Furnished): Screen[] {
  const page = (name: string, path: string): Screen => ({ name, path, ready: TITLE })
  const settings = (name: string) => page(`settings/${name}`, `/settings/${name}`)
  const scenario = (part: string) => page(`scenario ${part}`, `/scenarios/${of.scenarioId}/${part}`)
  return [
    { name: 'inbox', path: '/inbox', ready: 'main [role=listitem] a' },
    { name: 'task', path: `/inbox/${of.taskId}`, ready: 'main article' },
    page('mailings', '/mailings'),
    page('new campaign', '/mailings/new'),
    page('campaign', `/mailings/campaigns/${of.campaignId}`),
    page('bulk messages', '/mailings/bulk'),
    page('templates', '/templates'),
    page('scenarios', '/scenarios'),
    page('scenario', `/scenarios/${of.scenarioId}`),
    ...['check', 'dry-run', 'runs', 'versions', 'look'].map(scenario),
    page('run', `/runs/${of.runId}`),
    page('channels', '/channels'),
    page('new channel', '/channels/new'),
    page('channel', `/channels/${of.channelId}`),
    page('attention', '/attention'),
    page('integrations', '/account/integrations'),
    page('WhatsApp', '/account/integrations/messengers/whatsapp'),
    ...['account', 'appearance', 'sessions', 'people', 'groups', 'tokens', 'quick-replies'].map(settings),
    ...['task-templates', 'calendars', 'endpoints', 'webhooks', 'webhooks/incoming'].map(settings),
  ]
}
