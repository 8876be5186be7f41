import { roomWords } from '../words/room-words.ts'
import { en } from './words.en.ts'
import { ru } from './words.ru.ts'

export const mailingWords = roomWords({ en, ru })
export type MailingWords = typeof en
