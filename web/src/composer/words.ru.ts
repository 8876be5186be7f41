import type { en } from './words.en.ts'

const rules = new Intl.PluralRules('ru')
const plural = (n: number, one: string, few: string, many: string) => {
  const rule = rules.select(n)
  return `${n} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}

export const ru: typeof en = {
  settings: {
    label: 'Как отправлять',
  },
  quick: {
    open: 'Быстрые ответы',
    inserted: (names) => `Для них не нашлось значений, на их месте пусто: ${names}. Прочитайте, прежде чем отправить.`,
  },
  mention: { list: 'Коллеги' },
  template: {
    open: 'Отправить шаблон',
    choose: 'Выбрать шаблон…',
    title: (client) => `Шаблон: ${client}`,
  },
  closed: {
    field: 'Свободный текст сейчас отправить нельзя. Отправьте шаблон или напишите внутренний комментарий.',
  },
  limits: {
    label: 'Что можно отправить',
    wrongType: (channel) => `${channel} не принимает файлы такого типа.`,
    tooLarge: (channel, size) => `Слишком большой: ${channel} принимает такие файлы до ${size}.`,
    cancel: (name) => `Остановить загрузку: ${name}`,
    left: (n) => `Осталось: ${plural(n, 'символ', 'символа', 'символов')}`,
  },
  presence: {
    typing: (names, many) => `${names} ${many ? 'пишут' : 'пишет'} клиенту…`,
    viewing: (names, many) => `${names} ${many ? 'смотрят' : 'смотрит'} эту задачу`,
  },
  assign: {
    nobody: 'У этой задачи нет исполнителя.',
    others: (names) => `Исполнители этой задачи: ${names}.`,
    toMe: 'Взять себе',
    done: 'Теперь вы среди исполнителей задачи.',
  },
  errors: {
    template_parameters: 'Какого-то значения шаблона нет, или оно не подходит.',
    template_not_approved: 'Шаблон больше не одобрен. Выберите другой.',
    opted_out: 'Клиент не хочет рекламы: выберите шаблон другой категории.',
    unknown_quick_reply: 'Этого быстрого ответа больше нет.',
    file_missing: 'Файла этого быстрого ответа больше нет. Посмотрите в настройках.',
  },
}
