import { createStore } from '../ui/store.ts'
import type { CampaignForm } from './campaign-form.ts'

/** What was entered and is not on the server yet: a look at another page does not lose it. */
export const unfinishedForm = createStore<CampaignForm | null>(null)
