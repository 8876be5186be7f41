import { Link } from '@tanstack/react-router'
import { Button } from './ui/button.tsx'
import { Empty } from './ui/notice.tsx'
import { useWords } from './words/language.tsx'

export function MissingPage() {
  const words = useWords()
  return (
    <Empty title={words.app.notFound}>
      <Link to="/inbox" className="text-accent underline">
        {words.app.toInbox}
      </Link>
    </Empty>
  )
}

export function BrokenPage({ reset }: { reset: () => void }) {
  const words = useWords()
  return (
    <Empty title={words.app.broken}>
      <Button onClick={reset}>{words.app.tryAgain}</Button>
    </Empty>
  )
}
