// workflows/campaign.ts
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  setHandler,
  workflowInfo as workflowInfo2,
} from '@temporalio/workflow'

// src/domain/campaign-workflow.ts
var CHANGED = 'changed'

// workflows/campaign-activities.ts
import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow'

var steps = proxyLocalActivities({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' },
})
var sends = {
  sendSlice: (campaign2) =>
    proxyActivities({
      taskQueue: workflowInfo().taskQueue.replace(/-conversations$/, '-campaigns'),
      startToCloseTimeout: '5m',
      heartbeatTimeout: '10s',
      retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
    }).sendSlice(campaign2),
}

// workflows/campaign.ts
var changed = defineSignal(CHANGED)
var EVENTS_PER_RUN = 800
var campaign = (carry) =>
  // Nobody cancels a campaign half-way: people stop it.
  CancellationScope.nonCancellable(() => runCampaign(carry))
async function runCampaign(carry) {
  const { campaignId } = carry
  let news2 = false
  setHandler(changed, () => {
    news2 = true
  })
  const isLong = () => workflowInfo2().historyLength >= EVENTS_PER_RUN || workflowInfo2().continueAsNewSuggested
  while (true) {
    news2 = false
    const next = await steps.campaignStep({ campaignId, now: Date.now() })
    if (isLong()) await continueAsNew(carry)
    switch (next.do) {
      case 'send': {
        const { nextInMs } = await sends.sendSlice(campaignId)
        if (nextInMs !== null && nextInMs > 0) await condition(() => news2, nextInMs)
        break
      }
      case 'wait':
        if (next.untilMs === null) await condition(() => news2 || isLong())
        else await condition(() => news2, Math.max(1, next.untilMs - Date.now()))
        break
      case 'end':
        if (!news2) return
    }
  }
}

// workflows/conversation.ts
import {
  CancellationScope as CancellationScope2,
  condition as condition2,
  continueAsNew as continueAsNew2,
  defineSignal as defineSignal2,
  setHandler as setHandler2,
  sleep,
  workflowInfo as workflowInfo4,
} from '@temporalio/workflow'

// src/domain/conversation-workflow.ts
var ARRIVED = 'arrived'

// workflows/conversation-activities.ts
import {
  proxyActivities as proxyActivities2,
  proxyLocalActivities as proxyLocalActivities2,
  workflowInfo as workflowInfo3,
} from '@temporalio/workflow'

var steps2 = proxyLocalActivities2({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' },
})
var sibling = (name) => workflowInfo3().taskQueue.replace(/-conversations$/, `-${name}`)
var sends2 = {
  sendDelivery: (delivery) =>
    proxyActivities2({
      taskQueue: sibling('sends'),
      startToCloseTimeout: '5m',
      heartbeatTimeout: '10s',
      retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
    }).sendDelivery(delivery),
}
var files = {
  fetchFile: (attachment) =>
    proxyActivities2({
      taskQueue: sibling('files'),
      startToCloseTimeout: '15m',
      heartbeatTimeout: '20s',
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30m' },
    }).fetchFile(attachment),
}
var outside = {
  callOutside: (call) =>
    proxyActivities2({
      taskQueue: sibling('outside'),
      startToCloseTimeout: '3m',
      heartbeatTimeout: '10s',
      retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
    }).callOutside(call),
}

// workflows/conversation.ts
var arrived = defineSignal2(ARRIVED)
var EVENTS_PER_RUN2 = 800
var conversation = (carry) =>
  // Nobody cancels a conversation half-way, with calls under way: who must end one terminates it.
  CancellationScope2.nonCancellable(() => converse(carry))
async function converse(carry) {
  const { conversationId } = carry
  const toSend = [...carry.sends]
  const toFetch = new Set(carry.fetches)
  const toCall = new Set(carry.calls ?? [])
  let { worked, heard } = carry
  let sendAt = carry.sendAt ?? 0
  let calling = false
  let wakeAt = carry.wakeAt ?? null
  let isDue = false
  setHandler2(arrived, ({ upTo }) => {
    heard = Math.max(heard, upTo)
  })
  const hasNews = () => worked === null || heard > worked
  const isLong = () => workflowInfo4().historyLength >= EVENTS_PER_RUN2 || workflowInfo4().continueAsNewSuggested
  const sendInOrder = async () => {
    while (true) {
      await condition2(() => toSend.length > 0 && !isLong())
      if (sendAt > Date.now()) await sleep(sendAt - Date.now())
      const [next] = toSend
      if (next === void 0 || isLong()) continue
      calling = true
      const result = await sends2.sendDelivery(next)
      calling = false
      if (result.now === 'settled') {
        toSend.shift()
        heard = Math.max(heard, result.stored ?? 0)
      } else sendAt = Date.now() + result.afterMs
    }
  }
  const fetchSoon = async (attachment) => {
    await files.fetchFile(attachment)
    toFetch.delete(attachment)
  }
  const callSoon = async (call) => {
    let result = await outside.callOutside(call)
    while (result.now === 'again') {
      await sleep(result.afterMs)
      result = await outside.callOutside(call)
    }
    toCall.delete(call)
    heard = Math.max(heard, result.stored ?? 0)
  }
  const keepTime = async () => {
    while (true) {
      await condition2(() => wakeAt !== null && !isDue)
      const until = wakeAt ?? 0
      if (until > Date.now()) await condition2(() => wakeAt !== null && wakeAt < until, until - Date.now())
      isDue = wakeAt !== null && wakeAt <= Date.now()
    }
  }
  void sendInOrder()
  void keepTime()
  for (const attachment of toFetch) void fetchSoon(attachment)
  for (const call of toCall) void callSoon(call)
  while (true) {
    await condition2(() => hasNews() || isDue || (isLong() && !calling))
    while (hasNews() || isDue) {
      const told = heard
      const due = isDue ? { dueBy: Date.now() } : {}
      const step = await steps2.workEvents({ conversationId, after: worked, upTo: told, ...due })
      worked = step.worked
      if (step.wakeAt !== void 0) wakeAt = step.wakeAt
      isDue = wakeAt !== null && wakeAt <= Date.now()
      if (heard === told) heard = Math.min(told, step.stored)
      heard = Math.max(heard, step.appended ?? 0)
      const waiting = calling ? toSend.slice(1) : toSend
      toSend.push(...step.sends.filter((delivery) => !waiting.includes(delivery)))
      for (const attachment of step.fetches) {
        if (toFetch.has(attachment)) continue
        toFetch.add(attachment)
        void fetchSoon(attachment)
      }
      for (const call of step.calls ?? []) {
        if (toCall.has(call)) continue
        toCall.add(call)
        void callSoon(call)
      }
    }
    if (isLong() && !calling) {
      await continueAsNew2({
        v: 1,
        conversationId,
        worked,
        heard,
        sends: toSend,
        sendAt,
        fetches: [...toFetch],
        ...(toCall.size > 0 && { calls: [...toCall] }),
        wakeAt,
      })
    }
  }
}

