import { roomWords } from '../../words/room-words.ts'
import { en } from './words.en.ts'
import { ru } from './words.ru.ts'

export const tryWords = roomWords({ en, ru })
