import type { Page } from 'playwright-core'
import type { Furnished } from './furnished.ts'
import type { RunningParley } from './parley-process.ts'

/** What has an address in screens.ts is not here: one thing among others, and what opens above a page. */
export interface Sight {
  name: string
  path: string
  /** What a person does to see it; the same in every language. */
  open?: (page: Page) => Promise<void>
}

const press = (selector: string) => (page: Page) => page.locator(selector).first().click()
const key = (combination: string) => async (page: Page) => {
  await page.locator('main h1').first().waitFor({ state: 'attached' })
  await page.keyboard.press(combination)
}
/** The button beside a page's title: it makes a new one of what the page lists. */
const MAKES = 'main header button'

export async function pagesOf(parley: RunningParley, house: Furnished): Promise<Sight[]> {
  const first = async (path: string) => {
    const [item] = (await parley.api<{ items: { id: string }[] }>('GET', path)).items
    if (!item) throw new Error(`${path} has nothing`)
    return item.id
  }
  const scenario = `/scenarios/${house.scenarioId}`
  return [
    { name: 'all runs', path: '/runs' },
    { name: 'messengers', path: '/account/integrations/messengers' },
    { name: 'way back from the sign-up', path: '/channels/signup' },
    { name: 'bulk message', path: `/mailings/bulk/${await first('/api/bulk')}` },
    { name: 'task template', path: `/settings/task-templates/${await first('/api/task-templates')}` },
    { name: 'calendar', path: `/settings/calendars/${await first('/api/calendars')}` },
    { name: 'code of a scenario', path: scenario, open: press('[role=tab] >> nth=1') },
    { name: 'graph of a scenario', path: scenario, open: press('[role=tab] >> nth=2') },
  ]
}

export function dialogsOf({ taskId }: Furnished): Sight[] {
  return [
    { name: 'command bar', path: '/inbox', open: key('Control+KeyK') },
    { name: 'keys', path: '/inbox', open: key('Shift+Slash') },
    { name: 'new conversation', path: '/inbox', open: key('KeyC') },
    { name: 'assignees', path: `/inbox/${taskId}`, open: key('KeyA') },
    { name: 'snooze', path: `/inbox/${taskId}`, open: key('KeyH') },
    { name: 'new scenario', path: '/scenarios', open: press(MAKES) },
    { name: 'new template', path: '/templates', open: press(MAKES) },
    ...['people', 'groups', 'tokens', 'quick-replies', 'endpoints', 'webhooks', 'webhooks/incoming'].map((name) => ({
      name: `new one of ${name}`,
      path: `/settings/${name}`,
      open: press(MAKES),
    })),
  ]
}
