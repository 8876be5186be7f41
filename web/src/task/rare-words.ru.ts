import type { en } from './rare-words.en.ts'

export const ru: typeof en = {
  order: { item: 'Товар', quantity: 'Количество', price: 'Цена', total: 'Итого', product: 'товар' },
  unsupported: {
    text: 'WhatsApp не передаёт сообщения такого вида. Спросите клиента или посмотрите в приложении на телефоне.',
    kind: (name) => `WhatsApp этого не передаёт: ${name}. Спросите клиента или посмотрите в приложении на телефоне.`,
    kinds: {
      button: 'кнопка',
      edit: 'правка прежнего сообщения',
      gif: 'GIF',
      group_invite: 'приглашение в группу',
      hsm: 'шаблон',
      image: 'изображение',
      interactive: 'интерактивное сообщение',
      keep_in_chat: 'сообщение, сохранённое в чате',
      link_preview: 'предпросмотр ссылки',
      list: 'список',
      location: 'местоположение',
      media_placeholder: 'файл, который пока только в приложении на телефоне',
      order: 'заказ',
      pin: 'закреплённое сообщение',
      poll_creation: 'опрос',
      poll_update: 'голос в опросе',
      product: 'товар',
      reaction: 'реакция',
    },
  },
}
