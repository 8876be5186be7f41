import { apiUrlField, webhookKeyInAddress } from '../connection-fields.ts'
import type { Connection } from '../port.ts'
import { CHATAPP_URL } from './config.ts'

/** What has to be known of a WhatsApp line at ChatApp (docs/channels/third-party.md). */
export const CONNECTION: Connection = {
  name: 'WhatsApp · ChatApp',
  ways: ['third_party'],
  fields: [
    {
      key: 'line',
      label: { en: 'Line and messenger', ru: 'Линия и мессенджер' },
      help: {
        en: 'The number of the line at cabinet.chatapp.online, a slash and its messenger: grWhatsApp for a phone that was linked by its QR code, caWhatsApp for the Business Platform.',
        ru: 'Номер линии на cabinet.chatapp.online, косая черта и мессенджер: grWhatsApp — телефон, подключённый по QR-коду, caWhatsApp — Business Platform.',
      },
      secret: false,
      required: true,
      pattern: '\\d{1,12}\\/(?:grWhatsApp|caWhatsApp)',
      form: { en: 'It looks like 37233/grWhatsApp.', ru: 'Выглядит так: 37233/grWhatsApp.' },
    },
    {
      key: 'email',
      label: { en: 'E-mail address of the account', ru: 'Адрес почты аккаунта' },
      help: {
        en: 'By which one signs in at ChatApp. Best an employee of its own, with access to this line alone.',
        ru: 'С которым входят в ChatApp. Лучше отдельный сотрудник с доступом только к этой линии.',
      },
      secret: false,
      required: true,
      pattern: '[^\\s@]{1,200}@[^\\s@]{1,200}',
      form: { en: 'It is an e-mail address.', ru: 'Это адрес электронной почты.' },
    },
    {
      key: 'password',
      label: { en: 'Password of the account', ru: 'Пароль аккаунта' },
      help: {
        en: 'ChatApp gives its tokens for a day and for the password. It is kept encrypted.',
        ru: 'ChatApp выдаёт токены на сутки и по паролю. Он хранится зашифрованным.',
      },
      secret: true,
      required: true,
      pattern: '.{1,500}',
      form: { en: 'It is one line of at most 500 characters.', ru: 'Это одна строка не длиннее 500 символов.' },
    },
    {
      key: 'appId',
      label: { en: 'Id of the app (appId)', ru: 'Идентификатор приложения (appId)' },
      help: {
        en: 'In the cabinet, under API; where it does not show one, ChatApp’s support gives it.',
        ru: 'В личном кабинете, в разделе API; если его там нет, его сообщает поддержка ChatApp.',
      },
      secret: false,
      required: true,
      pattern: '[\\w.\\-]{1,100}',
      form: { en: 'It looks like app_111_1.', ru: 'Выглядит так: app_111_1.' },
    },
    webhookKeyInAddress('ChatApp'),
    apiUrlField(CHATAPP_URL),
  ],
}
