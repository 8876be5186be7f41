/**
 * The conversation and what stands beside it. The list opens without it; it is fetched once the list is there, at the
 * latest with what somebody points at, so that opening a task does not wait for it.
 */
export const loadTaskPage = () => import('./task-page.tsx')

/** Has it at hand. What cannot be fetched now is tried again when a task is opened. */
export const prepareTaskPage = (): void => void loadTaskPage().catch(() => undefined)
