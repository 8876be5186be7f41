import type { en } from './words.en.ts'

export const ru: typeof en = {
  bar: 'Командная строка',
  placeholder: 'Команда, имя, телефон, задача…',
  results: 'Команды и задачи',
  nothing: 'Ничего не найдено.',
  searching: 'Ищем…',
  searchFailed: 'Поиск не удался. Проверьте связь и повторите.',
  recent: 'Недавние',
  tasks: 'Задачи',
  views: 'Списки',
  groups: {
    go: 'Перейти',
    list: 'Список',
    task: 'Задача',
    write: 'Написать',
    create: 'Создать',
    app: 'Parley',
  },
  shortcuts: 'Сочетания клавиш',
  nextKey: 'затем',
  inList:
    'В списке ↑ и ↓ переходят к другой задаче, ↵ открывает её. Пока вы пишете, действуют только сочетания с Ctrl, ⌘ или Alt.',
  singleKeys: 'Одиночные клавиши',
  singleKeysHint:
    'Если выключить, отдельные буквы ничего не делают — удобно при диктовке. Сочетания с Ctrl, ⌘ и Alt остаются.',
  openBar: 'Командная строка',
  openShortcuts: 'Сочетания клавиш',
  openAlerts: 'Звук и уведомления…',
  taskCommands: 'Ещё для этой задачи',
  theme: (name) => `Оформление: ${name}`,
  language: (name) => `Язык: ${name}`,
  failed: 'Эту часть Parley загрузить не удалось. Проверьте связь или обновите страницу.',
}
