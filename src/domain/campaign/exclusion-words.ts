import { templateProblemWords } from '../template/problem-words.ts'
import type { Words } from '../words.ts'
import type { ExclusionReason } from './exclusion.ts'

/** Why somebody on a list gets nothing, for a person. */
export function exclusionWords(reasons: readonly ExclusionReason[]): Words {
  const words = reasons.map(wordsOf)
  return { en: words.map(({ en }) => en).join('. '), ru: words.map(({ ru }) => ru).join('. ') }
}

function wordsOf(reason: ExclusionReason): Words {
  switch (reason.why) {
    case 'value': {
      const { en, ru } = templateProblemWords(reason.problem)
      return { en, ru: ru.charAt(0).toUpperCase() + ru.slice(1) }
    }
    case 'surplus':
      return {
        en: `The line has more values than there are columns (${reason.columns})`,
        ru: `В строке больше значений, чем столбцов (${reason.columns})`,
      }
    case 'same_person':
      return { en: `The same person as in line ${reason.row}`, ru: `Тот же человек, что и в строке ${reason.row}` }
    default:
      return WORDS[reason.why]
  }
}

type Plain = Exclude<ExclusionReason['why'], 'value' | 'surplus' | 'same_person'>

const WORDS: Record<Plain, Words> = {
  empty: { en: 'There is no number', ru: 'Номера нет' },
  not_a_number: {
    en: 'This is no phone number; a spreadsheet may have changed it',
    ru: 'Это не номер телефона; возможно, его изменила электронная таблица',
  },
  no_country_code: {
    en: 'The number needs its country code: +1 650 555 1234',
    ru: 'Номеру нужен код страны: +7 912 345-67-89',
  },
  too_short: { en: 'The number is too short', ru: 'Номер слишком короткий' },
  too_long: { en: 'The number is too long', ru: 'Номер слишком длинный' },
  opted_out: { en: 'The contact does not want marketing', ru: 'Контакт не хочет рекламы' },
  no_consent: {
    en: 'No contact with this number has agreed to marketing',
    ru: 'Ни один контакт с этим номером не согласился на рекламу',
  },
  stopped_since: {
    en: 'Stopped marketing messages after the list was made',
    ru: 'Отказался от рекламы уже после составления списка',
  },
  no_consent_since: {
    en: 'No contact with this number agrees to marketing any more',
    ru: 'Больше ни один контакт с этим номером не согласен на рекламу',
  },
  number_given_up: {
    en: 'The contact gave up this number after the list was made, and has no other on this channel',
    ru: 'Контакт отказался от этого номера после составления списка, а другого у него на этом канале нет',
  },
  served: {
    en: 'Another number of a client who has this campaign already',
    ru: 'Другой номер клиента, который эту рассылку уже получил',
  },
}
