import { faultsText } from './field-faults.ts'
import { names } from './field-names.ru.ts'
import { words } from './rare-refusals.ru.ts'
import type { RefusalWords } from './rare-refusals.ts'

export const refusalWords: RefusalWords = { words, faults: (details) => faultsText(details, names) }
