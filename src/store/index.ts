export { type Database, type Db, inTransaction, isOutage, openDatabase, type Tx } from './database.ts'
export type { AccountFacts, AuthorKind, ChannelState, LiveEventName, Role, Schema } from './schema.ts'
