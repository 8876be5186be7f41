import { useEffect } from 'react'

let title = ''
let count = 0

function show() {
  const name = title === '' ? 'Parley' : `${title} · Parley`
  document.title = count > 0 ? `(${count}) ${name}` : name
}

/** What the tab is called while the component is there; null: as the app. */
export function usePageTitle(name: string | null): void {
  useEffect(() => {
    title = name ?? ''
    show()
    return () => {
      title = ''
      show()
    }
  }, [name])
}

/** A number before the title, such as of what is unread; 0: none. */
export function setTitleCount(next: number): void {
  count = next
  show()
}
