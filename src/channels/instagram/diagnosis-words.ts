import type { Words } from '../port.ts'

/** What is looked at before an account is connected. */
export const DIAGNOSIS_NAMES = {
  token: { en: 'Access token', ru: 'Токен доступа' },
  account: { en: 'Account', ru: 'Аккаунт' },
  subscription: { en: 'Events of the account', ru: 'События аккаунта' },
  message_access: { en: 'Access to messages', ru: 'Доступ к сообщениям' },
} satisfies Record<string, Words>

/** What was found, and what to do. */
export const DIAGNOSIS_WORDS = {
  afterToken: { en: 'Can be asked once the token is right.', ru: 'Можно проверить, когда токен будет верным.' },
  tokenGood: { en: 'Meta accepts it.', ru: 'Meta его принимает.' },
  tokenRenewed: {
    en: 'Meta accepts it. It lives 60 days; Parley renews it in time.',
    ru: 'Meta его принимает. Он живёт 60 дней; Parley продлит его вовремя.',
  },
  tokenRefused: {
    en: 'Meta does not accept this token: it is wrong, has expired, was revoked, or belongs to the other kind of login. Generate a new one in the app.',
    ru: 'Meta не принимает этот токен: он неверен, истёк, отозван или относится к другому способу входа. Создайте новый в приложении.',
  },
  noAccount: {
    en: 'Meta shows no such account to this token. Only a business or creator account can be connected, not a personal one.',
    ru: 'Meta не показывает такой аккаунт этому токену. Подключить можно только аккаунт компании или автора, не личный.',
  },
  subscribed: {
    en: 'The account sends its events to the app. The app sends them to the address in its dashboard: it must be the one of this channel.',
    ru: 'Аккаунт передаёт события приложению. Приложение отправляет их на адрес из своих настроек: там должен стоять адрес этого канала.',
  },
  willSubscribe: {
    en: 'Parley subscribes to them when the channel is made. Enter the webhook address in the app’s dashboard.',
    ru: 'Parley подпишется на них при подключении. Укажите адрес вебхука в настройках приложения.',
  },
  notSubscribed: {
    en: 'The account does not send its messages to the app. A new verify token subscribes it again.',
    ru: 'Аккаунт не передаёт сообщения приложению. Новое проверочное слово подпишет его снова.',
  },
  messageAccess: {
    en: 'In the Instagram app: Settings → Messages → Message controls → Connected tools → Allow access to messages. Meta does not say whether it is on; without it no message arrives.',
    ru: 'В приложении Instagram: Настройки → Сообщения → Связанные инструменты → Разрешить доступ к сообщениям. Meta не сообщает, включено ли это; без него сообщения не приходят.',
  },
} satisfies Record<string, Words>
