import type { en } from './words.en.ts'

export const ru: typeof en = {
  intro: 'То, что действует для всей установки.',
  name: 'Название',
  nameHint: 'Вашей компании.',
  timeZone: 'Часовой пояс',
  timeZoneHint: 'Для дат в текстах клиентам и для времени, которое сценарии указывают без пояса.',
  timeZoneWrong: 'Такого часового пояса нет. Примеры: Europe/Moscow, Asia/Almaty.',
  locale: 'Язык текстов',
  localeHint: 'Как пишутся даты и числа в текстах клиентам: например, ru, en или pt-BR.',
  example: (date, number) => `Пример: ${date}, ${number}`,
  localeWrong: 'Такого языка нет. Примеры: ru, en, pt-BR.',
  forbidden: 'Это меняют администраторы.',
}
