import type { en } from './words.en.ts'

const rules = new Intl.PluralRules('ru')
const plural = (count: number, one: string, few: string, many: string) => {
  const rule = rules.select(count)
  return `${count} ${rule === 'one' ? one : rule === 'few' ? few : many}`
}

export const ru: typeof en = {
  title: 'Интеграции',
  intro: 'С чем связана эта учётная запись.',
  path: 'Где вы находитесь',
  messengers: {
    title: 'Мессенджеры',
    intro: 'Клиенты пишут там, вы отвечаете здесь.',
    names: { whatsapp: 'WhatsApp', instagram: 'Instagram', 'third-party': 'Сторонние сервисы' },
    texts: {
      whatsapp: 'WhatsApp Business через Cloud API компании Meta: новый номер или номер из приложения на телефоне.',
      instagram: 'Личные сообщения профессионального аккаунта.',
      'third-party': 'WhatsApp через провайдера, например 360dialog, Twilio, Gupshup или Wazzup.',
    },
    notHere: 'В этой установке пока нельзя',
    count: (count) => plural(count, 'канал', 'канала', 'каналов'),
    none: 'Пока не подключено',
    trouble: (count) => `${plural(count, 'требует', 'требуют', 'требуют')} внимания`,
  },
  systems: {
    title: 'Другие системы',
    webhooks: 'Вебхуки',
    webhooksText: 'Сообщать другим системам о событиях сценариев и позволять им запускать сценарии.',
    endpoints: 'Внешние сервисы',
    endpointsText: 'Сервисы, которые вызывают сценарии, с их секретами.',
    api: 'API',
    apiText: 'Всё, что умеет приложение, идёт через HTTP API. Токены открывают его программам.',
  },
  connect: 'Подключить',
  connectMore: 'Подключить ещё',
  connectHow: 'Как подключить',
  channels: 'Подключено',
  noChannels: 'Ни одного канала этого мессенджера пока нет.',
  allChannels: 'Все каналы',
  missing: 'Такого мессенджера нет.',
  needsAdmin: 'Подключает администратор, которому доступны все каналы.',
}
