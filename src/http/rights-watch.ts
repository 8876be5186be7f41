import type { CredentialName, Standing } from '../store/access/standing.ts'
import type { Principal } from './context.ts'

/** Between two questions; what is revoked ends within a second, an answer of the database included. */
const ASK_MS = 400

type Rights = Pick<Principal, 'role' | 'channelIds'>

/** Watches over the credentials of answers that last (`GET /api/live`): one question for all of them, while there are any. */
export interface RightsWatch {
  /**
   * @param onLost called once, when the credential is no longer good for these rights
   * @returns ends the watch
   */
  watch(credential: CredentialName, rights: Rights, onLost: () => void): () => void
}

interface Watched {
  credential: CredentialName
  rights: Rights
  onLost: () => void
}

/**
 * @param standingOf what credentials are good for now; those that it leaves out are good for nothing
 * @param onTrouble told of questions without an answer: nobody is ended for an outage, which shows nobody anything new
 */
export function rightsWatch(
  standingOf: (credentials: CredentialName[]) => Promise<Standing[]>,
  onTrouble: (error: unknown) => void,
): RightsWatch {
  const watched = new Set<Watched>()
  let timer: NodeJS.Timeout | null = null

  async function ask(): Promise<void> {
    const asked = [...watched]
    try {
      // Many tabs have one session.
      const names = new Map(asked.map(({ credential }) => [nameOf(credential), credential]))
      const standing = new Map((await standingOf([...names.values()])).map((one) => [nameOf(one), one]))
      for (const one of asked) {
        if (!watched.has(one)) continue
        const now = standing.get(nameOf(one.credential))
        if (now && sameRights(one.rights, now)) continue
        watched.delete(one)
        one.onLost()
      }
    } catch (error) {
      onTrouble(error)
    }
    timer = null
    goOn()
  }

  function goOn(): void {
    if (timer !== null || watched.size === 0) return
    timer = setTimeout(() => void ask(), ASK_MS)
  }

  return {
    watch(credential, rights, onLost) {
      const one = { credential, rights, onLost }
      watched.add(one)
      goOn()
      return () => void watched.delete(one)
    },
  }
}

const nameOf = ({ kind, hash }: CredentialName): string => `${kind}:${hash}`

const sameRights = (one: Rights, other: Rights): boolean =>
  one.role === other.role && JSON.stringify(one.channelIds) === JSON.stringify(other.channelIds)
