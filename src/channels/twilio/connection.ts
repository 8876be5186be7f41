import { apiUrlField, ownNumberField, WORD_FORM } from '../connection-fields.ts'
import type { Connection } from '../port.ts'
import { TWILIO_URL } from './config.ts'

/** What has to be known of a WhatsApp sender at Twilio. */
export const CONNECTION: Connection = {
  name: 'WhatsApp · Twilio',
  ways: ['third_party'],
  fields: [
    ownNumberField(
      { en: 'Number of the sender', ru: 'Номер отправителя' },
      {
        en: 'In the console: Messaging → Senders → WhatsApp senders. With the country code. Afterwards enter the webhook address of this channel there, as the address for incoming messages.',
        ru: 'В консоли: Messaging → Senders → WhatsApp senders. С кодом страны. Потом впишите там же адрес вебхука этого канала как адрес для входящих сообщений.',
      },
    ),
    {
      key: 'accountSid',
      label: { en: 'Account SID', ru: 'Идентификатор аккаунта (Account SID)' },
      help: {
        en: 'On the first page of the console, under Account info.',
        ru: 'На первой странице консоли, в разделе Account info.',
      },
      secret: false,
      required: true,
      pattern: 'AC[0-9a-fA-F]{32}',
      form: { en: 'It is AC and 32 characters.', ru: 'Это AC и 32 знака.' },
    },
    {
      key: 'authToken',
      label: { en: 'Auth token', ru: 'Токен (Auth Token)' },
      help: {
        en: 'In the same place. Twilio signs its events with it.',
        ru: 'Там же. Им Twilio подписывает события.',
      },
      secret: true,
      required: true,
      pattern: '[\\x21-\\x7e]{16,2000}',
      form: WORD_FORM,
    },
    apiUrlField(TWILIO_URL, { en: 'Only for another region.', ru: 'Только для другого региона.' }),
  ],
}
