import { v7 } from 'uuid'

/** A fresh id. Version 7: ids grow with time, so that new rows stand together in an index. */
export const newId = <Id extends string>(): Id => v7() as Id
