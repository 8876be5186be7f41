import type { en } from './choice-words.en.ts'

const rules = new Intl.PluralRules('ru')
const plural = (n: number, one: string, few: string, many: string) => {
  const rule = rules.select(n)
  return `${n} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}

export const ru: typeof en = {
  settings: {
    key: 'Отправлять по',
    keys: { 'mod-enter': 'Ctrl+Enter (⌘+Enter)', enter: 'Enter' },
    newline: 'Shift+Enter начинает новую строку.',
    undo: 'Сообщение клиенту можно отозвать',
    seconds: (n) => (n === 0 ? 'нельзя: оно уходит сразу' : `в течение ${plural(n, 'секунды', 'секунд', 'секунд')}`),
    here: 'Действует в этом браузере.',
  },
  overtaken: {
    title: (name) => `Пока вы писали, клиенту уже написали: ${name}`,
    phone: 'Пока вы писали, клиенту написали из приложения на телефоне',
    ask: 'Ваше сообщение всё ещё нужно?',
    send: 'Отправить и моё',
    comment: 'Оставить комментарием',
    discard: 'Удалить моё',
  },
  info: {
    title: (channel) => `${channel} принимает`,
    kinds: {
      image: 'Изображения',
      video: 'Видео',
      audio: 'Аудио',
      voice: 'Голосовые сообщения',
      document: 'Документы',
      sticker: 'Стикеры',
    },
    upTo: (size) => `до ${size}`,
    text: (n) => `Текст до ${plural(n, 'символа', 'символов', 'символов')}`,
    features: {
      quotes: 'цитаты',
      reactions: 'реакции клиентов',
      buttons: 'кнопки',
      templates: 'шаблоны',
    },
    missing: (features) => `Здесь недоступно: ${features.join(', ')}`,
    noQuotes: 'Клиент не увидит, на какое сообщение это ответ.',
  },
}
