import { describe, expect, it } from 'vitest'
import { splitLinks, splitMentions } from '../../../web/src/task/linked-text.tsx'

describe('names that are mentioned', () => {
  it.each([
    ['Ask @Olga Petrova now', ['Olga Petrova'], ['Ask ', '@Olga Petrova', ' now']],
    ['@Olga and @Olga Petrova', ['Olga', 'Olga Petrova'], ['@Olga', ' and ', '@Olga Petrova']],
    ['@Olgas coat', ['Olga'], ['@Olgas coat']],
    ['Спросите @Ольга.', ['Ольга'], ['Спросите ', '@Ольга', '.']],
    ['a.b@c.d', ['A (B)*'], ['a.b@c.d']],
    ['@A (B)* here', ['A (B)*'], ['@A (B)*', ' here']],
    ['nobody', [], ['nobody']],
  ])('%s', (text, names, parts) => {
    expect(splitMentions(text, names)).toEqual(parts)
  })
})

describe('links', () => {
  it('are cut free of the marks behind them at once, however many there are', () => {
    const link = `https://shop.example/${'.'.repeat(60_000)}a`
    const started = performance.now()
    expect(splitLinks(`See ${link}!!!`)).toEqual([
      { text: 'See ', href: null },
      { text: link, href: link },
      { text: '!!!', href: null },
    ])
    expect(performance.now() - started).toBeLessThan(500)
  })
})