// workflows/house.ts
import {
  CancellationScope as CancellationScope3,
  condition as condition3,
  continueAsNew as continueAsNew3,
  defineSignal as defineSignal3,
  setHandler as setHandler3,
  sleep as sleep2,
  workflowInfo as workflowInfo5,
} from '@temporalio/workflow'

// src/domain/house-workflow.ts
var HOUSE_NEWS = 'news'

// workflows/house-activities.ts
import { proxyLocalActivities as proxyLocalActivities3 } from '@temporalio/workflow'

var steps3 = proxyLocalActivities3({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '15s' },
})

// workflows/house.ts
var news = defineSignal3(HOUSE_NEWS)
var EVENTS_PER_RUN3 = 800
var house = (carry) =>
  // Nobody cancels it half-way, with calls under way: people stop its runs.
  CancellationScope3.nonCancellable(() => runHouse(carry))
async function runHouse(carry) {
  const { event } = carry
  const calling = /* @__PURE__ */ new Set()
  let hasNews = true
  let wakeAt = null
  setHandler3(news, () => {
    hasNews = true
  })
  const isLong = () => workflowInfo5().historyLength >= EVENTS_PER_RUN3 || workflowInfo5().continueAsNewSuggested
  const isDue = () => wakeAt !== null && wakeAt <= Date.now()
  const callSoon = async (call) => {
    let result = await outside.callOutside(call)
    while (result.now === 'again') {
      await sleep2(result.afterMs)
      result = await outside.callOutside(call)
    }
    calling.delete(call)
    hasNews = true
  }
  while (true) {
    hasNews = false
    const step = await steps3.workHouse({ event, ...(isDue() && { dueBy: Date.now() }) })
    wakeAt = step.wakeAt
    if (step.more) hasNews = true
    for (const call of step.calls) {
      if (calling.has(call)) continue
      calling.add(call)
      void callSoon(call)
    }
    if (isLong()) await continueAsNew3(carry)
    if (step.done && !hasNews && calling.size === 0) return
    if (hasNews || isDue()) continue
    if (wakeAt === null) await condition3(() => hasNews)
    else await condition3(() => hasNews, wakeAt - Date.now())
  }
}

// workflows/webhook.ts
import {
  CancellationScope as CancellationScope4,
  condition as condition4,
  continueAsNew as continueAsNew4,
  defineSignal as defineSignal4,
  setHandler as setHandler4,
  workflowInfo as workflowInfo7,
} from '@temporalio/workflow'

// src/domain/webhook-workflow.ts
var QUEUED = 'queued'

// workflows/webhook-activities.ts
import { proxyActivities as proxyActivities3, workflowInfo as workflowInfo6 } from '@temporalio/workflow'

var calls = {
  deliverWebhooks: (webhook2) =>
    proxyActivities3({
      taskQueue: workflowInfo6().taskQueue.replace(/-conversations$/, '-outside'),
      startToCloseTimeout: '3m',
      heartbeatTimeout: '10s',
      retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
    }).deliverWebhooks(webhook2),
}

// workflows/webhook.ts
var queued = defineSignal4(QUEUED)
var EVENTS_PER_RUN4 = 800
var webhook = (carry) =>
  // Nobody cancels it half-way: people disable the subscription.
  CancellationScope4.nonCancellable(() => deliver(carry))
async function deliver(carry) {
  let news2 = false
  setHandler4(queued, () => {
    news2 = true
  })
  while (true) {
    news2 = false
    const { nextInMs } = await calls.deliverWebhooks(carry.webhookId)
    if (nextInMs === null && !news2) return
    const { historyLength, continueAsNewSuggested } = workflowInfo7()
    if (historyLength >= EVENTS_PER_RUN4 || continueAsNewSuggested) await continueAsNew4(carry)
    if (nextInMs !== null && nextInMs > 0) await condition4(() => news2, nextInMs)
  }
}

export { campaign, conversation, house, webhook }
