import { defineConfig } from 'vitest/config'

const common = {
  maxWorkers: 2,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  teardownTimeout: 20_000,
} as const

/** Rooms whose tests start no Temporal worker and change nothing of their process: loading it once serves them all. */
const TOGETHER = ['channels', 'docs', 'domain', 'http', 'intake', 'store', 'web'].map(
  (room) => `test/${room}/**/*.test.ts`,
)

export default defineConfig({
  test: {
    globalSetup: ['test/services/global-setup.ts'],
    reporters: ['default'],
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'together', include: TOGETHER, pool: 'forks', isolate: false } },
      {
        test: {
          ...common,
          name: 'apart',
          include: ['test/**/*.test.ts'],
          exclude: TOGETHER,
          // The Temporal SDK is a native addon with one runtime per process, so each file gets a process.
          pool: 'forks',
        },
      },
    ],
  },
})
