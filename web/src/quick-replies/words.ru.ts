import type { en } from './words.en.ts'

const rules = new Intl.PluralRules('ru')
const many = (count: number, one: string, few: string, other: string) => {
  const rule = rules.select(count)
  return `${count} ${rule === 'one' ? one : rule === 'few' ? few : other}`
}

export const ru: typeof en = {
  title: 'Быстрые ответы',
  intro:
    'Готовые ответы. В задаче наберите «/» в сообщении, чтобы найти ответ; он вставляется, но сам никогда не отправляется.',
  create: 'Новый ответ',
  search: 'Поиск быстрых ответов',
  searchHint: 'Название, сокращение, текст…',
  folders: 'Папки',
  allFolders: 'Все',
  empty: 'Быстрых ответов пока нет',
  emptyHint: 'Запишите один раз то, что отвечаете снова и снова.',
  nothing: 'Ничего не найдено.',
  shared: 'Общий',
  own: 'Только мой',
  files: (count) => many(count, 'файл', 'файла', 'файлов'),
  edit: (title) => `Изменить «${title}»`,
  open: (title) => `Посмотреть «${title}»`,
  delete: (title) => `Удалить «${title}»`,
  list: 'Быстрые ответы',

  form: {
    createTitle: 'Новый быстрый ответ',
    editTitle: 'Изменить быстрый ответ',
    readTitle: 'Быстрый ответ',
    readOnly: 'Это общий ответ: его меняют только авторы и администраторы.',
    title: 'Название',
    shortcut: 'Сокращение',
    shortcutHint: 'Что набирают после «/»: буквы, цифры, _ и -. Можно не заполнять.',
    shortcutInvalid: 'Только буквы, цифры, _ и -, не больше 50.',
    folder: 'Папка',
    folderHint: 'Существующая или новая. Можно не заполнять.',
    text: 'Текст',
    textHint: 'То, что в {{ }}, подставляется для каждого клиента.',
    insert: 'Вставить переменную',
    fieldName: 'поле',
    files: 'Файлы',
    attach: 'Прикрепить файлы',
    removeFile: (name) => `Убрать ${name}`,
    uploading: (percent) => `${percent} %`,
    shared: 'Общий для всех',
    sharedHint: 'Его находят и используют все; меняют авторы и администраторы.',
    sharedForbidden: 'Общие ответы создают только авторы и администраторы. Этот останется вашим.',
    titleMissing: 'Дайте ответу название.',
    empty: 'Напишите текст или прикрепите файл.',
    save: 'Сохранить',
    discardTitle: 'Не сохранять написанное?',
    discardText: 'Изменения ещё не сохранены.',
    discard: 'Не сохранять',
    keep: 'Писать дальше',
    created: (title) => `«${title}» создан`,
    saved: (title) => `«${title}» сохранён`,
  },

  variables: {
    'contact.name': 'Имя клиента',
    'contact.firstName': 'Имя клиента без фамилии',
    'contact.phone': 'Телефон клиента',
    'task.number': 'Номер задачи',
    'task.title': 'Название задачи',
    'me.name': 'Моё имя',
    'channel.name': 'Канал',
    'contact.fields.…': 'Поле контакта…',
    'task.fields.…': 'Поле задачи…',
  },

  problems: {
    title: 'Что исправить',
    place: (line, column) => `Строка ${line}, столбец ${column}`,
    unknown_variable: (variable) => `переменной «${variable}» нет.`,
    variable_not_closed: (variable) => `«{{${variable}» не закрыто через «}}».`,
    variable_in_fallback: (variable) => `после | для «${variable}» может стоять только обычный текст, без переменных.`,
    fallback: 'Для клиентов без значения напишите, что поставить вместо него: {{contact.firstName | друг}}.',
  },

  preview: {
    title: 'Как это прочтёт клиент',
    task: 'Показать в задаче',
    noTasks: 'Пока нет задач, в которых это показать.',
    missing: (names) => `В этой задаче нет значения: ${names}. На этом месте будет пусто.`,
    empty: 'Текст пуст.',
    wrong: 'Показать можно, когда ошибки исправлены.',
    taskName: (number, client) => `#${number} ${client}`,
  },

  remove: {
    title: 'Удалить этот быстрый ответ?',
    shared: (title) => `«${title}» общий: его больше никто не найдёт. Отправленное с ним останется.`,
    own: (title) => `«${title}» и его файлы будут удалены. Отправленное с ним останется.`,
    done: (title) => `«${title}» удалён`,
  },

  errors: {
    shortcut_taken: 'Это сокращение уже занято.',
    unknown_variable: 'В тексте названа переменная, которой нет.',
    variable_not_closed: 'Переменная в тексте не закрыта.',
    variable_in_fallback: 'Переменная стоит там, где может быть только обычный текст.',
    unknown_attachment: 'Файла больше нет, или он уже занят. Прикрепите его ещё раз.',
    invalid_request: 'Что-то здесь имеет вид, который не принимается.',
  },
}
