import { packedWords } from '../words/packs.ts'

export const taskWords = packedWords('task')
