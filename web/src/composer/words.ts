import { packedWords } from '../words/packs.ts'

export const composerWords = packedWords('composer')
