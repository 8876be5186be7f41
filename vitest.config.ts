import { defineConfig } from 'vitest/config'

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

export default defineConfig({
  test: {
    globalSetup: ['test/services/global-setup.ts'],
    reporters: ['default'],
    maxWorkers: 3,
    projects: [
      // Most of these wait now and then, for processes and timers: three fill two cores. What is quick fills the end.
      {
        test: {
          ...common,
          name: 'apart',
          maxWorkers: 3,
          include: ['test/**/*.test.ts'],
          exclude: [...BROWSER, ...TOGETHER],
        },
      },
      { test: { ...common, name: 'together', maxWorkers: 3, include: TOGETHER, isolate: false } },
      // Afterwards: a browser beside its Parley needs a core, and a process of ours has one browser for its files.
      {
        test: {
          ...common,
          name: 'browser',
          maxWorkers: 2,
          include: BROWSER,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
