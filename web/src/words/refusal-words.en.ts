import { faultsText } from './field-faults.ts'
import { names } from './field-names.en.ts'
import { words } from './rare-refusals.en.ts'
import type { RefusalWords } from './rare-refusals.ts'

export const refusalWords: RefusalWords = { words, faults: (details) => faultsText(details, names) }
