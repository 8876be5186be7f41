import { describe, expect, it } from 'vitest'
import { fieldsIn, type TriedEntry, tagsIn, tellingEntries } from '../../../web/src/scenario-editor/try/trial.ts'

describe('a made-up client', () => {
  it('has a field for each line; numbers and true/false are what they look like', () => {
    const text =
      'city: Riga: old town\n amount : 12.5\nvip: true\nphone: +371 1\nzip: 0123\nempty:\nno colon\n: nothing'
    expect(fieldsIn(text)).toEqual({
      city: 'Riga: old town',
      amount: 12.5,
      vip: true,
      phone: '+371 1',
      zip: '0123',
      empty: '',
    })
  })

  it('has each tag once', () => {
    expect(tagsIn(' vip, new ,, vip')).toEqual(['vip', 'new'])
  })
})

describe('the lines of the chat', () => {
  const line = (run: number, step: string, outcome: string, answer: TriedEntry['answer'] = null) =>
    ({ run, step, outcome, answer, n: 1, action: 'sendText', at: '', shows: null }) satisfies TriedEntry

  it('leave out what the line above says already, run by run', () => {
    const done = { outcome: 'done', error: null }
    const entries = [
      line(0, 'start', 'started'),
      line(0, 'a', 'asked', done),
      line(1, 'x', 'asked'),
      line(0, 'a', 'done'),
      line(0, 'a', 'finished'),
      line(1, 'x', 'stopped'),
    ]
    expect(tellingEntries(entries).map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'a asked',
      'x asked',
      'a finished',
      'x stopped',
    ])
  })
})
