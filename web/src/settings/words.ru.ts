import type { en } from './words.en.ts'

export const ru: typeof en = {
  sections: 'Настройки по темам',
  groups: { you: 'Для вас', house: 'Ваша команда', work: 'Как вы работаете', outside: 'Связи' },
  pages: {
    appearance: 'Вид и клавиши',
    sessions: 'Где я вошёл',
    account: 'Учётная запись',
    people: 'Сотрудники',
    groups: 'Группы',
    taskTemplates: 'Шаблоны задач',
    calendars: 'Рабочее время',
    quickReplies: 'Быстрые ответы',
    messageTemplates: 'Шаблоны сообщений',
    integrations: 'Интеграции',
    endpoints: 'Внешние сервисы',
    webhooks: 'Вебхуки',
    tokens: 'Токены API',
  },
}
