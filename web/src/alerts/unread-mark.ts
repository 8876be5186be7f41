import { useEffect } from 'react'
import { setTitleCount } from '../ui/page-title.ts'

const PLAIN = '/icon.svg'

/** The number of unread tasks in the tab's title and picture. */
export function useUnreadMark(count: number): void {
  useEffect(() => {
    setTitleCount(count)
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (link) link.href = count > 0 ? pictureWith(count) : PLAIN
  }, [count])
}

function pictureWith(count: number): string {
  const text = count > 99 ? '99' : String(count)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4f52c9"/><path d="M8 9h16v11H15l-4 4v-4H8z" fill="#fff"/><circle cx="22" cy="22" r="10" fill="#d92c3c"/><text x="22" y="26.5" font-family="sans-serif" font-weight="700" font-size="${text.length > 1 ? 12 : 14}" text-anchor="middle" fill="#fff">${text}</text></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
