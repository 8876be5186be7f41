import type { Comment } from '../api/types.ts'
import { breakable } from '../ui/breakable.tsx'
import { useLanguage } from '../words/language.tsx'
import { useRoomWords } from '../words/room-words.ts'
import { LinkedText } from './linked-text.tsx'
import { rareWords } from './rare-words.ts'
import { readOrder } from './shared-data.ts'

/** What a client ordered, item by item. */
export function OrderItems({ comment }: { comment: Comment }) {
  const { locale } = useLanguage()
  const { order: words } = useRoomWords(rareWords)
  const { items, note, totals } = readOrder(comment.data)
  if (items.length === 0) return comment.text ? <LinkedText text={comment.text} /> : null
  return (
    <div>
      <table className="w-full text-[0.8125rem]">
        <thead className="text-left text-xs text-soft">
          <tr>
            <th className="pr-3 font-normal">{words.item}</th>
            <th className="pr-3 text-right font-normal">{words.quantity}</th>
            <th className="text-right font-normal">{words.price}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ product, quantity, price, currency }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: items of one order never move
            <tr key={index}>
              <td className="pr-3 wrap-anywhere">
                <bdi>{breakable(product ?? words.product)}</bdi>
              </td>
              <td className="pr-3 text-right tabular-nums">{quantity}</td>
              <td className="text-right tabular-nums">{price === null ? '' : money(price, currency, locale)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {totals.map(({ currency, sum }) => (
            <tr key={currency} className="border-t border-ink/10 font-medium">
              <td colSpan={2}>{words.total}</td>
              <td className="text-right tabular-nums">{money(sum, currency, locale)}</td>
            </tr>
          ))}
        </tfoot>
      </table>
      {note && <LinkedText text={note} />}
    </div>
  )
}

/** A currency comes from the client's side: what is none is shown as it is. */
function money(amount: number, currency: string, locale: string): string {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount)
  } catch {
    return `${new Intl.NumberFormat(locale).format(amount)} ${currency}`.trim()
  }
}
