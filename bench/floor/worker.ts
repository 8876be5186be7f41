import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'

/** The floor's worker, in a process of its own as Parley's is. Tells its parent how many activities ran. */
const { TEMPORAL_ADDRESS = '', FLOOR_QUEUE = '', FLOOR_WORKFLOWS = '' } = process.env
Runtime.install({ logger: new DefaultLogger('ERROR') })
const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS })
let count = 0
const worker = await Worker.create({
  connection,
  taskQueue: FLOOR_QUEUE,
  workflowBundle: { codePath: FLOOR_WORKFLOWS },
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentLocalActivityExecutions: 40,
  activities: {
    async nothing() {
      count++
      process.send?.({ count })
    },
  },
})
process.send?.({ ready: true })
await worker.run()
await connection.close()
