const pad = (number: number): string => String(number).padStart(2, '0')

/** A moment as `<input type="datetime-local">` has it: in the reader's time zone, to the minute. */
export function toLocalTyped(iso: string): string {
  const at = new Date(iso)
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`
}

/** The moment that was entered, ISO 8601 in UTC; null: it is none. */
export function fromLocalTyped(typed: string): string | null {
  const at = new Date(typed)
  return typed === '' || Number.isNaN(at.getTime()) ? null : at.toISOString()
}

/** Late, and still to be done. */
export const isOverdue = (dueAt: string | null, active: boolean, now: Date): boolean =>
  dueAt !== null && active && Date.parse(dueAt) < now.getTime()

/** Times that are one click away: today at six, tomorrow at noon, in a week at noon. Those that are past are left out. */
export function dueSuggestions(now: Date): { name: 'today' | 'tomorrow' | 'nextWeek'; at: Date }[] {
  const at = (days: number, hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour)
  const all = [
    { name: 'today' as const, at: at(0, 18) },
    { name: 'tomorrow' as const, at: at(1, 12) },
    { name: 'nextWeek' as const, at: at(7, 12) },
  ]
  return all.filter(({ at: moment }) => moment > now)
}
