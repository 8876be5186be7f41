/** A link that looks like the main button of a page. */
export const LINK_BUTTON =
  'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md bg-accent-fill px-3 text-[0.8125rem] font-medium text-white hover:brightness-110 pointer-coarse:h-11'

/** The same for what is beside it. */
export const PLAIN_LINK_BUTTON =
  'inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-md border border-line bg-raised px-3 text-[0.8125rem] font-medium text-ink hover:bg-hover pointer-coarse:h-11'

export const BACK_LINK =
  '-ml-1 mb-2 inline-flex h-8 items-center gap-1 rounded-md pr-2 text-[0.8125rem] text-soft hover:text-ink pointer-coarse:h-11'
