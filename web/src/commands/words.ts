import { packedWords } from '../words/packs.ts'

export const commandWords = packedWords('commands')
