import { roomWords } from '../words/room-words.ts'
import { en } from './entry-words.en.ts'
import { ru } from './entry-words.ru.ts'

export const entryWords = roomWords({ en, ru })
