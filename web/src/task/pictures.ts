import type { Attachment, Comment } from '../api/types.ts'
import { createStore } from '../ui/store.ts'

/** Id of the picture that is shown large. */
export const shownPicture = createStore<string | null>(null)

/** Only what a browser shows without running anything: an SVG is a document, and is saved like one. */
export const isPicture = ({ mime }: Pick<Attachment, 'mime'>): boolean =>
  /^image\/(jpeg|png|gif|webp|avif|bmp)$/.test(mime)

/** The pictures of a feed, in its order; stickers are none. */
export const picturesOf = (comments: readonly Comment[]): Attachment[] =>
  comments.flatMap(({ kind, deletedAt, attachments }) =>
    kind === 'sticker' || deletedAt !== null
      ? []
      : attachments.filter((file) => file.state === 'stored' && isPicture(file)),
  )
