/** What the address of a task says beside the list it stands in. */
export interface TaskSearch {
  /** An entry of its feed, to be shown. */
  comment?: string
}

export const readTaskSearch = (search: Record<string, unknown>): TaskSearch =>
  typeof search.comment === 'string' && search.comment !== '' ? { comment: search.comment } : {}
