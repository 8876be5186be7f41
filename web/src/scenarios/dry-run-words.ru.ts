import type { en } from './dry-run-words.en.ts'

const rules = new Intl.PluralRules('ru')
const plural = (count: number, one: string, few: string, many: string) => {
  const rule = rules.select(count)
  return `${count} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}
const conversations = (count: number) => plural(count, 'переписка', 'переписки', 'переписок')
const events = (count: number) => plural(count, 'событие', 'события', 'событий')

export const ru: typeof en = {
  title: 'Прогон по тому, что было на самом деле',
  intro: 'Черновик проигрывается на ваших же переписках. Ничего не отправляется и не меняется.',
  version: 'Что пробуем',
  draft: 'Черновик',
  versionOf: (version: number) => `v${version}`,
  period: 'Время',
  presets: {
    day: 'Вчера и сегодня',
    week: 'Последние 7 дней',
    month: 'Последние 30 дней',
    quarter: 'Последние 90 дней',
    own: 'Другие дни…',
  },
  from: 'С',
  to: 'По',
  wrongPeriod: 'Выберите прошедшие дни, не больше 90.',
  where: 'Переписки',
  everywhere: 'Все, что мне видны',
  chosen: (count: number) => `Только ${plural(count, 'переписка', 'переписки', 'переписок')}`,
  choose: 'Выбрать переписки…',
  add: 'Добавить',
  addedAlready: 'Добавлена',
  clear: 'Все переписки',
  run: 'Прогнать',
  again: 'Прогнать ещё раз',
  cancel: 'Остановить',
  running: (played: number, happened: number) => `Проигрываем… ${conversations(played)}, ${events(happened)}`,
  cancelled: 'Вы остановили прогон: показано не всё.',
  failed: 'Прогон прервался: показано не всё.',
  unreadable: 'Черновик пока не читается, прогнать его нельзя.',
  numbers: {
    title: 'В числах',
    would: 'Было бы',
    did: 'Было',
    runs: 'Запуски',
    messages: 'Сообщения клиентам',
    played: (played: number, happened: number) => `Проиграно: ${conversations(played)}, ${events(happened)}.`,
  },
  notes: {
    unknown: (count: number) =>
      `${plural(count, 'запуск обращается', 'запуска обращаются', 'запусков обращаются')} к другим системам или ищут данные. Что бы те ответили, никто не знает, поэтому дальше этого шага ничего не сказано.`,
    cut: (count: number) =>
      `${plural(count, 'переписка проиграна', 'переписки проиграны', 'переписок проиграно')} не до конца: там слишком много событий.`,
    older: (count: number) =>
      `${plural(count, 'запуск начался', 'запуска начались', 'запусков начались')} ещё до этого времени. О них ничего не сказано.`,
  },
  differences: 'Что было бы по-другому',
  none: 'Ничего не было бы по-другому.',
  nothingPlayed: 'За это время ничего не происходило.',
  kinds: {
    only_dry: { title: 'Запустился бы', text: 'а на самом деле нет.' },
    only_live: { title: 'Не запустился бы', text: 'а на самом деле запустился.' },
    differs: { title: 'Сработал бы иначе', text: 'начиная с какого-то шага.' },
  },
  count: (count: number) => plural(count, 'отличие', 'отличия', 'отличий'),
  would: 'Было бы сделано',
  did: 'Было сделано',
  nothing: 'ничего',
  same: 'то же самое',
  outcome: (outcome: string) => `→ ${outcome}`,
  noAnswer: 'за это время ответа нет',
  parts: (step: string) => `Расходятся на шаге «${step}»`,
  partsAtStart: 'Расходятся с самого начала',
  unknownFrom: (step: string) =>
    `Начиная с шага «${step}» никто не знает, что было бы: он обращается к другим системам или ищет данные.`,
  toTask: 'Открыть переписку',
  toRun: 'Запуск, который был',
  conversation: 'Переписка',
  showMore: 'Показать ещё отличия',
  shadow: {
    title: 'Понаблюдать за черновиком рядом с рабочей версией',
    text: 'С этого момента Parley отмечает, что сделал бы этот черновик. Рабочая версия не меняется, клиенты ничего не замечают.',
    start: 'Начать наблюдение',
    restart: 'Наблюдать нынешний черновик',
    since: (when: string) => `Черновик под наблюдением с ${when}.`,
    look: 'Что он сделал бы',
    end: 'Закончить наблюдение',
    ended: 'Наблюдение закончено.',
    started: 'Черновик теперь под наблюдением.',
  },
  errors: {
    invalid_stretch: 'Выберите прошедшие дни, не больше 90.',
    scenario_unreadable: 'Черновик пока не читается, прогнать его нельзя.',
    no_shadow: 'Наблюдения за этим сценарием нет.',
  },
}
