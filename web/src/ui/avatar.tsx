import { cx } from './class-names.ts'

const HUES = [
  'bg-[light-dark(#e5e4fb,#2e2d57)] text-[light-dark(#3a3ca3,#c3c2ff)]',
  'bg-[light-dark(#d8f1e4,#173d2b)] text-[light-dark(#0d5a38,#93e0b9)]',
  'bg-[light-dark(#fde6d3,#472a14)] text-[light-dark(#87400a,#f8c195)]',
  'bg-[light-dark(#dceefb,#143651)] text-[light-dark(#0b4f83,#99d0f8)]',
  'bg-[light-dark(#f9e0ee,#4a1d36)] text-[light-dark(#8c1f5e,#f4a9d1)]',
  'bg-[light-dark(#ece8d3,#3a3518)] text-[light-dark(#5d5110,#ded28d)]',
]

/** Initials in a colour of the person's own. Decoration: the name always stands beside it. */
export function Avatar({ name, id, small = false }: { name: string; id: string; small?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={cx(
        'inline-flex shrink-0 select-none items-center justify-center rounded-full font-semibold',
        small ? 'size-5 text-[0.5625rem]' : 'size-8 text-xs',
        HUES[hash(id) % HUES.length],
      )}
    >
      {initials(name)}
    </span>
  )
}

function initials(name: string): string {
  const words = name
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .trim()
    .split(/\s+/)
  const letters = words.slice(0, 2).map((word) => [...word][0] ?? '')
  return letters.join('').toUpperCase() || '#'
}

const hash = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
