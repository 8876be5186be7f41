import { Empty } from '../ui/notice.tsx'
import { useWords } from '../words/language.tsx'

export function NoTask() {
  const words = useWords()
  return <Empty title={words.inbox.choose} hint={words.inbox.chooseHint} />
}
