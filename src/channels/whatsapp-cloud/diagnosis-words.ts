import type { Words } from '../port.ts'

const day = (at: Date): string => at.toISOString().slice(0, 10)

/** What is looked at before a number is connected. */
export const DIAGNOSIS_NAMES = {
  token: { en: 'Access token', ru: 'Токен доступа' },
  permissions: { en: 'Permissions of the token', ru: 'Права токена' },
  number: { en: 'Number', ru: 'Номер' },
  business_account: { en: 'WhatsApp Business account', ru: 'Аккаунт WhatsApp Business' },
  app_secret: { en: 'App secret', ru: 'Секрет приложения' },
  subscription: { en: 'Events of the account', ru: 'События аккаунта' },
} satisfies Record<string, Words>

/** What was found, and what to do. */
export const DIAGNOSIS_WORDS = {
  afterToken: {
    en: 'Can be asked once the token is right.',
    ru: 'Можно проверить, когда токен будет верным.',
  },
  tokenRefused: {
    en: 'Meta does not accept this token: it is wrong, has expired or was revoked. Make a new one under Business settings → Users → System users.',
    ru: 'Meta не принимает этот токен: он неверен, истёк или отозван. Создайте новый: Настройки компании → Пользователи → Системные пользователи.',
  },
  tokenGood: { en: 'Meta accepts it, and it does not expire.', ru: 'Meta его принимает, срок не ограничен.' },
  tokenGoodUntil: (end: Date): Words => ({
    en: `Meta accepts it until ${day(end)}.`,
    ru: `Meta принимает его до ${day(end)}.`,
  }),
  tokenEnds: (end: Date): Words => ({
    en: `Meta accepts it only until ${day(end)}: this is a token for trying things out. Use one of a system user that does not expire.`,
    ru: `Meta принимает его только до ${day(end)}: это пробный токен. Возьмите бессрочный токен системного пользователя.`,
  }),
  permissionsGood: {
    en: 'It may send messages and manage the account.',
    ru: 'Он может отправлять и управлять аккаунтом.',
  },
  permissionsMissing: (missing: string): Words => ({
    en: `It lacks ${missing}. Generate the token again and tick these permissions.`,
    ru: `Не хватает прав: ${missing}. Создайте токен заново и отметьте эти права.`,
  }),
  permissionsUnknown: {
    en: 'Meta did not say which permissions it has. The checks below show whether they are enough.',
    ru: 'Meta не сообщила его права. Проверки ниже покажут, достаточно ли их.',
  },
  numberGood: (shown: string): Words => ({ en: shown, ru: shown }),
  numberUnregistered: (shown: string): Words => ({
    en: `${shown}. It is not registered with the Cloud API yet: register it with a two-step PIN, or no message will pass.`,
    ru: `${shown}. Он ещё не зарегистрирован в Cloud API: зарегистрируйте его с PIN-кодом, иначе сообщения не пойдут.`,
  }),
  noBusinessNumber: {
    en: 'Meta knows no business number under this id. Only numbers of a WhatsApp Business account can be connected; a personal number, or one that is used in the ordinary WhatsApp app, cannot. Check the phone number id: it is not the number itself.',
    ru: 'Meta не знает бизнес-номера с таким идентификатором. Подключить можно только номер аккаунта WhatsApp Business; личный номер или номер из обычного приложения WhatsApp — нельзя. Проверьте идентификатор: это не сам номер телефона.',
  },
  numberNotSeen: {
    en: 'The token may not see this number. Give the system user access to the WhatsApp account, then make the token again.',
    ru: 'Токену не виден этот номер. Дайте системному пользователю доступ к аккаунту WhatsApp и создайте токен заново.',
  },
  businessAccountGood: { en: 'The number belongs to it.', ru: 'Номер принадлежит ему.' },
  businessAccountLarge: {
    en: 'The account has too many numbers to look through all of them.',
    ru: 'В аккаунте слишком много номеров, чтобы просмотреть все.',
  },
  numberElsewhere: (others: string): Words => ({
    en: `The number does not belong to this account${others ? `, which has ${others}` : ''}. Check the account id.`,
    ru: `Номер не принадлежит этому аккаунту${others ? ` (в нём ${others})` : ''}. Проверьте идентификатор аккаунта.`,
  }),
  noBusinessAccount: {
    en: 'Meta shows no such account to this token. Check the account id, and that the system user has full control of the account.',
    ru: 'Meta не показывает такой аккаунт этому токену. Проверьте идентификатор и полный доступ системного пользователя к аккаунту.',
  },
  appSecretGood: { en: 'It belongs to the app of the token.', ru: 'Он от того же приложения, что и токен.' },
  appSecretWrong: {
    en: 'It is not the secret of the app that the token belongs to: events from Meta would be turned away. Copy it from App settings → Basic.',
    ru: 'Это не секрет приложения, которому принадлежит токен: события от Meta не прошли бы проверку. Скопируйте его в App settings → Basic.',
  },
  appSecretUnknown: {
    en: 'Meta could not be asked about it. The first event that arrives will show whether it is right.',
    ru: 'Спросить о нём Meta не удалось. Первое пришедшее событие покажет, верен ли он.',
  },
  subscriptionFree: {
    en: 'They can be sent here: Parley arranges that when the channel is made.',
    ru: 'Их можно направить сюда: Parley сделает это при подключении.',
  },
  subscriptionMoves: (address: string): Words => ({
    en: `They go to ${address} now. When the channel is made they come here instead.`,
    ru: `Сейчас они приходят на ${address}. После подключения будут приходить сюда.`,
  }),
  subscriptionHere: { en: 'They come to the address of this channel.', ru: 'Они приходят на адрес этого канала.' },
  subscriptionElsewhere: (address: string): Words => ({
    en: `They go to ${address}, not to this channel. A new verify token directs them here again.`,
    ru: `Они приходят на ${address}, а не в этот канал. Новое проверочное слово снова направит их сюда.`,
  }),
  subscriptionOfApp: {
    en: 'This account has no address of its own: its events go to the address in the app’s dashboard. A new verify token directs them here.',
    ru: 'У аккаунта нет своего адреса: события идут на адрес из настроек приложения. Новое проверочное слово направит их сюда.',
  },
  noSubscription: {
    en: 'The token may not direct the events of this account. It needs whatsapp_business_management and full control of the account.',
    ru: 'Токен не может направить события аккаунта. Нужны право whatsapp_business_management и полный доступ к аккаунту.',
  },
}
