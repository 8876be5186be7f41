import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useWords } from '../words/language.tsx'
import { useErrorText } from '../words/use-error-text.ts'
import { Button } from './button.tsx'
import { Empty } from './notice.tsx'

interface LoadedProps<Data> {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>
  children: (data: Data) => ReactNode
}

/** What a query brought; while it is away a quiet page, and a way to ask again where it failed. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const words = useWords()
  const errorText = useErrorText()
  if (query.data !== undefined) return children(query.data)
  if (!query.error) return <p className="sr-only">{words.app.loading}</p>
  return (
    <Empty title={errorText(query.error)}>
      <Button onClick={() => void query.refetch()}>{words.app.tryAgain}</Button>
    </Empty>
  )
}
