import { FEED_PARTS, type FeedPart } from '../api/comments.ts'
import { readSetting, writeSetting } from '../ui/settings.ts'
import { createStore } from '../ui/store.ts'

/** What of feeds somebody wants to see, in this browser. */
export const feedShown = createStore<FeedPart>(FEED_PARTS.find((part) => part === readSetting('feed-shows')) ?? 'all')

export function setFeedShown(part: FeedPart): void {
  writeSetting('feed-shows', part === 'all' ? null : part)
  feedShown.set(part)
}
