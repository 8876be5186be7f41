import { russianCount, type Words } from '../../../words.ts'

/** Something of an installation that a document names: as sentences call it. */
const NAMED = {
  calendar: { en: 'calendar', ru: { no: 'Календаря', many: 'Календарей' } },
  group: { en: 'group', ru: { no: 'Группы', many: 'Групп' } },
  employee: { en: 'active employee', ru: { no: 'Работающего сотрудника', many: 'Работающих сотрудников' } },
  quick_reply: {
    en: 'shared quick reply with the shortcut',
    ru: { no: 'Общего быстрого ответа с сокращением', many: 'Общих быстрых ответов с сокращением' },
  },
  task_template: { en: 'task template', ru: { no: 'Шаблона задачи', many: 'Шаблонов задач с названием' } },
  status: { en: 'status', ru: { no: 'Статуса', many: 'Статусов' } },
  channel: { en: 'channel', ru: { no: 'Канала', many: 'Каналов' } },
  attachment: { en: 'uploaded file', ru: { no: 'Загруженного файла', many: 'Загруженных файлов' } },
  endpoint: { en: 'endpoint', ru: { no: 'Адреса для запросов', many: 'Адресов для запросов' } },
  webhook: { en: 'incoming webhook', ru: { no: 'Входящего вебхука', many: 'Входящих вебхуков' } },
} as const
/** What a document can name, besides templates of messages and scenarios. */
export type NamedKind = keyof typeof NAMED
export const NAMED_KINDS = Object.keys(NAMED) as NamedKind[]

/** Types of variables in the accusative: получает список. */
const TYPES: Record<string, string> = {
  string: 'текст',
  number: 'число',
  boolean: 'true или false',
  date: 'дату',
  list: 'список',
  map: 'набор «ключ: значение»',
}
const typeInRussian = (type: string): string => `${TYPES[type] ?? type} (${type})`

const perhaps = (meant: string | null): Words =>
  meant === null ? { en: '', ru: '' } : { en: `: is it “${meant}”?`, ru: `: может быть, «${meant}»?` }

/** There is none of this name: is it that one, or there are these. */
const none = (what: Words, name: string, meant: string | null, known: readonly string[]): Words => {
  const more =
    meant === null && known.length > 0
      ? { en: `; there are ${known.join(', ')}`, ru: `; есть ${known.join(', ')}` }
      : perhaps(meant)
  return { en: `There is no ${what.en} “${name}”${more.en}`, ru: `${what.ru} «${name}» нет${more.ru}` }
}

const noneNamed = (kind: NamedKind) => ({
  unknown: (name: string, meant: string | null): Words =>
    none({ en: NAMED[kind].en, ru: NAMED[kind].ru.no }, name, meant, []),
})
const severalNamed = (kind: NamedKind) => ({
  ambiguous: (name: string): Words => ({
    en: `There is more than one ${NAMED[kind].en} “${name}”`,
    ru: `${NAMED[kind].ru.many} «${name}» больше одного`,
  }),
})
const ofKinds = <Suffix extends string, Entry>(suffix: Suffix, entry: (kind: NamedKind) => Entry) =>
  Object.fromEntries(NAMED_KINDS.map((kind) => [`${kind}_${suffix}`, entry(kind)])) as {
    [Kind in NamedKind as `${Kind}_${Suffix}`]: Entry
  }

/**
 * What a check says, by its code: in every language, made of what was found. A code that is not here cannot be reported.
 */
