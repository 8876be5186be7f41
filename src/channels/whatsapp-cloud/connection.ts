import { WORD_FORM } from '../connection-fields.ts'
import type { Connection } from '../port.ts'

const ID_FORM = { en: 'It consists of digits alone.', ru: 'Он состоит только из цифр.' }

/** What has to be known of a number to use it over Meta's Cloud API, and where each of it is found (README). */
export const CONNECTION: Connection = {
  name: 'WhatsApp · Meta Cloud API',
  ways: ['new_number', 'coexistence'],
  fields: [
    {
      key: 'phoneNumberId',
      label: { en: 'Phone number id', ru: 'Идентификатор номера (Phone number ID)' },
      help: {
        en: 'In the app at developers.facebook.com: WhatsApp → API setup, below the number. It is not the phone number itself.',
        ru: 'В приложении на developers.facebook.com: WhatsApp → API setup, под номером. Это не сам номер телефона.',
      },
      secret: false,
      required: true,
      pattern: '\\d{5,30}',
      form: ID_FORM,
    },
    {
      key: 'wabaId',
      label: { en: 'WhatsApp Business account id', ru: 'Идентификатор аккаунта WhatsApp Business' },
      help: {
        en: 'On the same page, beside the phone number id.',
        ru: 'На той же странице, рядом с идентификатором номера.',
      },
      secret: false,
      required: true,
      pattern: '\\d{5,30}',
      form: ID_FORM,
    },
    {
      key: 'accessToken',
      label: { en: 'Access token', ru: 'Токен доступа' },
      help: {
        en: 'Business settings → Users → System users: generate a token that does not expire, with the permissions whatsapp_business_messaging and whatsapp_business_management.',
        ru: 'Настройки компании → Пользователи → Системные пользователи: создайте бессрочный токен с правами whatsapp_business_messaging и whatsapp_business_management.',
      },
      secret: true,
      required: true,
      pattern: '[\\x21-\\x7e]{10,2000}',
      form: WORD_FORM,
    },
    {
      key: 'appSecret',
      label: { en: 'App secret', ru: 'Секрет приложения (App secret)' },
      help: {
        en: 'In the app: App settings → Basic → App secret. Meta signs its events with it.',
        ru: 'В приложении: App settings → Basic → App secret. Им Meta подписывает события.',
      },
      secret: true,
      required: true,
      pattern: '[\\x21-\\x7e]{8,2000}',
      form: WORD_FORM,
    },
    {
      key: 'verifyToken',
      label: { en: 'Verify token', ru: 'Проверочное слово (Verify token)' },
      help: {
        en: 'Any one word. Meta shows it to Parley when it checks the address.',
        ru: 'Любое одно слово. Meta предъявляет его, когда проверяет адрес.',
      },
      secret: true,
      required: true,
      pattern: '[\\x21-\\x7e]{1,500}',
      form: WORD_FORM,
      made: true,
    },
    {
      key: 'graphUrl',
      label: { en: 'Address of the Graph API', ru: 'Адрес Graph API' },
      help: {
        en: 'Only for a proxy or a simulator. Empty: https://graph.facebook.com',
        ru: 'Только для прокси или симулятора. Пусто: https://graph.facebook.com',
      },
      secret: false,
      required: false,
      pattern: 'https?://\\S{1,500}',
      form: { en: 'It is an address that begins with https://.', ru: 'Это адрес, который начинается с https://.' },
      rare: true,
    },
  ],
}
