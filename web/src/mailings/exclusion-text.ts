import type { Exclusion } from './api.ts'

/** Does the API's message say more than the reason's name does? It comes in the reader's language. */
export const saysMore = (code: Exclusion): boolean => code !== 'opted_out' && code !== 'no_consent'
