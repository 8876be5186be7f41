import { Fragment, type ReactNode } from 'react'

/** Letters, digits and marks: what a font fits to its neighbours. Emoji are left whole, and so are joined signs. */
const ENDLESS = /([\p{L}\p{N}\p{P}\p{Sm}\p{Sc}]{100})(?=[\p{L}\p{N}\p{P}\p{Sm}\p{Sc}])/u

/**
 * A text from outside, with places to break where a word has no end. Without them a browser fits all that is left of
 * the word again for every line of it, and a single message of 60,000 letters stops the page for half a minute.
 */
export function breakable(text: string): ReactNode {
  const pieces = splitEndless(text)
  if (pieces.length === 1) return text
  return pieces.map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {piece}
    </Fragment>
  ))
}

/** The text in pieces; one, unless a word of it goes on and on. */
export const splitEndless = (text: string): string[] =>
  text.length > 100 ? text.split(ENDLESS).filter((piece) => piece !== '') : [text]
