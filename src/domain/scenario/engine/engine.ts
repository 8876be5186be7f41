import type { RunDeed } from '../../conversation-event.ts'
import type { RunId, UserId } from '../../ids.ts'
import { createBudget } from '../expressions/budget.ts'
import type { ConditionResult } from '../expressions/conditions.ts'
import type { Scope } from '../expressions/scope.ts'
import { advance } from '../interpreter/advance.ts'
import { chainFrom, mayStart } from '../interpreter/chain.ts'
import type { Effect } from '../interpreter/effects.ts'
import { MOST_STARTED } from '../interpreter/limits.ts'
import type { LogEntry } from '../interpreter/log-entry.ts'
import { matchesTrigger } from '../interpreter/matches-trigger.ts'
import { canMove, move } from '../interpreter/move.ts'
import { awaits, hasEnded, type Interrupter, NO_CHAIN, type ScenarioEvent } from '../interpreter/run.ts'
import type { Answer, Stimulus } from '../interpreter/stimulus.ts'
import { triggerScope } from '../interpreter/surroundings-scope.ts'
import { answerOfCalled, notCalled, unknownScenario } from './answers.ts'
import { Floor, turnsOf } from './floor.ts'
import type { Happening } from './happening.ts'
import { type Beginning, newRun, wouldGoOn } from './held-run.ts'
import type {
  ButtonPress,
  Decision,
  HeldRun,
  PublishedScenario,
  RequestedRun,
  ScenarioHost,
  StartStimulus,
} from './host.ts'
import { KnownRuns, notBegunFirst } from './known-runs.ts'
import { isOwnDeed } from './own-deeds.ts'
import { publishedScenario } from './published-scenario.ts'
import { maySpeak, speechOf, speechOfRun } from './speech.ts'

type Flow<Name extends Effect['do']> = Extract<Effect, { do: Name }>

const RESTARTED = ['restarted', 'It was started again'] as const

/**
 * What scenarios make of the events of one conversation: which runs go on, what starts, what gives way to what. The same
 * for a live step and for a dry run; all it knows comes from the host (scenario-format, The interpreter).
 *
 * One engine serves one step: it remembers every run that it has seen.
 */
export class ScenarioEngine {
  readonly #host: ScenarioHost
  readonly #runs: KnownRuns
  /** Runs that are being taken on just now, and what came for them meanwhile. */
  readonly #underWay = new Map<RunId, Stimulus[]>()
  /** what triggers see of the event, until a run does something that they may ask about */
  #scope: { event: ScenarioEvent; scope: Scope | null } | null = null
  /** Runs that were restarted while another one had called them: not their end is the answer. */
  readonly #replaced = new Set<RunId>()
  #begun = 0
  /** messages that runs have asked for */
  #spoken = 0

  constructor(host: ScenarioHost) {
    this.#host = host
    this.#runs = new KnownRuns(host)
  }

