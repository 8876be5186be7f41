import type { TaskId } from '../../../domain/ids.ts'
import type { EffectName, Frame } from '../../../domain/scenario/dry-run/tape.ts'
import type { Facts } from '../../../domain/scenario/engine/facts.ts'
import type { Happening } from '../../../domain/scenario/engine/happening.ts'

/** Gathers what scenarios see while one event is worked off: everything at first, then what changes. */
export class Snapshot {
  readonly #frames: Frame[] = []
  readonly #seen = new Map<string, string>()
  #after: EffectName | null = null

  get frames(): readonly Frame[] {
    return this.#frames
  }

  /** @param current the task that the event is about */
  saw({ contact, conversation, channel, task }: Facts, current: TaskId | null): void {
    const frame: Frame = {
      after: this.#after,
      ...(this.#isNew('contact', contact) && { contact }),
      ...(this.#isNew('conversation', conversation) && { conversation }),
      ...(this.#isNew('channel', channel) && { channel }),
      ...(this.#isNew('task', current) && { task: current }),
      ...(task && this.#isNew(task.id, task) && { tasks: { [task.id]: task } }),
    }
    if (Object.keys(frame).length > 1) this.#frames.push(frame)
  }

  /** An effect was carried out. @param happened what scenarios hear of it in the same event */
  did(effect: EffectName, happened: Happening[]): void {
    this.#after = effect
    if (happened.length > 0) this.#frames.push({ after: effect, happened })
  }

  #isNew(root: string, value: unknown): boolean {
    const text = JSON.stringify(value)
    if (this.#seen.get(root) === text) return false
    this.#seen.set(root, text)
    return true
  }
}