export const FINDING_WORDS = {
  ...ofKinds('unknown', noneNamed),
  ...ofKinds('ambiguous', severalNamed),

  about_missing: {
    nobody: (): Words => ({
      en: 'Say whom the webhook concerns: without about it reaches no conversation',
      ru: 'Укажите, о ком вебхук: без about он не попадёт ни в один диалог',
    }),
  },
  attachment_not_sendable: {
    /** @param channels null: no channel takes it */
    refused: (file: { name: string; mime: string; size: number }, channels: readonly string[] | null): Words => {
      const { name, mime, size } = file
      const list = (open: string, close: string) => (channels ?? []).map((one) => `${open}${one}${close}`).join(', ')
      return {
        en: `“${name}” (${mime}, ${size} bytes) can be sent ${channels === null ? 'on no channel' : `not on ${list('“', '”')}`}: its type or size is not taken`,
        ru: `«${name}» (${mime}, ${russianCount(size, 'байт', 'байта', 'байт')}) нельзя отправить ${channels === null ? 'ни в одном канале' : `в каналах: ${list('«', '»')}`}. Не подходит тип или размер`,
      }
    },
  },
  calendar_missing: {
    openHours: (duration: string): Words => ({
      en: `${duration} is counted in open hours: name a calendar`,
      ru: `${duration} считается в рабочем времени: укажите календарь (calendar)`,
    }),
    nextOpening: (): Words => ({
      en: 'The next opening of which calendar? Name one',
      ru: 'Ближайшее открытие по какому календарю? Укажите его (calendar)',
    }),
  },
  calendar_unused: {
    nothing: (): Words => ({
      en: 'Nothing here is counted in open hours',
      ru: 'Здесь ничего не считается в рабочем времени, календарь не нужен',
    }),
  },
  cycle: {
    certain: (way: string): Words => ({
      en: `This would start itself again and again: ${way}`,
      ru: `Сценарий запускал бы сам себя снова и снова: ${way}`,
    }),
  },
  cycle_possible: {
    possible: (way: string): Words => ({
      en: `This may start itself again, if the conditions hold: ${way}`,
      ru: `Сценарий может снова запустить сам себя, если выполнятся условия: ${way}`,
    }),
  },
  duplicate_input: {
    twice: (name: string): Words => ({ en: `“${name}” is there twice`, ru: `Поле «${name}» указано дважды` }),
  },
  duplicate_option: {
    twice: (): Words => ({ en: 'An option is there twice', ru: 'Один из вариантов указан дважды' }),
  },
  id_changed: {
    stays: (key: string): Words => ({
      en: `The id stays “${key}”: make a new scenario for another id`,
      ru: `id остаётся «${key}»: для другого id создайте новый сценарий`,
    }),
  },
  invalid_cel: { because: (words: Words): Words => words },
  invalid_text: { because: (words: Words): Words => words },
  interactive_invalid: {
    /** @param channels null: no channel takes it. @param problem what the first of them says */
    refused: (channels: readonly string[] | null, problem: Words): Words => {
      const list = (open: string, close: string) => (channels ?? []).map((one) => `${open}${one}${close}`).join(', ')
      return {
        en: `This can be sent ${channels === null ? 'on no channel' : `not on ${list('“', '”')}`}. ${problem.en}`,
        ru: `Это нельзя отправить ${channels === null ? 'ни в одном канале' : `в каналах: ${list('«', '»')}`}. ${problem.ru}`,
      }
    },
  },
  invalid_time: {
    until: (): Words => ({
      en: '“until” is `open` or a time such as 2027-01-31T09:00:00Z',
      ru: '«until» — это `open` или время, например 2027-01-31T09:00:00Z',
    }),
  },
  loop_without_wait: {
    sends: (max: number): Words => ({
      en: `This sends up to ${max} times at once: put a wait into it`,
      ru: `Повтор отправит клиенту до ${russianCount(max, 'раза', 'раз', 'раз')} подряд без паузы: поставьте в него ожидание (wait)`,
    }),
    calls: (max: number): Words => ({
      en: `This calls up to ${max} times without a pause`,
      ru: `Повтор сделает до ${russianCount(max, 'запроса', 'запросов', 'запросов')} подряд без паузы`,
    }),
  },
  many_steps: {
    atMost: (most: number): Words => ({
      en: `A run ends after ${most} steps, and this may be more`,
      ru: `Запуск закончится после ${russianCount(most, 'шага', 'шагов', 'шагов')}, а здесь их может быть больше`,
    }),
  },
  may_be_missing: {
    field: (field: string): Words => ({
      en: `“${field}” may be missing, which fails the step: write a default for it`,
      ru: `«${field}» может не быть, и шаг закончится ошибкой: укажите значение на этот случай (default)`,
    }),
  },
  no_client: {
    step: (action: string): Words => ({
      en: `${action} needs a client, and this scenario starts without one`,
      ru: `Для ${action} нужен клиент, а этот сценарий запускается без клиента`,
    }),
    field: (field: string): Words => ({
      en: `“${field}” is never there: this scenario starts without a client`,
      ru: `«${field}» здесь никогда не будет: этот сценарий запускается без клиента`,
    }),
    about: (): Words => ({
      en: 'This scenario starts without a client: leave about out',
      ru: 'Этот сценарий запускается без клиента: уберите about',
    }),
    started: (name: string): Words => ({
      en: `“${name}” needs a client, and this scenario has none: start it with each, in what a find gave`,
      ru: `Сценарию «${name}» нужен клиент, а здесь его нет: запустите его через each для всех, кого нашёл find`,
    }),
  },
  no_effect: {
    notToClient: (): Words => ({
      en: 'This comment does not go to the client',
      ru: 'Этот комментарий не уходит клиенту',
    }),
    nothingToRepeat: (): Words => ({ en: 'There is nothing to repeat', ru: 'Повторять нечего: шагов внутри нет' }),
  },
  not_supported: {
    event: (event: string): Words => ({
      en: `${event} is not noticed by this version of Parley yet`,
      ru: `Событие ${event} эта версия Parley пока не замечает`,
    }),
    step: (action: string, step: string): Words => ({
      en: `${action} (step ${step}) is not run by this version of Parley yet`,
      ru: `${action} (шаг ${step}) эта версия Parley пока не выполняет`,
    }),
  },
  scenario_unknown: {
    unknown: (name: string, meant: string | null): Words => none({ en: 'scenario', ru: 'Сценария' }, name, meant, []),
  },
  scenario_unpublished: {
    unpublished: (name: string): Words => ({
      en: `“${name}” is not published and enabled`,
      ru: `Сценарий «${name}» не опубликован или выключен`,
    }),
  },
  starts_itself: {
    byItsEnd: (): Words => ({
      en: 'A scenario is not started by its own end',
      ru: 'Сценарий не может запускаться собственным завершением',
    }),
    byStep: (): Words => ({
      en: 'A scenario does not start itself: use repeat',
      ru: 'Сценарий не запускает сам себя: для этого есть повтор (repeat)',
    }),
  },
  template_not_approved: {
    states: (name: string, states: readonly string[]): Words => ({
      en: `“${name}” is not approved: ${states.join(', ')}`,
      ru: `Шаблон «${name}» не одобрен: ${states.map((state) => TEMPLATE_STATES[state] ?? state).join(', ')}`,
    }),
  },
  template_not_everywhere: {
    channels: (name: string, channels: readonly string[]): Words => ({
      en: `“${name}” cannot be sent on ${channels.join(', ')}`,
      ru: `Шаблон «${name}» нельзя отправить в каналах: ${channels.join(', ')}`,
    }),
  },
  template_parameters: {
    because: (name: string, language: string, words: Words): Words => ({
      en: `“${name}” (${language}): ${words.en}`,
      ru: `Шаблон «${name}» (${language}): ${words.ru}`,
    }),
  },
  template_unknown: {
    unknown: (name: string): Words => none({ en: 'template', ru: 'Шаблона' }, name, null, []),
    inLanguage: (name: string, language: string, languages: readonly string[]): Words => ({
      en: `“${name}” is not there in ${language}; it is there in ${languages.join(', ')}`,
      ru: `Шаблона «${name}» нет на языке ${language}; он есть на: ${languages.join(', ')}`,
    }),
  },
  unknown_field: {
    tooEarly: (field: string): Words => ({
      en: `“${field}” is not there yet when it is decided whether it starts`,
      ru: `«${field}» ещё нет, когда решается, запускать ли сценарий`,
    }),
    calendar: (field: string): Words => ({
      en: `“${field}”: a calendar is asked by calendar.<name>.open`,
      ru: `«${field}»: календарь спрашивают так: calendar.<название>.open`,
    }),
    inFind: (field: string, looked: 'task' | 'contact'): Words => ({
      en: `“${field}” is not known here: a find can ask about ${looked}.*, event.*, vars.* and inputs.*`,
      ru: `«${field}» здесь неизвестно: в поиске можно спрашивать о ${looked}.*, event.*, vars.* и inputs.*`,
    }),
    inAbout: (field: string): Words => ({
      en: `“${field}” is not known yet when a webhook comes: about reads event.body alone`,
      ru: `«${field}» ещё неизвестно, когда приходит вебхук: about читает только event.body`,
    }),
  },
  unknown_input: {
    onlyButtons: (field: string): Words => ({
      en: `“${field}”: only buttons have inputs`,
      ru: `«${field}»: поля для заполнения бывают только у кнопок`,
    }),
    unknown: (name: string, meant: string | null, known: readonly string[]): Words =>
      none({ en: 'input', ru: 'Поля' }, name, meant, known),
  },
  unknown_variable: {
    unknown: (name: string, meant: string | null, known: readonly string[]): Words =>
      none({ en: 'variable', ru: 'Переменной' }, name, meant, known),
    undeclared: (name: string): Words => ({
      en: `There is no variable “${name}”: declare it under vars`,
      ru: `Переменной «${name}» нет: объявите её в vars`,
    }),
  },
  unreachable_branch: {
    taken: (): Words => ({
      en: 'The cases above take all of this one',
      ru: 'Сюда ничего не дойдёт: всё забирают случаи выше',
    }),
    never: (branch: string, without: keyof typeof WITHOUT): Words => ({
      en: `${branch} never happens without ${without}`,
      ru: `${branch} никогда не случится: ${WITHOUT[without]}`,
    }),
  },
  unreachable_step: {
    behindEnd: (step: string): Words => ({
      en: `No run comes to “${step}”: all that is before it ends`,
      ru: `До шага «${step}» запуск не дойдёт: всё, что стоит перед ним, завершает запуск`,
    }),
  },
  window_may_be_closed: {
    sayWhat: (): Words => ({
      en: 'The reply window may be closed here: say with ifWindowClosed what happens then (park, skip, fail, or a template)',
      ru: 'Окно ответа здесь может быть закрыто: укажите в ifWindowClosed, что тогда делать (park, skip, fail или шаблон)',
    }),
  },
  wrong_default: {
    noOption: (value: string): Words => ({
      en: `“${value}” is none of the options`,
      ru: `«${value}» нет среди вариантов`,
    }),
  },
  wrong_type: {
    gets: (name: string, needs: string, declared: string): Words => ({
      en: `“${name}” gets a ${needs}, and is declared as ${declared}`,
      ru: `Переменная «${name}» получает ${typeInRussian(needs)}, а объявлена как ${declared}`,
    }),
    getsAnother: (name: string, declared: string): Words => ({
      en: `“${name}” is declared as ${declared}, and gets another type`,
      ru: `Переменная «${name}» объявлена как ${declared}, а получает значение другого типа`,
    }),
    each: (name: string): Words => ({
      en: `“${name}” must be a list to start one for each`,
      ru: `Чтобы запустить по сценарию на каждый элемент, «${name}» должно быть списком (list)`,
    }),
  },
} as const

/** What a branch would need, and how its absence is told. */
const WITHOUT = {
  'a timeout or until': 'не указан срок (timeout или until)',
  'events to wait for': 'не указаны события, которых ждать (for)',
} as const

const TEMPLATE_STATES: Record<string, string> = {
  draft: 'черновик',
  pending: 'на проверке',
  in_appeal: 'на обжаловании',
  approved: 'одобрен',
  rejected: 'отклонён',
  paused: 'приостановлен',
  disabled: 'отключён',
  pending_deletion: 'удаляется',
  deleted: 'удалён',
  limit_exceeded: 'превышен лимит',
  archived: 'в архиве',
}

/** snake_case, stable */
export type FindingCode = keyof typeof FINDING_WORDS
