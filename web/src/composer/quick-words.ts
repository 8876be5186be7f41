import { roomWords } from '../words/room-words.ts'
import { en } from './quick-words.en.ts'
import { ru } from './quick-words.ru.ts'

export const quickWords = roomWords({ en, ru })
