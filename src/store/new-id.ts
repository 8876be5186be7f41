import { v7 } from 'uuid'

/** A fresh id. Version 7: ids grow with time, so that new rows stand together in an index. */
export const newId = <Id extends string>(): Id => v7() as Id

/** No id that was made at this moment or later comes before it. */
export const firstIdAt = <Id extends string>(at: Date): Id => {
  const time = at.getTime().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000` as Id
}
