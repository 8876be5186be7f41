import type { en } from './words.en.ts'

const rules = new Intl.PluralRules('ru')

export const ru: typeof en = {
  intro: 'Только для этого браузера. Всё действует сразу.',
  look: 'Вид',
  writing: 'Как вы пишете',
  sendKey: 'Чем отправлять',
  sendKeys: {
    'mod-enter': 'Ctrl+Enter (на Mac ⌘+Enter); Enter начинает новую строку',
    enter: 'Enter; Shift+Enter начинает новую строку',
  },
  undo: 'Отозвать сообщение клиенту',
  undoHint: 'Столько оно ждёт, прежде чем уйти.',
  undoSeconds: (seconds) =>
    seconds === 0
      ? 'Нельзя: уходит сразу'
      : `в течение ${seconds} ${rules.select(seconds) === 'one' ? 'секунды' : 'секунд'}`,
  keys: 'Клавиатура',
  singleKeys: 'Одиночные клавиши',
  singleKeysHint:
    'Например, J и K — следующая и предыдущая задача. Отключите, если их нажимает программа диктовки. Клавиша ? показывает все.',
  alerts: 'Оповещения',
  alertsText: 'Когда и как этот браузер зовёт вас, если вы смотрите в другую сторону.',
  alertsOpen: 'Выбрать оповещения…',
}
