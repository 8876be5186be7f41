import type { RunId } from '../../ids.ts'
import { hasEnded } from '../interpreter/run.ts'
import { inRank } from './floor.ts'
import type { HeldRun, ScenarioHost } from './host.ts'

/**
 * The runs that one engine has seen: one object for each, so that whoever ends a run in the middle of it all ends it for
 * everybody.
 */
export class KnownRuns {
  readonly #host: Pick<ScenarioHost, 'mayHaveRuns' | 'openRuns' | 'findRuns'>
  readonly #seen = new Map<RunId, HeldRun>()
  #open: HeldRun[] | null = null

  constructor(host: Pick<ScenarioHost, 'mayHaveRuns' | 'openRuns' | 'findRuns'>) {
    this.#host = host
  }

  /** In rank; a copy, so that a loop over it does not meet what it starts itself. */
  async open(): Promise<HeldRun[]> {
    if (this.#open === null) {
      const open = this.#host.mayHaveRuns ? await this.#host.openRuns() : []
      this.#open = open.map((held) => this.#known(held))
    }
    this.#open = this.#open.filter(({ run }) => !hasEnded(run))
    return this.#open.toSorted(inRank)
  }

  /** Ended ones too, in rank. */
  async find(ids: readonly RunId[]): Promise<HeldRun[]> {
    const missing = ids.filter((id) => !this.#seen.has(id))
    if (missing.length > 0) for (const held of await this.#host.findRuns(missing)) this.#known(held)
    return ids.flatMap((id) => this.#seen.get(id) ?? []).toSorted(inRank)
  }

  add(held: HeldRun): void {
    this.#seen.set(held.id, held)
    this.#open?.push(held)
  }

  #known(held: HeldRun): HeldRun {
    const known = this.#seen.get(held.id)
    if (known) return known
    this.#seen.set(held.id, held)
    return held
  }
}

/** Those first that wait for their turn: the end of another one would begin them. */
export const notBegunFirst = (runs: readonly HeldRun[]): HeldRun[] =>
  runs.toSorted((a, b) => Number(b.isQueued) - Number(a.isQueued))
