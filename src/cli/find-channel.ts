import type { ApiClient } from './api-client.ts'
import { Failure } from './failure.ts'

interface Channel {
  id: string
  name: string
}

/**
 * A channel by its id or by its name, in any case.
 * @throws Failure where there is none, or several have the name
 */
export async function findChannel(api: ApiClient, idOrName: string): Promise<Channel> {
  const named: Channel[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: '200', ...(cursor !== null && { cursor }) })
    const page: { items: Channel[]; next: string | null } = await api.get(`/api/channels?${query}`)
    const exact = page.items.find(({ id }) => id === idOrName.toLowerCase())
    if (exact) return exact
    named.push(...page.items.filter(({ name }) => name.toLowerCase() === idOrName.toLowerCase()))
    cursor = page.next
  } while (cursor !== null)
  const [only, ...others] = named
  if (only && others.length === 0) return only
  if (!only) throw new Failure(`There is no channel “${idOrName}”. \`parley channel list\` shows them.`)
  throw new Failure(`${named.length} channels are called “${idOrName}”: give the id of one.`)
}