  /** An answer, a deadline or a stop for certain runs. */
  async stimulate(ids: readonly RunId[], stimulus: Stimulus): Promise<void> {
    for (const held of await this.#runs.find(ids)) await this.#drive(held, stimulus)
  }

  /** What a person or a publish asks of runs. */
  async obey(ids: readonly RunId[], deed: RunDeed): Promise<void> {
    const found = await this.#runs.find(ids)
    if (deed.do === 'stop') return this.#stopAll(found, deed.code, deed.message)
    for (const held of notBegunFirst(found)) {
      if (deed.do === 'resume') await this.#drive(held, { kind: 'resume' })
      else if (deed.do === 'move') await this.#move(held, deed.version)
      else await this.#restart(held, deed.version)
    }
  }

  /**
   * An event: runs that wait for it go on, and what it triggers starts.
   * @param press the button of which the event is the press
   */
  async happened(
    happening: Happening,
    place: { id: string; n: number; at: string },
    press?: ButtonPress,
  ): Promise<void> {
    const host = this.#host
    const listening = await host.listeners(happening.name)
    const { only, interrupts } = happening
    const listeners = only ? listening.filter(({ key }) => only.includes(key)) : listening
    if (listeners.length === 0 && !press && !host.mayHaveRuns) return
    const now = new Date(host.now).toISOString()
    const { id, n, at } = place
    const event: ScenarioEvent = { id, name: happening.name, data: { ...happening.data, at, now } }
    const decision: Decision = { happening, eventId: id, n, started: [], notStarted: [] }
    if (interrupts) {
      for (const held of await this.#runs.open()) {
        if (!isOwnDeed(happening, held)) await this.#interrupt(held, interrupts)
      }
    }
    const waiting = (await this.#runs.open()).filter(
      (held) => awaits(held.run).includes(event.name) && !isOwnDeed(happening, held),
    )
    const floor = event.name === 'message.received' ? new Floor() : null
    for (const turn of turnsOf(waiting, press, listeners, { byRank: floor !== null })) {
      if ('run' in turn) await this.#wake(turn.run, event, floor, decision)
      else if ('press' in turn) await this.#startPressed(turn.press, event, decision)
      else await this.#startTriggered(turn.scenario, event, floor, decision)
    }
    if (listeners.length > 0 || press || decision.notStarted.length > 0) await host.decided(decision)
  }

  /** A run that another conversation's run asked for. What came of it is written down like an event's. */
  async requested({ scenario, event, vars, chain, task }: RequestedRun, n: number): Promise<void> {
    const { id: scenarioId, key } = scenario
    const entry = await this.#host.published(key)
    const allowed = mayStart(key, chain)
    const happening: Happening = { name: event.name, data: event.data, comment: null, cause: chain }
    const decision: Decision = { happening, eventId: event.id, n, started: [], notStarted: [] }
    const version = entry?.version ?? scenario.version
    const refuse = (reason: string) => decision.notStarted.push({ scenarioId, version, reason, condition: null })
    if (!entry) refuse('unknown_scenario')
    else if (!allowed.ok) refuse(allowed.code)
    else {
      const begun = await this.#begin(entry, { kind: 'start', event, vars }, { task: task ?? this.#host.task, chain })
      noteBegun(decision, entry, begun)
    }
    await this.#host.decided(decision)
  }

  /** What an employee says comes first: a message that has not left yet is taken back, and its run has ended. */
  async #interrupt(held: HeldRun, by: Interrupter): Promise<void> {
    const { state, asked, pressedBy } = held.run
    const isAboutToSpeak = by === 'humanReply' && state === 'running' && asked?.isMessage && pressedBy === null
    if (isAboutToSpeak && (await this.#host.withdraw?.(held, 'human_reply'))) {
      await this.#stop(held, 'human_reply', 'An employee wrote to the client')
    } else await this.#drive(held, { kind: 'interrupt', by })
  }

  async #wake(held: HeldRun, event: ScenarioEvent, floor: Floor | null, decision: Decision): Promise<void> {
    if (!awaits(held.run).includes(event.name)) return
    const { scenario, run } = held
    const document = await this.#host.document(scenario, run.scenario.version)
    if (floor?.isHeld && (await maySpeak(this.#host, speechOfRun(document, run)))) {
      if (!(await wouldGoOn(this.#host, held, event))) return
      const { version } = run.scenario
      decision.notStarted.push({ scenarioId: scenario, version, reason: 'floor_taken', condition: null })
      return
    }
    const before = this.#spoken
    const woke = await this.#drive(held, { kind: 'event', event })
    if (!woke || !floor) return
    const isDialogue = held.run.used.messages > 0
    if (isDialogue || (await this.#hasFloor(held, before))) floor.take()
  }

  /** It has spoken since, by itself or by what it started; or it waits for an answer first and may speak then. */
  async #hasFloor({ scenario, run }: HeldRun, before: number): Promise<boolean> {
    if (this.#spoken > before) return true
    if (run.state !== 'running' || !run.asked) return false
    return maySpeak(this.#host, speechOfRun(await this.#host.document(scenario, run.scenario.version), run))
  }

  async #startTriggered(
    entry: PublishedScenario,
    event: ScenarioEvent,
    floor: Floor | null,
    decision: Decision,
  ): Promise<void> {
    const host = this.#host
    const { id: scenarioId, version, document } = entry
    const chain = decision.happening.cause ?? NO_CHAIN
    const match = matchesTrigger(document.trigger, event, await this.#triggerScope(event), createBudget())
    const condition = match.result
    const refuse = (reason: string) => decision.notStarted.push({ scenarioId, version, reason, condition })
    const allowed = mayStart(entry.key, chain)
    if (!match.fires) refuse(match.reason)
    else if (!allowed.ok) refuse(allowed.code)
    else if (floor?.isHeld && (await maySpeak(this.#host, speechOf(document)))) refuse('floor_taken')
    else {
      const before = this.#spoken
      const begun = await this.#begin(entry, { kind: 'start', event }, { task: host.task, chain })
      noteBegun(decision, entry, begun, condition)
      if (floor && !('skipped' in begun) && (await this.#hasFloor(begun, before))) floor.take()
    }
  }

  /** @returns null where what surrounds the event is more than expressions may see */
  async #triggerScope(event: ScenarioEvent): Promise<Scope | null> {
    if (this.#scope?.event === event) return this.#scope.scope
    const made = triggerScope(await this.#host.surroundings(this.#host.task), event, this.#host.now)
    this.#scope = { event, scope: made.ok ? made.scope : null }
    return this.#scope.scope
  }

  /** Whether it may be pressed was looked at when it was pressed. */
  async #startPressed(press: ButtonPress, event: ScenarioEvent, decision: Decision): Promise<void> {
    const { scenario, run, task, by, inputs } = press
    const chain = decision.happening.cause ?? NO_CHAIN
    const stimulus: StartStimulus = { kind: 'start', event, ...(inputs && { inputs }), ...(by && { pressedBy: by }) }
    const begun = await this.#begin(scenario, stimulus, { task, chain, id: run, pressedBy: by })
    noteBegun(decision, scenario, begun)
  }

  /** Starts a run, as the scenario's `concurrency` says where another one of it is open here. */
  async #begin(
    entry: PublishedScenario,
    stimulus: StartStimulus,
    { task, chain, id, parent = null, pressedBy = null }: Beginning,
  ): Promise<HeldRun | { skipped: string }> {
    // Scenarios that wait for each other's end would be more with each step of the chain.
    if (this.#begun >= MOST_STARTED) return { skipped: 'limit_started' }
    const isOpen = await this.#makeWay(entry)
    const isQueued = isOpen && entry.document.concurrency === 'queue'
    const { now } = this.#host
    const held = newRun(entry, stimulus, { id: id ?? this.#host.newRunId(), task, chain, parent, isQueued, now })
    if (isOpen && entry.document.concurrency === 'skip') {
      // Who pressed a button was told of this run: it says why nothing came of it.
      if (id !== undefined) {
        await this.#add(held, pressedBy)
        await this.#stop(held, 'already_running', 'It is running already')
      }
      return { skipped: 'already_running' }
    }
    await this.#add(held, pressedBy)
    if (!isQueued) await this.#drive(held, stimulus)
    return held
  }

  /**
   * Ends the scenario's other runs, where it restarts, and disturbs those of other scenarios, unless it has to stand back.
   * What ends may let another one go on, and that one may start this scenario: it is looked at once more.
   * @returns whether another run of it is open then
   */
  async #makeWay({ id, document: { concurrency } }: PublishedScenario): Promise<boolean> {
    const openRuns = async () => (await this.#runs.open()).filter(({ scenario }) => scenario === id)
    const others = (await this.#runs.open()).filter(({ scenario }) => scenario !== id)
    if (['skip', 'queue'].includes(concurrency) && (await openRuns()).length > 0) return true
    if (concurrency === 'restart') await this.#stopAll(await openRuns(), ...RESTARTED)
    for (const other of others) await this.#drive(other, { kind: 'interrupt', by: 'newScenario' })
    if (concurrency === 'restart') await this.#stopAll(await openRuns(), ...RESTARTED)
    return (await openRuns()).length > 0
  }

  async #add(held: HeldRun, pressedBy: UserId | null): Promise<void> {
    this.#begun++
    await this.#host.addRun(held, pressedBy)
    this.#runs.add(held)
  }

  /**
   * Takes a run on by a stimulus, does what it asks for, and takes it on by the answers, until it waits for something or
   * has ended; then stores it with its record.
   * @returns whether the stimulus concerned the run
   */
  async #drive(held: HeldRun, stimulus: Stimulus): Promise<boolean> {
    const later = this.#underWay.get(held.id)
    if (later) {
      // It led to this itself, by a scenario that it started.
      later.push(stimulus)
      return true
    }
    if (held.isQueued && stimulus.kind !== 'stop' && stimulus.kind !== 'start') return false
    const host = this.#host
    const document = await host.document(held.scenario, held.run.scenario.version)
    const before = held.run
    const stimuli = [stimulus]
    const log: LogEntry[] = []
    this.#underWay.set(held.id, stimuli)
    try {
      for (let next = stimuli.shift(); next !== undefined; next = stimuli.shift()) {
        const advanced = advance(held.run, document, next, host.now, await host.surroundings(held.task, held))
        held.run = advanced.run
        log.push(...advanced.log)
        const [effect] = advanced.effects
        const isMessage = held.run.asked?.isMessage === true
        const answer = effect ? await this.#perform(held, effect) : null
        if (effect && isMessage && (answer === null || answer.ok)) this.#spoken++
        if (effect && answer) stimuli.push({ kind: 'answer', step: effect.step, number: effect.number, answer })
      }
    } finally {
      this.#underWay.delete(held.id)
    }
    if (held.run === before && log.length === 0) return false
    held.isQueued = false
    this.#scope = null
    await host.saveRun(held, log)
    if (hasEnded(held.run)) await this.#ended(held, document.id)
    return true
  }

  /** What it wanted to say and has not said yet stays unsaid: who ends a run means its message, too. */
  async #stop(held: HeldRun, code: string, message: string): Promise<boolean> {
    if (held.run.asked?.isMessage && !hasEnded(held.run)) await this.#host.withdraw?.(held, code)
    return this.#drive(held, { kind: 'stop', reason: { code, message } })
  }

  /** Those first that have not begun: the end of another one would begin them. */
  async #stopAll(runs: readonly HeldRun[], code: string, message: string): Promise<void> {
    for (const held of notBegunFirst(runs)) await this.#stop(held, code, message)
  }

  /** What one scenario does to another is decided here; everything else is the host's. */
  async #perform(held: HeldRun, effect: Effect): Promise<Answer | null> {
    switch (effect.do) {
      case 'start':
        return effect.each ? this.#host.perform(held, effect) : this.#startAnother(held, effect)
      case 'call':
        return this.#call(held, effect)
      case 'cancel':
        return this.#cancel(held, effect.scenario)
      default:
        return this.#host.perform(held, effect)
    }
  }

  async #startAnother(held: HeldRun, effect: Flow<'start'>): Promise<Answer> {
    const begun = await this.#beginNamed(held, effect, null)
    if ('ok' in begun) return begun
    if (!('skipped' in begun)) return { ok: true }
    const note = { code: begun.skipped, message: `“${effect.scenario}” was not started` }
    return { ok: true, note }
  }

  /** @returns null where the called scenario waits for something: its end is the answer */
  async #call(held: HeldRun, effect: Flow<'call'>): Promise<Answer | null> {
    const called = await this.#beginNamed(held, effect, held.id)
    if ('ok' in called) return called
    if ('skipped' in called) return notCalled(called.skipped)
    return hasEnded(called.run) ? answerOfCalled(called) : null
  }

  async #beginNamed(
    { run, task }: HeldRun,
    { scenario, with: vars, chain }: Flow<'start'> | Flow<'call'>,
    parent: RunId | null,
  ) {
    const entry = await this.#host.published(scenario)
    if (!entry || !run.event) return unknownScenario(scenario)
    const stimulus: StartStimulus = { kind: 'start', event: run.event, vars }
    return this.#host.refusal?.(entry.document) ?? this.#begin(entry, stimulus, { task, chain, parent })
  }

  async #cancel(by: HeldRun, key: string): Promise<Answer> {
    const others = (await this.#runs.open()).filter(({ id, run }) => run.scenario.key === key && id !== by.id)
    await this.#stopAll(others, 'cancelled_by_scenario', 'Another scenario ended it')
    return { ok: true }
  }

  /** Who called it goes on; what it called ends with it; another run of it may have waited for its turn. */
  async #ended(held: HeldRun, key: string): Promise<void> {
    const { run, scenario, parent } = held
    if (run.state === 'finished' || run.state === 'failed') {
      this.#host.tell({
        name: run.state === 'finished' ? 'scenario.finished' : 'scenario.failed',
        data: { scenario: key, reason: run.reason?.code ?? null },
        comment: null,
        cause: chainFrom(run),
      })
    }
    const children = (await this.#runs.open()).filter((child) => child.parent === held.id)
    await this.#stopAll(children, 'caller_ended', 'The scenario that called it has ended')
    if (parent !== null && !this.#replaced.has(held.id)) await this.#answerCaller(parent, held)
    const same = (await this.#runs.open()).filter((other) => other.scenario === scenario)
    const next = same.find((other) => other.isQueued && other.start !== null)
    if (!next?.start || same.some(({ isQueued }) => !isQueued)) return
    next.isQueued = false
    await this.#drive(next, next.start)
  }

  async #answerCaller(id: RunId, called: HeldRun): Promise<void> {
    // A caller that is under way gets the answer from its own step.
    if (this.#underWay.has(id)) return
    for (const caller of await this.#runs.find([id])) {
      const { asked } = caller.run
      if (asked?.action !== 'call') continue
      const { step, number } = asked
      await this.#drive(caller, { kind: 'answer', step, number, answer: answerOfCalled(called) })
    }
  }

  async #move(held: HeldRun, version: number): Promise<void> {
    const from = await this.#host.document(held.scenario, held.run.scenario.version)
    const to = await this.#host.document(held.scenario, version)
    if (!canMove(held.run, from, to).ok) return
    held.run = move(held.run, to, version)
    await this.#host.saveRun(held, [])
  }

  /** What set it going sets the new version going, from its first step; who called it waits for the new one. */
  async #restart(held: HeldRun, version: number): Promise<void> {
    const { start: first, run, task, parent } = held
    if (!first || hasEnded(run)) return
    this.#replaced.add(held.id)
    await this.#stop(held, 'restarted', 'A new version was published')
    const document = await this.#host.document(held.scenario, version)
    const entry = publishedScenario(held.scenario, version, document)
    const pressedBy = (first.pressedBy ?? null) as UserId | null
    const begun = await this.#begin(entry, first, { task, chain: run.chain, pressedBy, parent })
    if (parent !== null && 'skipped' in begun) await this.#answerCaller(parent, held)
  }
}

/** Writes down that a scenario began, or why not. @param condition of its trigger */
function noteBegun(
  { started, notStarted }: Decision,
  { id: scenarioId, version }: PublishedScenario,
  begun: HeldRun | { skipped: string },
  condition: ConditionResult | null = null,
): void {
  if ('skipped' in begun) notStarted.push({ scenarioId, version, reason: begun.skipped, condition })
  else started.push({ scenarioId, version, runId: begun.id })
}
