import { describe, expect, it } from 'vitest'
import { missingFeatures } from '../../../web/src/composer/send-rules.ts'

describe('what a channel lacks', () => {
  const all = { quotes: true, reactions: true, buttons: true, templates: true }
  it.each([
    ['nothing', all, []],
    ['ChatApp’s', { ...all, quotes: false, reactions: false, buttons: false }, ['quotes', 'reactions', 'buttons']],
    ['templates alone', { ...all, templates: false }, ['templates']],
  ])('%s', (_name, limits, missing) => {
    expect(missingFeatures(limits)).toEqual(missing)
  })
})
