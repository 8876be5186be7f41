import type { en } from './words.en.ts'

type ReasonWords = (typeof en)['reasons']

/** Why Meta says a connection in the phone app ended (`disconnection_info.reason`). */
const ENDED: Record<string, keyof ReasonWords> = {
  ACCOUNT_DISCONNECTED: 'endedInApp',
  BUSINESS_DOWNGRADE: 'downgraded',
  CHANGE_NUMBER: 'changedNumber',
  COMPANION_INACTIVITY: 'companionAway',
  PRIMARY_INACTIVITY: 'phoneAway',
  USER_RE_REGISTERED: 'registeredAgain',
}

/** A channel's `stateReason` in the reader's language, as far as we know it; else as the server wrote it. */
export function reasonInWords(reason: string, words: ReasonWords): string {
  const [, person] = /^(?:Disconnected|Paused) by (.+)$/.exec(reason) ?? []
  if (person) return words.by[reason.startsWith('Paused') ? 'paused' : 'disconnected'](person)
  const [, why] = /could not be told where to send events \((.*)\)\./.exec(reason) ?? []
  if (why) return words.notDirected(why.replace(/\.$/, ''))
  const [, name] = /^Meta rejected the display name: (.+)$/.exec(reason) ?? []
  if (name) return words.named(name)
  if (reason.startsWith("Meta lowered the number's quality")) return words.quality
  if (reason.startsWith('Nothing was heard of the phone app')) return words.phoneSilent
  if (reason === 'The channel was deleted') return words.deletedChannel
  const [event = '', cause = ''] = reason.split(' ')
  if (event === 'PARTNER_REMOVED') {
    const known = Object.hasOwn(ENDED, cause) ? words[ENDED[cause] as 'ended'] : undefined
    return known ?? words.ended
  }
  if (event === 'PARTNER_APP_UNINSTALLED') return words.appRemoved
  if (event === 'ACCOUNT_DELETED') return words.accountDeleted
  return event === 'ACCOUNT_OFFBOARDED' ? words.offboarded : reason
}
