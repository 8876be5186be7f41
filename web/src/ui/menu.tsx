import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

interface MenuProps {
  /** Accessible name of the button that opens it. */
  label: string
  button: ReactNode
  buttonClass?: string
  align?: 'start' | 'end'
  /** `<MenuItem>` and `<MenuLine>` elements */
  children: ReactNode
}

/** A button with a list of things to do. Not modal: a modal one would put styles into the page, which its policy forbids. */
export const Menu = ({ label, button, buttonClass, align = 'end', children }: MenuProps) => (
  <DropdownMenu.Root modal={false}>
    <DropdownMenu.Trigger aria-label={label} title={label} className={buttonClass}>
      {button}
    </DropdownMenu.Trigger>
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className="z-40 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg border border-line bg-raised p-1 text-[0.8125rem] text-ink shadow-xl shadow-black/15"
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  </DropdownMenu.Root>
)

interface MenuItemProps {
  onSelect: () => void
  disabled?: boolean
  /** Why it is disabled, or what it does. */
  hint?: string
  danger?: boolean
  children: ReactNode
}

export const MenuItem = ({ onSelect, disabled = false, hint, danger = false, children }: MenuItemProps) => (
  <DropdownMenu.Item
    disabled={disabled}
    title={hint}
    onSelect={onSelect}
    className={cx(
      'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2.5 outline-none select-none data-disabled:cursor-not-allowed data-disabled:opacity-50 data-highlighted:bg-hover pointer-coarse:min-h-11',
      danger && 'text-danger',
    )}
  >
    {children}
  </DropdownMenu.Item>
)

export const MenuLine = () => <DropdownMenu.Separator className="my-1 h-px bg-line" />
