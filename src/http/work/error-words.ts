import type { Context } from 'hono'
import { type ErrorWords, providerErrorRule } from '../../domain/provider-errors.ts'
import { SETTLED_BY_PERSON } from '../../store/deliveries/settle-delivery.ts'
import { UNDONE } from '../../store/deliveries/taken-back.ts'

export type Language = keyof ErrorWords

/** The reader's language, as far as we have words in it. */
export const languageOf = (c: Context): Language => (/^ru\b/i.test(c.req.header('accept-language') ?? '') ? 'ru' : 'en')

/** What people did, and what became of files: said by us, and by no provider. */
const OWN_WORDS: Record<string, ErrorWords> = {
  [SETTLED_BY_PERSON]: {
    en: 'An employee has marked this message as not sent.',
    ru: 'Сотрудник отметил, что сообщение не отправлено.',
  },
  [UNDONE]: {
    en: 'This message was taken back before it left.',
    ru: 'Это сообщение отозвали до отправки.',
  },
  channel_deleted: {
    en: 'The channel was deleted before this was done.',
    ru: 'Канал удалили раньше, чем это было сделано.',
  },
  provider_unknown: {
    en: 'This installation does not know the provider of the channel.',
    ru: 'Эта установка не знает провайдера этого канала.',
  },
  window_closed: {
    en: 'The reply window closed before the message could leave. Write with a template, or wait for the client.',
    ru: 'Окно для ответа закрылось раньше, чем сообщение ушло. Напишите шаблоном или дождитесь клиента.',
  },
  template_not_approved: {
    en: 'The template could not be sent any more: WhatsApp does not approve it now. Choose another one.',
    ru: 'Шаблон больше нельзя отправить: сейчас он не одобрен WhatsApp. Выберите другой.',
  },
  opted_out: {
    en: 'The client stopped marketing messages before this one left.',
    ru: 'Клиент отказался от рекламных сообщений раньше, чем это ушло.',
  },
  campaign_stopped: {
    en: 'The campaign was stopped before this message could leave.',
    ru: 'Рассылку остановили раньше, чем это сообщение ушло.',
  },
  file_missing: {
    en: 'The file is no longer in the file store. Attach it again.',
    ru: 'Файла больше нет в хранилище. Прикрепите его ещё раз.',
  },
  expired: {
    en: 'The provider does not keep the file any more. Ask the client to send it again.',
    ru: 'Провайдер больше не хранит этот файл. Попросите клиента прислать его ещё раз.',
  },
  too_large: {
    en: 'The file is larger than is accepted.',
    ru: 'Файл больше допустимого размера.',
  },
}

/** An error as the API shows it: a code to compare, and words for a person. */
export function errorWords(code: string | null, detail: string | null, language: Language) {
  if (code === null) return null
  const words = OWN_WORDS[code] ?? providerErrorRule(code).words
  return { code, message: words[language], detail }
}
