import type { ErrorWords } from '../provider-errors.ts'

/** Why a campaign was paused by itself; kept in `campaigns.state_reason`. */
export const PAUSE_REASONS = [
  'channel_down',
  'channel_not_connected',
  'template_paused',
  'template_disabled',
  'template_missing',
  'template_not_approved',
  'error_spike',
  'missed_schedule',
] as const
export type PauseReason = (typeof PAUSE_REASONS)[number]

const WORDS: Record<PauseReason, ErrorWords> = {
  channel_down: {
    en: 'The provider refused the account. Mend the channel, then resume.',
    ru: 'Провайдер отклонил аккаунт. Почините канал и продолжите рассылку.',
  },
  channel_not_connected: {
    en: 'The channel is not connected. Connect it, then resume.',
    ru: 'Канал не подключён. Подключите его и продолжите рассылку.',
  },
  template_paused: {
    en: 'The provider paused the template for its low quality. Resume once it is approved again.',
    ru: 'Провайдер приостановил шаблон из-за низкого качества. Продолжите, когда его снова одобрят.',
  },
  template_disabled: {
    en: 'The provider disabled the template: it can be sent no more.',
    ru: 'Провайдер отключил шаблон: отправить его больше нельзя.',
  },
  template_missing: {
    en: 'The provider does not know the template any more.',
    ru: 'Провайдер больше не знает этот шаблон.',
  },
  template_not_approved: {
    en: 'The template is not approved at the moment. Resume once it is.',
    ru: 'Шаблон сейчас не одобрен. Продолжите, когда его одобрят.',
  },
  error_spike: {
    en: 'Half of the newest messages failed. Look at the reasons before you resume.',
    ru: 'Половина последних сообщений не доставлена. Посмотрите причины, прежде чем продолжать.',
  },
  missed_schedule: {
    en: 'Its time passed more than a day ago, while nothing could be sent. Resume it if it should still leave.',
    ru: 'Её время прошло больше суток назад, когда отправка была невозможна. Продолжите, если она ещё нужна.',
  },
}

/** A pause's reason for a person; the code itself where it is none of ours. */
export const pauseWords = (reason: string, language: keyof ErrorWords): string =>
  Object.hasOwn(WORDS, reason) ? WORDS[reason as PauseReason][language] : reason
