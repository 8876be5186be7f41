import { roomWords } from '../words/room-words.ts'
import { en } from './words.en.ts'
import { ru } from './words.ru.ts'

export const templateWords = roomWords({ en, ru })
export type TemplateWords = typeof en
