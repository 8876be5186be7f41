import type { Hono } from 'hono'
import { plainPageRoutes } from '../plain-page.ts'

const BODY = `<h1 data-word="title"></h1>
<p><a href="phone" data-word="whatsapp"></a></p>
<form id="write" autocomplete="off">
  <label><span data-word="account"></span><select id="account"></select></label>
  <label><span data-word="from"></span><input id="from" required maxlength="100" value="flora.fan"></label>
  <label><span data-word="name"></span><input id="name" maxlength="200" value="Flora Fan"></label>
  <label><span data-word="text"></span><textarea id="text" required maxlength="1000" rows="3"></textarea></label>
  <button name="what" value="messages" data-word="send"></button>
  <button name="what" value="comments" data-word="comment"></button>
  <button name="what" value="read" formnovalidate data-word="read"></button>
</form>
<p id="trouble" role="alert"></p>
<ol id="messages" aria-live="polite"></ol>`

const WORDS = `{
  en: { title: 'Instagram simulator', whatsapp: 'To the WhatsApp phone', account: 'Business account', from: 'Username', name: 'Name',
    text: 'Text', send: 'Send a message', comment: 'Comment on a post', read: 'Open the chat (seen)',
    none: 'There is no simulated account yet: POST /simulator/instagram/accounts (docs/channels/instagram.md).',
    file: 'file', seen: 'seen', app: 'written in the app', failed: 'Instagram does not answer.' },
  ru: { title: 'Симулятор Instagram', whatsapp: 'К телефону WhatsApp', account: 'Аккаунт компании', from: 'Имя пользователя', name: 'Имя',
    text: 'Текст', send: 'Отправить сообщение', comment: 'Комментарий к публикации', read: 'Открыть чат (прочитано)',
    none: 'Симулированного аккаунта ещё нет: POST /simulator/instagram/accounts (docs/channels/instagram.md).',
    file: 'файл', seen: 'прочитано', app: 'написано в приложении', failed: 'Instagram не отвечает.' },
}`

const SCRIPT = `async function showAccounts() {
  const { items } = await ask('accounts')
  byId('account').replaceChildren(...items.map(({ accountId, username }) => new Option('@' + username, accountId)))
  if (items.length === 0) throw new Error(say.none)
}

async function showMessages() {
  const { items } = await ask('messages?from=' + encodeURIComponent(byId('from').value))
  const own = items.filter(({ accountId }) => accountId === byId('account').value)
  byId('messages').replaceChildren(...own.map((message) => {
    const line = document.createElement('li')
    line.className = message.direction
    line.textContent = message.text ?? '[' + say.file + ']'
    const notes = [message.author === 'app' && say.app, message.read && say.seen, ...message.quickReplies.map(({ title }) => title)]
    const note = notes.filter(Boolean).join(' · ')
    if (note) { const small = document.createElement('small'); small.textContent = note; line.append(small) }
    return line
  }))
}

byId('write').addEventListener('submit', (event) => {
  event.preventDefault()
  const what = event.submitter?.value ?? 'messages'
  const who = { accountId: byId('account').value, from: byId('from').value, name: byId('name').value || null }
  guarded(async () => {
    await ask(what, what === 'read' ? who : { ...who, text: byId('text').value })
    if (what !== 'read') byId('text').value = ''
    await showMessages()
  })
})
guarded(showAccounts)
setInterval(() => { if (byId('account').value && byId('from').value) guarded(showMessages) }, 1500)
`

/** A page to write as an Instagram user, at `/simulator/instagram-phone`. */
export const instagramPageRoutes = (): Hono =>
  plainPageRoutes({
    name: 'instagram-phone',
    api: 'instagram',
    title: 'Instagram',
    body: BODY,
    words: WORDS,
    script: SCRIPT,
  })
