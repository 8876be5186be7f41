import { describe, expect, it } from 'vitest'
import { canMove, move } from '../../../../src/domain/scenario/interpreter/move.ts'
import { awaits } from '../../../../src/domain/scenario/interpreter/run.ts'
import { HOUR, makeDocument, NOON, Play, play } from './play.ts'

const wait = (more: object = {}) => ({ id: 'w', wait: { for: ['message.received'], timeout: '1h', ...more } })
const vars = { n: { type: 'number', default: 1 } }
const from = makeDocument([wait(), { id: 'a', tag: 'old' }], { vars })

describe('whether a run can be moved', () => {
  const waiting = new Play(from).start().run
  it.each([
    ['to the same', [wait()], { vars }, null],
    ['with steps before and behind', [{ id: 'x', tag: 'x' }, wait(), { id: 'y', tag: 'y' }], { vars }, null],
    ['into a branch', [{ id: 'r', repeat: { max: 2 }, steps: [wait()] }], { vars }, null],
    ['with other events and times', [wait({ for: ['task.assigned'], timeout: '2h' })], { vars }, null],
    ['without the variable', [wait()], {}, null],
    ['with another variable', [wait()], { vars: { ...vars, s: { type: 'string' } } }, null],
    ['the step is gone', [{ id: 'x', tag: 'x' }], { vars }, 'step_missing'],
    ['the step does something else', [{ id: 'w', tag: 'x' }], { vars }, 'step_changed'],
    ['there is no deadline any more', [{ id: 'w', wait: { for: ['message.received'] } }], { vars }, 'deadline_changed'],
    ['it debounces now', [wait({ debounce: '5s' })], { vars }, 'deadline_changed'],
    ['the variable has another type', [wait()], { vars: { n: { type: 'string' } } }, 'variable_changed'],
    ['another scenario', [wait()], { vars, id: 'other' }, 'other_scenario'],
    ['there is no client any more', [wait()], { vars, trigger: { event: 'channel.paused' } }, 'client_changed'],
  ])('%s', (_, steps, more, reason) => {
    const allowed = canMove(waiting, from, makeDocument(steps, more))
    expect(allowed).toEqual(reason === null ? { ok: true } : { ok: false, reason })
  })

  it('not while an effect is out, nor at its end', () => {
    const out = play([{ id: 'a', tag: 'x' }])
    expect(canMove(out.run, out.document, out.document)).toEqual({ ok: false, reason: 'not_waiting' })
    expect(canMove(out.answer().run, out.document, out.document)).toEqual({ ok: false, reason: 'not_waiting' })
  })
})

describe('a run that was moved', () => {
  it('goes on in the new version, at the deadline that it had', () => {
    const to = makeDocument(
      [
        { ...wait({ for: ['task.assigned'], timeout: '5h' }), onInterrupt: { humanReply: 'ignore' } },
        { id: 'a', tag: 'new {{ vars.n }} {{ vars.s }}' },
      ],
      { vars: { ...vars, s: { type: 'string', default: 'x' } } },
    )
    const one = new Play(to)
    one.run = move({ ...new Play(from).start().run, vars: { n: 5 } }, to, 2)
    expect(one.run.scenario.version).toBe(2)
    expect(awaits(one.run)).toEqual(['task.assigned'])
    one.give({ kind: 'interrupt', by: 'humanReply' })
    expect(one.run.waiting?.deadline).toBe(NOON + HOUR)
    expect(one.after(HOUR).out).toMatchObject({ tag: 'new 5 x' })
  })

  it('is let go on where it was blocked, with what was mended', () => {
    const broken = play([
      { id: 'a', wait: { timeout: '1bd', calendar: 'gone' } },
      { id: 'b', tag: 'x' },
    ])
    const mended = makeDocument([{ id: 'a', wait: { timeout: '1bd', calendar: 'sales' } }])
    expect(canMove(broken.run, broken.document, mended)).toEqual({ ok: true })
    // It begins to wait anew, so its times may be other ones.
    const untimed = makeDocument([{ id: 'a', wait: { for: ['message.received'] } }])
    expect(canMove(broken.run, broken.document, untimed)).toEqual({ ok: true })
    const one = new Play(mended)
    one.run = move(broken.run, mended, 2)
    one.give({ kind: 'resume' })
    expect(one.run.state).toBe('waiting')
  })

  it('loses variables and rounds that are no more', () => {
    const one = play([{ id: 'r', repeat: { max: 2 }, steps: [wait()] }], {
      vars: { ...vars, s: { type: 'string', default: 'x' } },
    })
    const moved = move(one.run, from, 2)
    expect(moved).toMatchObject({ vars: { n: 1 }, rounds: {} })
    expect(Object.keys(moved.vars)).toEqual(['n'])
  })
})
