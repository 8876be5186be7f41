import { apiKeyField, apiUrlField, ownNumberField, uuidForm, webhookKeyInAddress } from '../connection-fields.ts'
import type { Connection } from '../port.ts'
import { GUPSHUP_URL } from './config.ts'

/** What has to be known of an app at Gupshup. */
export const CONNECTION: Connection = {
  name: 'WhatsApp · Gupshup',
  ways: ['third_party'],
  fields: [
    {
      key: 'appName',
      label: { en: 'Name of the app', ru: 'Имя приложения' },
      help: {
        en: 'On the dashboard, as it is written there. Afterwards enter the webhook address of this channel in the settings of the app, form 2, with the events of messages switched on.',
        ru: 'На панели Gupshup, точно как там написано. Потом впишите адрес вебхука этого канала в настройках приложения: формат 2, события сообщений включены.',
      },
      secret: false,
      required: true,
      pattern: '[\\w .\\-]{1,100}',
      form: { en: 'It is a name as Gupshup shows it.', ru: 'Это имя, как его показывает Gupshup.' },
    },
    {
      key: 'appId',
      label: { en: 'Id of the app', ru: 'Идентификатор приложения (App ID)' },
      help: {
        en: 'In the settings of the app, or in the address of its dashboard. Templates are listed and made with it.',
        ru: 'В настройках приложения или в адресе его панели. С ним читаются и создаются шаблоны.',
      },
      secret: false,
      required: false,
      ...uuidForm('5bae1cea-c3d4-4aa0-a43b-9776711c3e82'),
    },
    ownNumberField(
      { en: 'Number of the app', ru: 'Номер приложения' },
      { en: 'With the country code.', ru: 'С кодом страны.' },
    ),
    apiKeyField({
      en: 'In the settings of the app, or in your profile at Gupshup.',
      ru: 'В настройках приложения или в вашем профиле Gupshup.',
    }),
    webhookKeyInAddress('Gupshup'),
    apiUrlField(GUPSHUP_URL),
  ],
}
