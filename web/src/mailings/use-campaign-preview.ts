import { useQuery } from '@tanstack/react-query'
import { useSettled } from '../new-conversation/use-settled.ts'
import { type CampaignOrder, type CampaignPreview, previewCampaign } from './api.ts'

const PAUSE_MS = 500
/** A longer list is checked when somebody asks for it, not with every change. */
const LIGHT = 300_000

export interface PreviewState {
  data: CampaignPreview | null
  error: unknown
  checking: boolean
  /** it is checked when somebody asks */
  onRequest: boolean
  check: () => void
}

/** Who would get what, by the server, while the form is filled. */
export function useCampaignPreview(order: CampaignOrder | null): PreviewState {
  const text = order === null ? '' : JSON.stringify({ ...order, draft: true })
  const settled = useSettled(text, PAUSE_MS)
  const light = settled.length < LIGHT
  const query = useQuery({
    queryKey: ['campaign-preview', settled] as const,
    queryFn: ({ signal }) => previewCampaign(JSON.parse(settled) as CampaignOrder, signal),
    enabled: settled !== '' && light,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  })
  const current = text !== '' && settled === text
  return {
    data: current ? (query.data ?? null) : null,
    error: current ? query.error : null,
    checking: text !== '' && (query.isFetching || (!current && light)),
    onRequest: current && !light && query.data === undefined,
    check: () => void query.refetch(),
  }
}
