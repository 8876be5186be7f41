import { apiUrlField, WEBHOOK_KEY, WORD_FORM } from '../connection-fields.ts'
import type { Connection } from '../port.ts'
import { GREEN_API_URL } from './config.ts'

/** What has to be known of an instance at Green-API (docs/channels/third-party.md). */
export const CONNECTION: Connection = {
  name: 'WhatsApp · Green-API',
  ways: ['third_party'],
  fields: [
    {
      key: 'idInstance',
      label: { en: 'Instance number', ru: 'Номер инстанса (idInstance)' },
      help: {
        en: 'At console.green-api.com, on the page of the instance: idInstance. The phone has to be linked there by its QR code. It is the ordinary WhatsApp, not the Business Platform: WhatsApp may block numbers that write to strangers.',
        ru: 'На console.green-api.com, на странице инстанса: idInstance. Телефон должен быть подключён там по QR-коду. Это обычный WhatsApp, а не Business Platform: за сообщения незнакомым WhatsApp может заблокировать номер.',
      },
      secret: false,
      required: true,
      pattern: '\\d{4,20}',
      form: { en: 'It consists of digits alone.', ru: 'Он состоит только из цифр.' },
    },
    {
      key: 'apiToken',
      label: { en: 'Token of the instance', ru: 'Токен инстанса (apiTokenInstance)' },
      help: { en: 'In the same place: apiTokenInstance.', ru: 'Там же: apiTokenInstance.' },
      secret: true,
      required: true,
      pattern: '[\\x21-\\x7e]{10,2000}',
      form: WORD_FORM,
    },
    WEBHOOK_KEY,
    {
      ...apiUrlField(GREEN_API_URL, {
        en: 'On the page of the instance: apiUrl, such as https://1101.api.green-api.com.',
        ru: 'На странице инстанса: apiUrl, например https://1101.api.green-api.com.',
      }),
      label: { en: 'Address of the API', ru: 'Адрес API (apiUrl)' },
    },
  ],
}
