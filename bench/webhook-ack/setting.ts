/** Shared by the processes of this benchmark. */
export const APP_SECRET = 'app-secret-of-the-benchmark'
export const SECRET_KEY = 'b'.repeat(64)
export const NUMBER = '106540352242922'
export const BUSINESS = '102290129340398'

/** What the load process is asked to do, and what it answers. */
export interface LoadOrder {
  port: number
  path: string
  connections: number
  requests: number
  /** Distinguishes the message ids of one round from those of another. */
  round: string
  clients: number
}
export interface LoadResult {
  seconds: number
  failed: number
  p50: number
  p99: number
  max: number
}
