/** A link that looks like the main button of a page. */
export const LINK_BUTTON =
  'inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md bg-accent-fill px-3 text-[0.8125rem] font-medium text-white hover:brightness-110 pointer-coarse:h-11'
/** A link that looks like an ordinary button. */
export const LINK_BUTTON_PLAIN =
  'inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md border border-line bg-raised px-3 text-[0.8125rem] font-medium hover:bg-hover pointer-coarse:h-11'
