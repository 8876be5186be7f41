import type { Hono } from 'hono'
import { plainPageRoutes } from './plain-page.ts'

const bodyOf = (longestText: number, hasPhoneApp: boolean) => `<h1 data-word="title"></h1>
<p><a href="phone" data-word="whatsapp"></a></p>
<form id="write" autocomplete="off">
  <label><span data-word="sender"></span><select id="sender"></select></label>
  <label><span data-word="from"></span><input id="from" type="tel" required maxlength="30" value="+15551250001"></label>
  <label><span data-word="name"></span><input id="name" maxlength="200" value="Tara Twill"></label>
  <label><span data-word="text"></span><textarea id="text" maxlength="${longestText}" rows="3"></textarea></label>
  <label><span data-word="attach"></span><input id="file" type="file"></label>
  <button name="what" value="messages" data-word="send"></button>
  <button name="what" value="read" data-word="read"></button>
  ${hasPhoneApp ? '<button name="what" value="echo" data-word="echo"></button>' : ''}
</form>
<p id="trouble" role="alert"></p>
<ol id="messages" aria-live="polite"></ol>`

const wordsOf = (title: string) => `{
  en: { title: '${title} simulator', whatsapp: 'To the WhatsApp phone', sender: 'Number of the business', from: 'Your number',
    name: 'Your name', text: 'Text', attach: 'File', send: 'Send a message', read: 'Open the chat (read)', file: 'file',
    echo: 'Write as the business, in its phone',
    none: 'No channel of ${title} points here yet (docs/channels/third-party.md).', failed: 'The simulator does not answer.',
    queued: 'on its way', sent: 'sent', delivered: 'delivered', read_: 'read', undelivered: 'did not arrive' },
  ru: { title: 'Симулятор ${title}', whatsapp: 'К телефону WhatsApp', sender: 'Номер компании', from: 'Ваш номер',
    name: 'Ваше имя', text: 'Текст', attach: 'Файл', send: 'Отправить сообщение', read: 'Открыть чат (прочитано)', file: 'файл',
    echo: 'Написать от компании, с её телефона',
    none: 'На симулятор ещё не указывает ни один канал ${title} (docs/channels/third-party.md).', failed: 'Симулятор не отвечает.',
    queued: 'в пути', sent: 'отправлено', delivered: 'доставлено', read_: 'прочитано', undelivered: 'не дошло' },
}`

const SCRIPT = `const who = () => ({ to: byId('sender').value, from: byId('from').value, name: byId('name').value || undefined })
let shown = ''

async function showSenders() {
  const { items } = await ask('senders')
  const chosen = byId('sender').value
  byId('sender').replaceChildren(...items.map(({ sender, phone }) => new Option(sender ?? phone)))
  if (items.some(({ sender, phone }) => (sender ?? phone) === chosen)) byId('sender').value = chosen
  if (items.length === 0) throw new Error(say.none)
}

function lineOf(message) {
  const line = document.createElement('li')
  line.className = message.direction
  line.textContent = [message.text, ...message.media.map(() => '[' + say.file + ']')].filter(Boolean).join(' ')
  for (const { kind, id, title } of message.choices) {
    const tappable = kind === 'button' || kind === 'row'
    const choice = document.createElement(tappable ? 'button' : 'small')
    choice.textContent = title
    if (tappable) {
      choice.type = 'button'
      choice.addEventListener('click', () => guarded(async () => {
        await ask('messages', { ...who(), tap: { sid: message.sid, id } })
        await showMessages()
      }))
    }
    line.append(document.createElement('br'), choice)
  }
  if (message.direction === 'to_client') {
    const note = document.createElement('small')
    const word = message.status === 'read' ? say.read_ : say[message.status]
    note.textContent = message.errorCode === null ? word : word + ' (' + message.errorCode + ')'
    line.append(note)
  }
  return line
}

async function showMessages() {
  const { items } = await ask('messages?from=' + encodeURIComponent(byId('from').value))
  const own = items.filter(({ sender }) => sender === byId('sender').value)
  const state = JSON.stringify(own)
  if (state === shown) return
  shown = state
  byId('messages').replaceChildren(...own.map(lineOf))
}

async function chosenFile() {
  const [file] = byId('file').files
  if (!file) return undefined
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return { mime: file.type || 'application/octet-stream', name: file.name, dataBase64: btoa(text) }
}

byId('write').addEventListener('submit', (event) => {
  event.preventDefault()
  guarded(async () => {
    const what = event.submitter?.value
    if (what === 'read') await ask('read', who())
    else {
      const file = what === 'messages' ? await chosenFile() : undefined
      await ask(what, { ...who(), text: byId('text').value || undefined, file })
      byId('text').value = ''
      byId('file').value = ''
    }
    await showMessages()
  })
})
guarded(async () => { await showSenders(); await showMessages() })
setInterval(() => {
  guarded(async () => {
    if (!byId('sender').value) await showSenders()
    if (byId('from').value) await showMessages()
  })
}, 1500)
`

export interface ClientPage {
  /** below `/simulator/`: where its calls go; the page is beside it, with `-phone` behind the name */
  api: string
  /** as people call the provider */
  title: string
  longestText: number
  /** the business has a phone of its own to write in */
  hasPhoneApp: boolean
}

/** A page to write as a client of one of the services between Parley and WhatsApp. */
export const clientPageRoutes = ({ api, title, longestText, hasPhoneApp }: ClientPage): Hono =>
  plainPageRoutes({
    name: `${api}-phone`,
    api,
    title,
    body: bodyOf(longestText, hasPhoneApp),
    words: wordsOf(title),
    script: SCRIPT,
  })
