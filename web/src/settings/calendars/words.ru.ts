import type { en } from './words.en.ts'

const rules = new Intl.PluralRules('ru')
const plural = (count: number, one: string, few: string, many: string) => {
  const rule = rules.select(count)
  return `${count} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}

export const ru: typeof en = {
  intro: 'Когда вы работаете. По этому сценарии считают рабочие дни и часы и знают, открыты ли вы сейчас.',
  create: 'Новый календарь',
  empty: 'Календарей пока нет',
  emptyHint: 'Создайте календарь, и сценарии смогут ждать рабочего времени.',
  back: 'Рабочее время',
  missing: 'Этого календаря больше нет.',
  hours: (hours) => `${hours} ч в неделю`,
  holidays: (count) => plural(count, 'особый день', 'особых дня', 'особых дней'),
  name: 'Название',
  nameHint: 'Как его называют сценарии: calendar: sales. Латинские буквы, цифры, _ и -.',
  nameWrong: 'Начинается с латинской буквы; не больше 64 букв, цифр, _ и -.',
  timeZone: 'Часовой пояс',
  timeZoneHint: 'Часы указаны по времени этого места.',
  timeZoneWrong: 'Такого часового пояса нет. Примеры: Europe/Moscow, Asia/Almaty.',
  week: 'Неделя',
  weekHint: 'Если конец раньше начала, время продолжается после полуночи.',
  drawn: 'Неделя на одном рисунке',
  closed: 'закрыто',
  addHours: (day) => `Добавить часы: ${day}`,
  removeHours: (day, from) => `Убрать: ${day}, ${from}`,
  from: (day) => `${day}, с`,
  to: (day) => `${day}, до`,
  copyMonday: 'Как в понедельник, до пятницы',
  holidaysTitle: 'Особые дни',
  holidaysHint: 'Дни, в которые часы не такие, как обычно. Без часов: закрыто.',
  date: 'Дата',
  holidayName: 'Название',
  addHoliday: 'Добавить день',
  removeHoliday: (date) => `Убрать ${date}`,
  noHolidays: 'Пока нет.',
  problems: {
    empty: 'не указано время',
    same: 'конец совпадает с началом',
    order: 'часы пересекаются или идут не по порядку',
    date: 'У каждого особого дня должна быть дата.',
    twice: 'Одна дата указана дважды.',
  },
  dayProblem: (day, problem) => `${day}: ${problem}.`,
  remove: 'Удалить…',
  removeTitle: 'Удалить этот календарь?',
  removeText: 'Сценарии, которые его называют, больше не смогут по нему считать; их запуски об этом скажут.',
  removed: (name) => `Календарь ${name} удалён.`,
  errors: { name_taken: 'Календарь с таким названием уже есть.' },
}
