import { roomWords } from '../words/room-words.ts'
import { en } from './publish-words.en.ts'
import { ru } from './publish-words.ru.ts'

export const publishWords = roomWords({ en, ru })
