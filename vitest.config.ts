import { defineConfig } from 'vitest/config'
import { SlowFirst } from './test/services/slow-first.ts'

const common = {
  pool: 'forks',
  testTimeout: 30_000,
  hookTimeout: 60_000,
  teardownTimeout: 20_000,
} as const

const rooms = (...names: string[]) => names.map((room) => `test/${room}/**/*.test.ts`)

/** Rooms that change nothing of their process: what they load, Temporal's native side too, is loaded once for all of them. */
const TOGETHER = [
  ...rooms('activities', 'architecture', 'attacks', 'bulk', 'campaigns', 'channels', 'cli', 'dev/simulator', 'docs'),
  ...rooms('domain', 'gallery', 'http', 'intake', 'outside', 'replay', 'review', 'scenarios', 'store', 'story'),
  ...rooms('web', 'workflows'),
]
const BROWSER = rooms('browser')

/** They wait more than they work, for processes, timers and services: a file takes half a core, and four fill two cores. */
const BESIDE_EACH_OTHER = 4

export default defineConfig({
  test: {
    globalSetup: ['test/services/global-setup.ts'],
    reporters: ['default'],
    maxWorkers: BESIDE_EACH_OTHER,
    sequence: { sequencer: SlowFirst },
    projects: [
      // What is quick fills the end (SlowFirst).
      {
        test: {
          ...common,
          name: 'apart',
          maxWorkers: BESIDE_EACH_OTHER,
          include: ['test/**/*.test.ts'],
          exclude: [...BROWSER, ...TOGETHER],
        },
      },
      { test: { ...common, name: 'together', maxWorkers: BESIDE_EACH_OTHER, include: TOGETHER, isolate: false } },
      // Afterwards: a browser and its Parley take three quarters of a core. A process of ours has one for all its files.
      {
        test: {
          ...common,
          name: 'browser',
          maxWorkers: 3,
          include: BROWSER,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
