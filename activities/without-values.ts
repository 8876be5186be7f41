import { withoutValues } from '../src/store/describe-error.ts'

/**
 * Temporal keeps the message of every failure where whoever opens its pages can read it, and the SDK logs it: errors that
 * quote what a client wrote lose their words before they get there (P8).
 */
export function failingWithoutValues<Activities extends object>(activities: Activities): Activities {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await activity(...args)
      } catch (error) {
        throw withoutValues(error)
      }
    },
  ])
  return Object.fromEntries(wrapped)
}
