import { roomWords } from '../words/room-words.ts'
import { en } from './words.en.ts'
import { ru } from './words.ru.ts'

export const attentionWords = roomWords({ en, ru })
