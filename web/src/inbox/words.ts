import { packedWords } from '../words/packs.ts'

export const inboxWords = packedWords('inbox')
