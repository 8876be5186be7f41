/** What the worker's bundle contains. Workflow types are known by these names. */
export { campaign } from './campaign.ts'
export { conversation } from './conversation.ts'
export { house } from './house.ts'
export { importedFile } from './imported-file.ts'
export { webhook } from './webhook.ts'
