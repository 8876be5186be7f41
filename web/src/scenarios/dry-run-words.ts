import { roomWords } from '../words/room-words.ts'
import { en } from './dry-run-words.en.ts'
import { ru } from './dry-run-words.ru.ts'

export const dryRunWords = roomWords({ en, ru })
