import { createSignInLink, signInUrl } from '../store/access/sign-in-links.ts'
import { ensureOwner } from '../store/access/users.ts'
import { openDatabase } from '../store/index.ts'

export interface WelcomeOptions {
  databaseUrl: string
  baseUrl: string
  /** Whether the simulated phone is there. */
  simulator: boolean
}

/**
 * What `npm start` prints when everything is up: where Parley is, how to sign in, and where to write as a client.
 * The link signs the owner in once, within an hour; every start makes a new one.
 */
export async function welcome({ databaseUrl, baseUrl, simulator }: WelcomeOptions): Promise<string> {
  const database = openDatabase(databaseUrl, { maxConnections: 1 })
  try {
    const owner = await ensureOwner(database, { name: 'Owner', email: 'owner@localhost' })
    const link = signInUrl(baseUrl, await createSignInLink(database, owner.id))
    const lines = [
      `Parley is ready: ${baseUrl}`,
      `Sign in as ${owner.email} (this link works once, for an hour):`,
      `  ${link}`,
      `  another one: npx parley user sign-in-link ${owner.email}`,
    ]
    if (simulator) lines.push(`Write as a client from the simulated phone:`, `  ${baseUrl}/simulator/phone`)
    return lines.join('\n')
  } finally {
    await database.close()
  }
}
