import type { ConnectionField, Words } from './port.ts'

export const WORD_FORM: Words = {
  en: 'It is one word, without spaces or line breaks.',
  ru: 'Это одно слово, без пробелов и переносов строки.',
}
export const ADDRESS_FORM: Words = {
  en: 'It is an address that begins with https://.',
  ru: 'Это адрес, который начинается с https://.',
}

/** Of providers that sign nothing (shared-key.ts). */
export const WEBHOOK_KEY: ConnectionField = {
  key: 'webhookKey',
  label: { en: 'Key of the webhook', ru: 'Ключ вебхука' },
  help: {
    en: 'Any one long word that nobody can guess. The provider shows it with every event; without it anybody could write in a client’s name.',
    ru: 'Любое длинное слово, которое нельзя угадать. Провайдер предъявляет его с каждым событием; без него любой мог бы написать от имени клиента.',
  },
  secret: true,
  required: true,
  pattern: '[\\x21-\\x7e]{16,500}',
  form: { en: 'It is one word of at least 16 characters.', ru: 'Это одно слово не короче 16 символов.' },
  made: true,
}

/** The same, where it stands in the address that the provider calls. @param provider its name @param more what else is to be known */
export const webhookKeyInAddress = (provider: string, more: Words | null = null): ConnectionField => ({
  ...WEBHOOK_KEY,
  help: {
    en: `Any one long word that nobody can guess. It stands in the address that ${provider} calls; without it anybody could write in a client’s name.${more ? ` ${more.en}` : ''}`,
    ru: `Любое длинное слово, которое нельзя угадать. Оно стоит в адресе, который вызывает ${provider}; без него любой мог бы написать от имени клиента.${more ? ` ${more.ru}` : ''}`,
  },
})

/** What a UUID looks like, in a form. @param example of the provider's */
export const uuidForm = (example: string): Pick<ConnectionField, 'pattern' | 'form'> => ({
  pattern: '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}',
  form: { en: `It looks like ${example}.`, ru: `Выглядит так: ${example}.` },
})

/** The account's own number, where a provider knows it by that. */
export const ownNumberField = (label: Words, help: Words): ConnectionField => ({
  key: 'phone',
  label,
  help,
  secret: false,
  required: true,
  pattern: '\\+\\d{7,15}',
  form: { en: 'It is + and digits, such as +16505551234.', ru: 'Это + и цифры, например +16505551234.' },
})

/** @param help where it is found, and what it is for */
export const apiKeyField = (help: Words): ConnectionField => ({
  key: 'apiKey',
  label: { en: 'API key', ru: 'Ключ API' },
  help,
  secret: true,
  required: true,
  pattern: '[\\x21-\\x7e]{8,2000}',
  form: WORD_FORM,
})

/**
 * Where the provider's API is: hardly ever another place than the usual one.
 * @param usual that it is where nothing is entered
 * @param when it is another
 */
export const apiUrlField = (
  usual: string,
  when: Words = { en: 'Only for another host of theirs.', ru: 'Только для другого их сервера.' },
): ConnectionField => ({
  key: 'apiUrl',
  label: { en: 'Address of the API', ru: 'Адрес API' },
  help: { en: `${when.en} Empty: ${usual}`, ru: `${when.ru} Пусто: ${usual}` },
  secret: false,
  required: false,
  pattern: 'https?://\\S{1,500}',
  form: ADDRESS_FORM,
  rare: true,
})
