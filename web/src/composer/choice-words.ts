import { roomWords } from '../words/room-words.ts'
import { en } from './choice-words.en.ts'
import { ru } from './choice-words.ru.ts'

export const choiceWords = roomWords({ en, ru })
