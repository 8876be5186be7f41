import { roomWords } from '../words/room-words.ts'
import { en } from './check-words.en.ts'
import { ru } from './check-words.ru.ts'

export const checkWords = roomWords({ en, ru })
