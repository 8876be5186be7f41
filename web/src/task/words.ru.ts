import type { en } from './words.en.ts'

const rules = new Intl.PluralRules('ru')
const count = (n: number, one: string, few: string, many: string) => {
  const rule = rules.select(n)
  return `${n} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}

export const ru: typeof en = {
  shown: {
    label: 'Что показано',
    parts: { all: 'Всё', messages: 'Переписка с клиентом', internal: 'Внутренние комментарии', events: 'События' },
    only: {
      messages: 'Показана только переписка с клиентом: внутренние комментарии и события скрыты.',
      internal: 'Показаны только внутренние комментарии: переписка с клиентом и события скрыты.',
      events: 'Показаны только события: сообщения и комментарии скрыты.',
    },
    showAll: 'Показать всё',
    nothing: 'Здесь такого нет.',
    day: 'Перейти к дню',
    noEntry: 'Этой записи больше нет в переписке.',
  },
  unread: {
    line: 'Новое',
    jump: (n) =>
      n > 0
        ? count(n, 'непрочитанное сообщение', 'непрочитанных сообщения', 'непрочитанных сообщений')
        : 'Непрочитанные сообщения',
    pill: (n) => count(n, 'новое сообщение', 'новых сообщения', 'новых сообщений'),
    marked: 'Отсюда всё снова не прочитано — пока вы не откроете задачу ещё раз.',
  },
  entry: {
    menu: (author) => `Ещё для записи: ${author}`,
    title: 'Запись',
    copyText: 'Скопировать текст',
    copyLink: 'Скопировать ссылку',
    unread: 'Отсюда не прочитано',
    why: 'Почему это произошло?',
    earlier: 'Прежние версии текста',
    copied: 'Скопировано.',
    notCopied: 'Браузер не дал скопировать.',
  },
  hold: {
    leavesIn: (seconds) => (seconds > 90 ? `Уйдёт через ${Math.ceil(seconds / 60)} мин` : `Уйдёт через ${seconds} с`),
    leaves: 'Уходит',
    until: (time) => `Уйдёт: ${time}`,
    undo: 'Отменить',
    sendNow: 'Отправить сейчас',
    undone: 'Отозвано до отправки',
    back: 'Отозвано. Текст снова в поле ввода.',
  },
  parked: {
    channel_paused: 'Канал приостановлен. Сообщение уйдёт, когда его включат.',
    other: (why) => `Ждёт: ${why}`,
  },
  trouble: {
    twice: 'Клиент мог получить это дважды: было неясно, ушло ли сообщение, а автор просил отправить его снова.',
    onlyRepair: 'Решить, что с ним стало, может тот, у кого есть право исправлять отправки.',
  },
  marks: {
    frequently: 'Переслано много раз',
    replyToBulk: 'Ответ на рассылку',
    replyToCampaign: (name) => `Ответ на рассылку «${name}»`,
    seeBulk: 'Показать, на что это ответ',
    list: 'Выбор из списка',
    flow: 'Заполнена форма',
    order: 'Заказ',
    product: 'Вопрос о товаре',
    template: (name) => `Шаблон «${name}»`,
    opens: 'откроет',
  },
  changes: {
    optedOut: 'Клиент больше не хочет рекламных сообщений',
    optedIn: 'Клиент снова разрешил рекламные сообщения',
    number: (from, to) => `Клиент сменил номер: ${from} → ${to}`,
    otherConversation: 'Клиент сменил номер и пишет в другой переписке',
    changed: (by, what) => `${by}: изменено — ${what}`,
    value: (field, from, to) => `${field}: ${from} → ${to}`,
    none: 'пусто',
    fields: { title: 'название', dueAt: 'срок' },
  },
  announce: { failed: (text, why) => `Не доставлено: ${text}. ${why}` },
  errors: {
    already_sent: 'Поздно: сообщение уже ушло.',
    not_held: 'Сообщение уже не удерживается.',
  },
}
