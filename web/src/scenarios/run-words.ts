import { roomWords } from '../words/room-words.ts'
import { en } from './run-words.en.ts'
import { ru } from './run-words.ru.ts'

export const runWords = roomWords({ en, ru })
