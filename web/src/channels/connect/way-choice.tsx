import { Link } from '@tanstack/react-router'
import { Camera, type LucideIcon, Phone, Plug, Smartphone } from 'lucide-react'
import { Badge } from '../../ui/badge.tsx'
import { useRoomWords } from '../../words/room-words.ts'
import type { ConnectionWay, Provider } from '../api.ts'
import { connectWords } from './words.ts'

const ICONS: Record<ConnectionWay, LucideIcon> = {
  new_number: Phone,
  coexistence: Smartphone,
  instagram: Camera,
  third_party: Plug,
}
const WAYS = Object.keys(ICONS) as ConnectionWay[]

/** The ways to connect an account, and which of them this installation has an adapter for. */
export function WayChoice({ providers }: { providers: Provider[] }) {
  const words = useRoomWords(connectWords)
  return (
    <>
      <h2 className="mb-3 font-medium">{words.choose}</h2>
      <ul className="grid gap-3 sm:grid-cols-2">
        {WAYS.map((way) => {
          const Icon = ICONS[way]
          const served = providers.some(({ ways }) => ways.includes(way))
          return (
            <li key={way}>
              <Link
                to="/channels/new"
                search={{ way }}
                className="flex h-full flex-col gap-2 rounded-xl border border-line bg-panel p-4 hover:bg-hover"
              >
                <span className="flex items-center gap-2.5">
                  <Icon size={20} aria-hidden="true" className="shrink-0 text-accent" />
                  <span className="font-medium">{words.ways[way].title}</span>
                </span>
                <span className="flex-1 text-[0.8125rem] text-soft">{words.ways[way].short}</span>
                <span>
                  <Badge look={served ? 'success' : 'plain'}>{served ? words.possible : words.notHere}</Badge>
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
    </>
  )
}
