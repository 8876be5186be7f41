import { ADDRESS_FORM } from '../connection-fields.ts'
import type { Connection } from '../port.ts'

/** What has to be known of a bridge (docs/channels/chat-api.md). */
export const CONNECTION: Connection = {
  name: 'Chat API · any other service',
  ways: ['third_party'],
  fields: [
    {
      key: 'service',
      label: { en: 'Name of the service', ru: 'Название сервиса' },
      help: {
        en: 'In one word, such as telegram or shop-chat. Two bridges are told apart by it; it stays for the channel’s life.',
        ru: 'Одним словом, например telegram или shop-chat. По нему различают две интеграции; оно не меняется.',
      },
      secret: false,
      required: true,
      pattern: '[\\p{L}\\p{N}][\\p{L}\\p{N}._\\-]{0,59}',
      form: {
        en: 'It is one word of letters, digits, dots and dashes.',
        ru: 'Это одно слово из букв, цифр, точек и дефисов.',
      },
    },
    {
      key: 'sendUrl',
      label: { en: 'Where messages are sent', ru: 'Куда отправлять сообщения' },
      help: {
        en: 'The address of your bridge. Parley posts each message to the client there; http only on this machine.',
        ru: 'Адрес вашей интеграции. Parley отправляет туда каждое сообщение клиенту; http только на этой же машине.',
      },
      secret: false,
      required: true,
      pattern: 'https?://\\S{1,1990}',
      form: ADDRESS_FORM,
    },
    {
      key: 'secret',
      label: { en: 'Secret', ru: 'Секрет' },
      help: {
        en: 'Both sides prove themselves with it: the bridge shows it or signs with it, and Parley signs what it sends. Enter the same one in the bridge.',
        ru: 'Им обе стороны подтверждают себя: интеграция предъявляет его или подписывает им, а Parley подписывает то, что отправляет. Укажите тот же секрет в интеграции.',
      },
      secret: true,
      required: true,
      pattern: '[\\x21-\\x7e]{16,500}',
      form: { en: 'It is one word of at least 16 characters.', ru: 'Это одно слово не короче 16 символов.' },
      made: true,
    },
  ],
}
