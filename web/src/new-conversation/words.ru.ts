import type { en } from './words.en.ts'

export const ru: typeof en = {
  title: 'Новая переписка',
  intro: 'Первое сообщение — шаблон, одобренный WhatsApp. Задача появится сразу.',
  channel: 'Канал',
  noChannel:
    'Нет подключённого канала, по которому можно написать первым. Попросите администратора подключить WhatsApp.',
  notConnected: (name, state) => `${name} (${state.toLowerCase()})`,
  phone: 'Номер телефона',
  phoneHint: 'С кодом страны, например +7 912 345-67-89',
  numberIs: (country, number) => (country ? `${country}: ${number}` : number),
  unusual: 'Проверьте: похоже, таких номеров в этой стране нет.',
  country: (code) => new Intl.DisplayNames('ru', { type: 'region' }).of(code) ?? code,
  reasons: {
    empty: 'Введите номер',
    not_a_number: 'Это не номер телефона',
    no_country_code: 'Начните с + и кода страны',
    too_short: 'Номер слишком короткий',
    too_long: 'Номер слишком длинный',
  },
  name: 'Имя',
  nameHint: 'Как зовут клиента; необязательно',
  phoneBook: 'В телефонной книге приложения',
  known: (name) => `Это ${name}, такой контакт уже есть.`,
  optedOut: 'Контакт отказался от рекламы: рекламные шаблоны ему не отправляются.',
  tasks: 'Задачи контакта',
  noTasks: 'Задач пока нет.',
  openTask: (number) => `Написать в задаче ${number}`,
  goesTo: (number) => `Сообщение попадёт в активную задачу ${number}.`,
  template: 'Шаблон',
  sent: (name) => `Отправляется: ${name}`,
  errors: {
    invalid_number: 'На этот номер WhatsApp написать нельзя. Проверьте номер и код страны.',
    channel_disconnected: 'Канал отключён: отправить по нему ничего нельзя. Выберите другой.',
    channel_not_connected: 'Канал не подключён: отправить по нему ничего нельзя. Выберите другой.',
    templates_unsupported: 'По этому каналу нельзя написать первым.',
  },
}
