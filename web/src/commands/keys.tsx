import { cx } from '../ui/class-names.ts'
import { keyNames, type Shortcut } from './shortcut.ts'

/** The keys of a shortcut, as they are printed on them. @param then the word between two that follow each other */
export function Keys({ shortcut, then, className }: { shortcut: Shortcut; then: string; className?: string }) {
  return (
    <span className={cx('inline-flex shrink-0 items-center gap-1 text-xs text-soft', className)}>
      {keyNames(shortcut).map((name, index) => (
        <span key={name} className="contents">
          {index === 1 && shortcut.after !== undefined && <span className="text-[0.6875rem]">{then}</span>}
          <kbd className="inline-flex min-w-5 justify-center rounded border border-line-strong bg-panel px-1 font-sans leading-4.5">
            {name}
          </kbd>
        </span>
      ))}
    </span>
  )
}
