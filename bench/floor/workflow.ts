import { condition, defineSignal, proxyLocalActivities, setHandler } from '@temporalio/workflow'

const { nothing } = proxyLocalActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '10s' })

/** The least that a durable conversation can do: a signal, and one local activity that does nothing. */
export async function bare(): Promise<void> {
  let heard = 0
  let worked = 0
  setHandler(defineSignal('arrived'), () => {
    heard++
  })
  while (true) {
    await condition(() => heard > worked)
    await nothing()
    worked++
  }
}
