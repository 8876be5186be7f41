import { describe, expect, it } from 'vitest'
import { splitEndless } from '../../../web/src/ui/breakable.tsx'

describe('a text that may have a word without end', () => {
  it.each([
    ['stays whole', 'An ordinary sentence. '.repeat(40)],
    ['keeps emoji whole', '👨‍👩‍👧‍👦'.repeat(500)],
    ['keeps an ordinary long address whole', `https://shop.example/${'a'.repeat(70)}`],
  ])('%s', (_, text) => {
    expect(splitEndless(text)).toEqual([text])
  })

  it.each(['W', 'Ж', 'ש', '7', '.', '=', '€'])('is cut every hundred of %s', (letter) => {
    const pieces = splitEndless(`Start ${letter.repeat(250)} end`)
    expect(pieces).toEqual(['Start ', letter.repeat(100), letter.repeat(100), `${letter.repeat(50)} end`])
  })
})
