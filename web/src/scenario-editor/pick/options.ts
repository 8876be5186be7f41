import type { ReactNode } from 'react'

export interface Option {
  value: string
  label: string
  /** What it means, or where it comes from. */
  hint?: string
  icon?: ReactNode
}

export interface OptionGroup {
  label: string
  options: readonly Option[]
}

const plain = (text: string): string => text.toLowerCase().normalize('NFC')

/** The options in which every word that was typed occurs, those that begin with it first. */
export function filtered(groups: readonly OptionGroup[], typed: string): OptionGroup[] {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  if (words.length === 0) return groups.filter(({ options }) => options.length > 0)
  const fits = ({ value, label, hint = '' }: Option, group: string) => {
    const all = plain(`${label} ${value} ${hint} ${group}`)
    return words.every((word) => all.includes(word))
  }
  const rank = ({ label, value }: Option) =>
    plain(label).startsWith(words[0] ?? '') || plain(value).startsWith(words[0] ?? '') ? 0 : 1
  return groups.flatMap(({ label, options }) => {
    const found = options.filter((option) => fits(option, label)).toSorted((a, b) => rank(a) - rank(b))
    return found.length > 0 ? [{ label, options: found }] : []
  })
}
