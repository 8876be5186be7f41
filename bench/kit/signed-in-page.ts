import type { Browser, Page } from 'playwright-core'
import type { BenchHouse } from './house.ts'

/** A page of a person of their own, signed in, with the inbox open. */
export async function signedInPage(browser: Browser, house: BenchHouse): Promise<Page> {
  const call = async <T>(path: string, body: object): Promise<T> => {
    const response = await fetch(house.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const user = await call<{ id: string }>('/api/users', { name: 'Olga', email: 'olga@bench.test', role: 'owner' })
  const { url } = await call<{ url: string }>(`/api/users/${user.id}/sign-in-link`, {})
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 1200 } })
  const page = await context.newPage()
  await page.goto(url)
  await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  return page
}
