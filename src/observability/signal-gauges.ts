import { Gauge } from 'prom-client'

/** Webhooks that this server has still to store (src/intake/unstored.ts): while there are many, less is worked off. */
export function watchUnstored(unstored: { readonly count: number }): void {
  new Gauge({
    name: 'parley_webhooks_waiting',
    help: 'Webhooks with messages that this server has read and not stored yet',
    collect() {
      this.set(unstored.count)
    },
  })
}

/** What this server has to tell the workflow engine (src/intake/dispatcher.ts). */
export function watchSignals(dispatcher: { readonly waiting: number; problem(): string | null }): void {
  new Gauge({
    name: 'parley_signals_waiting',
    help: 'Conversations whose workflow this server has still to signal',
    collect() {
      this.set(dispatcher.waiting)
    },
  })
  new Gauge({
    name: 'parley_signals_failing',
    help: '1 while the workflow engine takes no signals from this server',
    collect() {
      this.set(dispatcher.problem() === null ? 0 : 1)
    },
  })
}
