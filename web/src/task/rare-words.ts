import { roomWords } from '../words/room-words.ts'
import { en } from './rare-words.en.ts'
import { ru } from './rare-words.ru.ts'

export const rareWords = roomWords({ en, ru })
