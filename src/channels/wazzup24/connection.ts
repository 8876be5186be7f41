import { apiKeyField, apiUrlField, uuidForm, webhookKeyInAddress } from '../connection-fields.ts'
import type { Connection } from '../port.ts'
import { WAZZUP_URL } from './config.ts'

/** What has to be known of a WhatsApp channel at Wazzup (docs/channels/third-party.md). */
export const CONNECTION: Connection = {
  name: 'WhatsApp · Wazzup',
  ways: ['third_party'],
  fields: [
    {
      key: 'channelId',
      label: { en: 'Id of the channel at Wazzup', ru: 'Идентификатор канала в Wazzup' },
      help: {
        en: 'GET https://api.wazzup24.com/v3/channels with the API key lists them: channelId of the one whose transport is whatsapp or wapi.',
        ru: 'Запрос GET https://api.wazzup24.com/v3/channels с ключом API перечисляет каналы: нужен channelId того, у которого transport — whatsapp или wapi.',
      },
      secret: false,
      required: true,
      ...uuidForm('e3f1c6a4-0f0b-4b47-a2c5-8a1a6f5b9d10'),
    },
    apiKeyField({
      en: 'At app.wazzup24.com: Settings → API → API key. It is of the whole account at Wazzup.',
      ru: 'На app.wazzup24.com: Настройки → Интеграция с CRM / API → Ключ API. Он один на весь аккаунт Wazzup.',
    }),
    webhookKeyInAddress('Wazzup', {
      en: 'Wazzup has one webhook address for the whole account: give all channels of one account the same key.',
      ru: 'У аккаунта Wazzup один адрес вебхука: укажите у всех каналов одного аккаунта один и тот же ключ.',
    }),
    apiUrlField(WAZZUP_URL),
  ],
}
