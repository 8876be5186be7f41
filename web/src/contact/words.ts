import { roomWords } from '../words/room-words.ts'
import { en } from './words.en.ts'
import { ru } from './words.ru.ts'

export const contactWords = roomWords({ en, ru })
export type ContactWords = typeof en
