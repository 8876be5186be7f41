import { useRef } from 'react'
import { newKey } from '../api/request.ts'

/**
 * Keys for what a person orders: the same order tried again, after an answer that never came, has the same key and
 * happens once; a changed one is another order.
 */
export function useAttemptKey(): (order: unknown) => string {
  const last = useRef<{ order: string; key: string } | null>(null)
  return (order) => {
    const text = JSON.stringify(order)
    if (last.current?.order !== text) last.current = { order: text, key: newKey() }
    return last.current.key
  }
}
