import { apiKeyField, apiUrlField, WEBHOOK_KEY } from '../connection-fields.ts'
import type { Connection } from '../port.ts'
import { DIALOG360_URL } from './config.ts'

const ID_FORM = { en: 'It consists of digits alone.', ru: 'Он состоит только из цифр.' }

/** What has to be known of a number at 360dialog. */
export const CONNECTION: Connection = {
  name: 'WhatsApp · 360dialog',
  ways: ['third_party'],
  fields: [
    {
      key: 'phoneNumberId',
      label: { en: 'Phone number id', ru: 'Идентификатор номера (Phone number ID)' },
      help: {
        en: 'At hub.360dialog.com, in the details of the number. It is Meta’s id, not the phone number itself.',
        ru: 'На hub.360dialog.com, в сведениях о номере. Это идентификатор Meta, а не сам номер телефона.',
      },
      secret: false,
      required: true,
      pattern: '\\d{5,30}',
      form: ID_FORM,
    },
    {
      key: 'wabaId',
      label: { en: 'WhatsApp Business account id', ru: 'Идентификатор аккаунта WhatsApp Business' },
      help: { en: 'In the same place (WABA ID).', ru: 'Там же (WABA ID).' },
      secret: false,
      required: true,
      pattern: '\\d{5,30}',
      form: ID_FORM,
    },
    apiKeyField({
      en: 'In the hub, beside the number: Generate API key. Each number has its own.',
      ru: 'В хабе, рядом с номером: Generate API key. У каждого номера он свой.',
    }),
    WEBHOOK_KEY,
    apiUrlField(DIALOG360_URL),
  ],
}
