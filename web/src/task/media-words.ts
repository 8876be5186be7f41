import { roomWords } from '../words/room-words.ts'
import { en } from './media-words.en.ts'
import { ru } from './media-words.ru.ts'

export const mediaWords = roomWords({ en, ru })
