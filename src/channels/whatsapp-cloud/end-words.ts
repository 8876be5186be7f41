/** Why a connection ended, for people (reference §4.3). */
const ENDS: Record<string, string> = {
  PARTNER_REMOVED: "the account's owner ended the connection",
  PARTNER_APP_UNINSTALLED: "the app's access was removed in Meta Business settings",
  ACCOUNT_OFFBOARDED: 'the number was moved to another device or registered anew',
  ACCOUNT_DELETED: 'the WhatsApp Business account was deleted at Meta',
}

/** `disconnection_info.reason` of a number that the phone app uses, too. */
const CAUSES: Record<string, string> = {
  ACCOUNT_DISCONNECTED: 'it was disconnected in the phone app or in Meta Business settings',
  BUSINESS_DOWNGRADE: 'the WhatsApp Business app of this number was replaced by the ordinary one',
  CHANGE_NUMBER: 'the number was changed in the phone app',
  COMPANION_INACTIVITY: 'the linked device was not used for about 30 days',
  PRIMARY_INACTIVITY: 'the phone with the WhatsApp Business app was offline for about 14 days',
  USER_RE_REGISTERED: 'the number was registered anew in the phone app',
}

/** Meta's own words first, by which others know the reason again: `PARTNER_REMOVED CHANGE_NUMBER USER (the number was …)`. */
export function endWords(event: string, cause: string | null, initiator: string | null): string {
  const codes = [event, cause, initiator].filter((word) => word !== null).join(' ')
  const words = wordsOf(CAUSES, cause) ?? wordsOf(ENDS, event)
  return words === undefined ? codes : `${codes} (${words})`
}

const wordsOf = (words: Record<string, string>, key: string | null): string | undefined =>
  key !== null && Object.hasOwn(words, key) ? words[key] : undefined
