import { describe, expect, it } from 'vitest'
import { SILENT_WORDS } from '../../../src/store/channels/silent-phone-apps.ts'
import { reasonInWords } from '../../../web/src/channels/reason-words.ts'
import { en } from '../../../web/src/channels/words.en.ts'
import { ru } from '../../../web/src/channels/words.ru.ts'

describe("a channel's reason", () => {
  it.each([
    ['Disconnected by Olga Novak', en.reasons.by.disconnected('Olga Novak'), ru.reasons.by.disconnected('Olga Novak')],
    ['Paused by Olga', en.reasons.by.paused('Olga'), ru.reasons.by.paused('Olga')],
    ['PARTNER_REMOVED PRIMARY_INACTIVITY SYSTEM', en.reasons.phoneAway, ru.reasons.phoneAway],
    ['PARTNER_REMOVED ACCOUNT_DISCONNECTED USER', en.reasons.endedInApp, ru.reasons.endedInApp],
    ['PARTNER_REMOVED', en.reasons.ended, ru.reasons.ended],
    ['PARTNER_REMOVED constructor', en.reasons.ended, ru.reasons.ended],
    ['PARTNER_APP_UNINSTALLED', en.reasons.appRemoved, ru.reasons.appRemoved],
    ['ACCOUNT_DELETED', en.reasons.accountDeleted, ru.reasons.accountDeleted],
    ['ACCOUNT_OFFBOARDED', en.reasons.offboarded, ru.reasons.offboarded],
    [
      'The provider could not be told where to send events (Meta does not accept a value of the request. Read the details and change it.). Set the webhook address at the provider by hand.',
      en.reasons.notDirected('Meta does not accept a value of the request. Read the details and change it'),
      ru.reasons.notDirected('Meta does not accept a value of the request. Read the details and change it'),
    ],
    [SILENT_WORDS, en.reasons.phoneSilent, ru.reasons.phoneSilent],
    ["Meta lowered the number's quality: FLAGGED", en.reasons.quality, ru.reasons.quality],
    ['Meta rejected the display name: NAME_X', en.reasons.named('NAME_X'), ru.reasons.named('NAME_X')],
    [
      'WhatsApp reports error 131042: Payment',
      'WhatsApp reports error 131042: Payment',
      'WhatsApp reports error 131042: Payment',
    ],
  ])('%s', (reason, english, russian) => {
    expect(reasonInWords(reason, en.reasons)).toBe(english)
    expect(reasonInWords(reason, ru.reasons)).toBe(russian)
  })
})
