/** What the worker's bundle contains. Workflow types are known by these names. */
export { conversation } from './conversation.ts'
