import { roomWords } from '../words/room-words.ts'
import { en } from './look-words.en.ts'
import { ru } from './look-words.ru.ts'

export const lookWords = roomWords({ en, ru })
