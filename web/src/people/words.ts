import { roomWords } from '../words/room-words.ts'
import { en } from './words.en.ts'
import { ru } from './words.ru.ts'

export const peopleWords = roomWords({ en, ru })
