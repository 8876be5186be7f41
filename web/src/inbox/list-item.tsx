import type { CustomItemComponentProps } from 'virtua'

/** An item of a virtual list, with the role that a list's item has. */
export function ListItem({ ref, style, children }: CustomItemComponentProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: an li may not stand in the div that the list is made of
    <div ref={ref} style={style} role="listitem">
      {children}
    </div>
  )
}
