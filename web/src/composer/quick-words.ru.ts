import type { en } from './quick-words.en.ts'

const rules = new Intl.PluralRules('ru')
const plural = (n: number, one: string, few: string, many: string) => {
  const rule = rules.select(n)
  return `${n} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}

export const ru: typeof en = {
  quick: {
    list: 'Быстрые ответы',
    search: 'Поиск быстрых ответов',
    folder: 'Папка',
    allFolders: 'Все папки',
    none: 'Быстрых ответов пока нет.',
    nothing: 'Подходящих быстрых ответов нет.',
    preview: 'Так это читается здесь',
    choose: 'Выберите ответ, чтобы увидеть, как он читается здесь.',
    missing: (names) => `Здесь нет значений: ${names}`,
    files: (n) => plural(n, 'файл', 'файла', 'файлов'),
    hint: '↑ ↓ выбор, Enter вставляет, Esc закрывает. Ничего не отправляется.',
    insert: 'Вставить',
  },
}
