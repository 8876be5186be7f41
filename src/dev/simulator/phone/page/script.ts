import { BUBBLE_SCRIPT } from './bubble-script.ts'
import { WORDS } from './words.ts'

/**
 * The page's program, as plain browser JavaScript. Everything that comes from a message is set as text,
 * never as markup. Kept free of back-ticks, as it lives in a template string.
 */
export const SCRIPT = `
const WORDS = ${JSON.stringify(WORDS)}
const language = navigator.language.toLowerCase().startsWith('ru') ? 'ru' : 'en'
const words = WORDS[language]
const base = location.pathname.replace(/\\/$/, '')
const byId = (id) => document.getElementById(id)
const state = { chats: [], numbers: [], from: null, name: '', phoneNumberId: null, replyTo: null, messages: new Map() }

document.documentElement.lang = language
document.title = words.title
for (const node of document.querySelectorAll('[data-word]')) node.textContent = words[node.dataset.word]
for (const node of document.querySelectorAll('[data-label]')) {
  node.setAttribute('aria-label', words[node.dataset.label])
  node.title = words[node.dataset.label]
}
for (const node of document.querySelectorAll('[data-hint]')) {
  node.placeholder = words[node.dataset.hint]
  node.setAttribute('aria-label', words[node.dataset.hint])
}

function make(tag, className, text) {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text !== undefined && text !== null) node.textContent = text
  return node
}

const timeOf = (at) => new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })

async function ask(path, body) {
  const form = body instanceof FormData
  const answer = await fetch(base + path, body === undefined ? {} : {
    method: 'POST',
    headers: form ? {} : { 'content-type': 'application/json' },
    body: form ? body : JSON.stringify(body),
  })
  const value = await answer.json()
  if (!answer.ok) throw new Error(value.error ? value.error.message : String(answer.status))
  return value
}

function tell(error) {
  byId('trouble').hidden = !error
  byId('trouble').textContent = error ? words.failed + error.message : ''
}

/** What the client writes next belongs to this chat. */
const me = () => ({ from: '+' + state.from, name: state.name, ...(state.phoneNumberId ? { phoneNumberId: state.phoneNumberId } : {}) })

async function write(content) {
  try {
    await ask('/messages', { ...me(), ...content })
    tell(null)
    await refresh()
    return true
  } catch (error) {
    tell(error)
    return false
  }
}
${BUBBLE_SCRIPT}
function summary(last) {
  if (!last) return ''
  return last.text || words[last.kind] || ''
}

function drawChats() {
  const list = byId('chats')
  list.replaceChildren(...state.chats.map((chat) => {
    const item = make('li')
    const button = make('button')
    button.type = 'button'
    button.setAttribute('aria-current', String(chat.from === state.from && chat.phoneNumberId === state.phoneNumberId))
    button.append(
      make('span', 'name', chat.name || '+' + chat.from),
      make('span', 'time', chat.last ? timeOf(chat.last.at) : ''),
      make('span', 'last', summary(chat.last)),
    )
    if (chat.unread > 0) button.append(make('span', 'unread', String(chat.unread)))
    button.addEventListener('click', () => open(chat.from, chat.name, chat.phoneNumberId))
    item.append(button)
    return item
  }))
}

function drawHead() {
  const chat = state.chats.find((one) => one.from === state.from && one.phoneNumberId === state.phoneNumberId)
  byId('chat-title').textContent = state.from ? (state.name ? state.name + ' · ' : '') + '+' + state.from : ''
  byId('chat-note').textContent = chat && chat.blocked ? words.blocked : chat && chat.typing ? words.typing : ''
  byId('composer').hidden = state.from === null
  const picker = byId('business')
  const ids = state.numbers.map((number) => number.phoneNumberId)
  if (state.phoneNumberId && !ids.includes(state.phoneNumberId)) ids.push(state.phoneNumberId)
  picker.replaceChildren(...ids.map((id) => {
    const number = state.numbers.find((one) => one.phoneNumberId === id)
    const option = make('option', '', number ? number.name + ' · ' + number.displayPhone : id)
    option.value = id
    option.selected = id === state.phoneNumberId
    return option
  }))
  picker.hidden = ids.length < 2 || state.from === null
}

/** Only what changed is drawn anew, so that a playing voice message goes on. */
async function drawMessages() {
  if (!state.from) return
  const query = new URLSearchParams({ from: state.from })
  if (state.phoneNumberId) query.set('phoneNumberId', state.phoneNumberId)
  const from = state.from
  const { items } = await ask('/messages?' + query)
  if (from !== state.from) return
  const list = byId('messages')
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80
  const all = new Map(items.map((item) => [item.id, item]))
  const kept = new Map()
  for (const item of items) {
    const quoted = item.quoted ? all.get(item.quoted) : null
    const key = JSON.stringify([item, quoted && quoted.text])
    const former = state.messages.get(item.id)
    kept.set(item.id, former && former.key === key ? former : { key, node: bubble(item, quoted) })
  }
  const grew = items.filter((item) => !state.messages.has(item.id))
  const wrote = grew.some((item) => item.direction === 'from_client')
  for (const [id, former] of state.messages) if (kept.get(id) !== former) former.node.remove()
  let before = null
  for (const item of items) {
    const node = kept.get(item.id).node
    const wanted = before ? before.nextSibling : list.firstChild
    if (wanted !== node) list.insertBefore(node, wanted)
    before = node
  }
  state.messages = kept
  byId('empty').hidden = items.length > 0
  if (grew.length > 0 && (atEnd || wrote)) list.scrollTop = list.scrollHeight
  const unread = items.some((item) => item.direction === 'to_client' && (item.state === 'sent' || item.state === 'delivered'))
  if (unread && document.visibilityState === 'visible') {
    await ask('/read', { from: '+' + state.from, ...(state.phoneNumberId ? { phoneNumberId: state.phoneNumberId } : {}) })
  }
}

let refreshing = null
let again = false
function refresh() {
  if (refreshing) {
    again = true
    return refreshing
  }
  refreshing = (async () => {
    do {
      again = false
      state.chats = (await ask('/chats')).items
      state.numbers = (await ask('/numbers')).items
      if (!state.phoneNumberId && state.numbers[0]) state.phoneNumberId = state.numbers[0].phoneNumberId
      drawChats()
      drawHead()
      await drawMessages()
    } while (again)
  })().catch(tell).finally(() => { refreshing = null })
  return refreshing
}

function open(from, name, phoneNumberId) {
  state.from = from
  state.name = name
  state.phoneNumberId = phoneNumberId
  state.messages = new Map()
  byId('messages').replaceChildren()
  byId('app').classList.remove('list-open')
  quote(null)
  tell(null)
  refresh().then(() => {
    byId('messages').scrollTop = byId('messages').scrollHeight
    byId('text').focus()
  })
}

function quote(message) {
  state.replyTo = message ? message.id : null
  byId('quote').hidden = !message
  byId('quote-text').textContent = message ? message.text || words[message.kind] || '' : ''
  if (message) byId('text').focus()
}

function grow() {
  const text = byId('text')
  text.style.height = 'auto'
  text.style.height = Math.min(text.scrollHeight + 2, 140) + 'px'
}

byId('new-client').addEventListener('submit', (event) => {
  event.preventDefault()
  const digits = byId('client-number').value.replace(/[^0-9]/g, '')
  const known = state.chats.find((chat) => chat.from === digits)
  const first = state.numbers[0]
  open(digits, byId('client-name').value, known ? known.phoneNumberId : first ? first.phoneNumberId : null)
  event.target.reset()
})
byId('business').addEventListener('change', (event) => open(state.from, state.name, event.target.value))
byId('back').addEventListener('click', () => byId('app').classList.add('list-open'))
byId('quote-drop').addEventListener('click', () => quote(null))
byId('text').addEventListener('input', grow)
byId('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault()
    byId('composer').requestSubmit()
  }
})
byId('composer').addEventListener('submit', async (event) => {
  event.preventDefault()
  const text = byId('text').value
  if (!state.from || text.trim() === '') return
  const replyTo = state.replyTo
  byId('text').value = ''
  grow()
  quote(null)
  if (!(await write({ text, ...(replyTo ? { replyTo } : {}) }))) {
    byId('text').value = text
    grow()
  }
})
byId('attach').addEventListener('click', () => byId('file').click())
byId('file').addEventListener('change', async () => {
  const file = byId('file').files[0]
  if (!file || !state.from) return
  const caption = byId('text').value.trim()
  const form = new FormData()
  form.set('message', JSON.stringify({ ...me(), ...(caption ? { media: { caption } } : {}), ...(state.replyTo ? { replyTo: state.replyTo } : {}) }))
  form.set('file', file)
  byId('file').value = ''
  try {
    await ask('/messages', form)
    byId('text').value = ''
    quote(null)
    tell(null)
  } catch (error) {
    tell(error)
  }
  refresh()
})
document.addEventListener('visibilitychange', () => refresh())

const live = new EventSource(base + '/live')
live.addEventListener('changed', () => refresh())
live.addEventListener('open', () => { byId('live').textContent = '' })
live.addEventListener('error', () => { byId('live').textContent = words.offline })
byId('composer').hidden = true
refresh()
`
