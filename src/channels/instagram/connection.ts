import { WORD_FORM } from '../connection-fields.ts'
import type { Connection } from '../port.ts'

const ID_FORM = { en: 'It consists of digits alone.', ru: 'Он состоит только из цифр.' }

/** What has to be known of an Instagram account, and where each of it is found (docs/channels/instagram.md). */
export const CONNECTION: Connection = {
  name: 'Instagram · Meta',
  ways: ['instagram'],
  fields: [
    {
      key: 'login',
      label: { en: 'How the account is signed in', ru: 'Способ входа' },
      help: {
        en: 'As the app at developers.facebook.com is set up. With Instagram: the account alone. With Facebook: the account is linked to a Facebook page.',
        ru: 'Как настроено приложение на developers.facebook.com. Через Instagram: достаточно самого аккаунта. Через Facebook: аккаунт связан со страницей Facebook.',
      },
      secret: false,
      required: true,
      pattern: 'instagram|facebook',
      form: { en: 'It is one of the two.', ru: 'Это один из двух вариантов.' },
      choices: [
        { value: 'instagram', label: { en: 'With Instagram', ru: 'Через Instagram' } },
        { value: 'facebook', label: { en: 'With Facebook', ru: 'Через Facebook' } },
      ],
    },
    {
      key: 'accountId',
      label: { en: 'Account id', ru: 'Идентификатор аккаунта' },
      help: {
        en: 'In the app: Instagram → API setup, beside the account; it begins with 17841. Only a business or creator account has one.',
        ru: 'В приложении: Instagram → API setup, рядом с аккаунтом; начинается с 17841. Он есть только у аккаунта компании или автора.',
      },
      secret: false,
      required: true,
      pattern: '\\d{5,30}',
      form: ID_FORM,
    },
    {
      key: 'pageId',
      label: { en: 'Facebook page id', ru: 'Идентификатор страницы Facebook' },
      help: {
        en: 'Only with Facebook: the page that the account is linked to. Empty: the page that the token is of.',
        ru: 'Только при входе через Facebook: страница, с которой связан аккаунт. Пусто: страница, которой принадлежит токен.',
      },
      secret: false,
      required: false,
      pattern: '\\d{5,30}',
      form: ID_FORM,
      rare: true,
    },
    {
      key: 'accessToken',
      label: { en: 'Access token', ru: 'Токен доступа' },
      help: {
        en: 'With Instagram: “Generate token” beside the account; it lives 60 days and Parley renews it. With Facebook: a page token of a system user. It needs the permission to manage messages.',
        ru: 'Через Instagram: «Generate token» рядом с аккаунтом; он живёт 60 дней, Parley продлевает его сам. Через Facebook: токен страницы от системного пользователя. Нужно право управлять сообщениями.',
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
        en: 'With Instagram: Instagram → API setup → Instagram app secret. With Facebook: App settings → Basic → App secret. Events are signed with it.',
        ru: 'Через Instagram: Instagram → API setup → Instagram app secret. Через Facebook: App settings → Basic → App secret. Им подписаны события.',
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
        en: 'Any one word. Enter it in the app together with the webhook address; Meta shows it to Parley when it checks the address.',
        ru: 'Любое одно слово. Укажите его в приложении вместе с адресом вебхука: Meta предъявляет его, когда проверяет адрес.',
      },
      secret: true,
      required: true,
      pattern: '[\\x21-\\x7e]{1,500}',
      form: WORD_FORM,
      made: true,
    },
    {
      key: 'humanAgent',
      label: { en: 'People may answer for seven days', ru: 'Люди могут отвечать семь дней' },
      help: {
        en: 'Only if Meta has granted the app the feature Human Agent. It is for answers that an employee writes; scenarios and mailings keep to 24 hours.',
        ru: 'Только если Meta выдала приложению функцию Human Agent. Действует для ответов, которые пишет сотрудник; сценариям и рассылкам остаются 24 часа.',
      },
      secret: false,
      required: false,
      pattern: 'true|false',
      form: { en: 'Yes or no.', ru: 'Да или нет.' },
      choices: [
        { value: 'false', label: { en: 'No: 24 hours', ru: 'Нет: 24 часа' } },
        { value: 'true', label: { en: 'Yes: Meta has granted it', ru: 'Да: Meta это разрешила' } },
      ],
      rare: true,
    },
    {
      key: 'graphUrl',
      label: { en: 'Address of the Graph API', ru: 'Адрес Graph API' },
      help: {
        en: 'Only for a proxy or a simulator. Empty: https://graph.instagram.com or https://graph.facebook.com',
        ru: 'Только для прокси или симулятора. Пусто: https://graph.instagram.com или https://graph.facebook.com',
      },
      secret: false,
      required: false,
      pattern: 'https?://\\S{1,500}',
      form: { en: 'It is an address that begins with https://.', ru: 'Это адрес, который начинается с https://.' },
      rare: true,
    },
  ],
}
