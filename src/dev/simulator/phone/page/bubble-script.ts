/** Part of the page's program: one message as a bubble, with its quote, file, buttons, reactions and ticks. */
export const BUBBLE_SCRIPT = `
const EMOJIS = ['👍', '❤️', '😂', '😮', '😢', '🙏']

function bubble(message, quoted) {
  const mine = message.direction === 'from_client'
  const node = make('li', 'bubble' + (mine ? ' mine' : '') + (message.reactions.length > 0 ? ' reacted' : ''))
  node.dataset.id = message.id
  if (message.quoted) node.append(make('div', 'quoted', quoted ? quoted.text || words[quoted.kind] : '…'))
  if (message.deletedAt) node.append(make('div', 'text gone', words.deleted))
  else appendContent(node, message)
  if (!message.deletedAt && !mine && message.buttons.length > 0) node.append(choices(message))
  if (message.reactions.length > 0) {
    node.append(make('div', 'reactions', message.reactions.map((reaction) => reaction.emoji).join(' ')))
  }
  node.append(meta(message, mine, node))
  return node
}

function appendContent(node, message) {
  if (message.media) node.append(media(message))
  if (message.kind === 'location') node.append(make('div', 'text', '📍 ' + place(message)))
  else if (message.text) node.append(make('div', 'text', message.text))
  else if (!message.media) node.append(make('div', 'text gone', words[message.kind] || words.unsupported))
  if (message.template && message.template.footer) node.append(make('div', 'footer', message.template.footer))
}

function place(message) {
  const location = message.data.location || message.data
  return (message.text ? message.text + ' · ' : '') + location.latitude + ', ' + location.longitude
}

function media(message) {
  const { url, name, mime } = message.media
  if (/^image\\/(jpeg|png|webp)/.test(mime)) {
    const image = make('img')
    image.src = url
    image.alt = message.text || words.image
    image.addEventListener('load', keepEnd, { once: true })
    return image
  }
  if (mime.startsWith('audio/') || mime.startsWith('video/')) {
    const player = make(mime.startsWith('audio/') ? 'audio' : 'video')
    player.controls = true
    player.preload = 'metadata'
    player.src = url
    if (message.direction === 'to_client' && message.kind === 'voice') {
      player.addEventListener('play', () => ask('/read', { ...heard(), upTo: message.id, played: true }).catch(tell), { once: true })
    }
    return player
  }
  const link = make('a', 'file', '📄 ' + (name || words.file))
  link.href = url
  link.download = name || 'file'
  return link
}

/** A picture grows when it is loaded; who stood at the end stays there. */
function keepEnd(event) {
  const list = byId('messages')
  const gap = list.scrollHeight - list.scrollTop - list.clientHeight
  if (gap < event.target.clientHeight + 80) list.scrollTop = list.scrollHeight
}

const heard = () => ({ from: '+' + state.from, phoneNumberId: state.phoneNumberId })

function choices(message) {
  const list = make('div', 'choices')
  for (const button of message.buttons) {
    if ((button.kind === 'url' && /^https?:\\/\\//i.test(button.value || '')) || button.kind === 'phone') {
      const link = make('a', '', button.text)
      link.href = button.kind === 'phone' ? 'tel:' + button.value : button.value
      link.target = '_blank'
      link.rel = 'noopener noreferrer'
      list.append(link)
      continue
    }
    const press = make('button', '', button.text)
    press.type = 'button'
    if (button.description) press.append(make('small', '', button.description))
    const content = pressed(message, button)
    press.disabled = content === null
    if (content) press.addEventListener('click', () => write(content))
    list.append(press)
  }
  return list
}

/** What pressing a button sends; null for those that send nothing. */
function pressed(message, button) {
  const replyTo = message.id
  if (button.kind === 'quick_reply') return { button: { payload: button.value, text: button.text }, replyTo }
  if (button.kind === 'reply') {
    return { interactive: { type: 'button_reply', button_reply: { id: button.value, title: button.text } }, replyTo }
  }
  if (button.kind === 'row') {
    const description = button.description ? { description: button.description } : {}
    return { interactive: { type: 'list_reply', list_reply: { id: button.value, title: button.text, ...description } }, replyTo }
  }
  return null
}

function meta(message, mine, node) {
  const line = make('div', 'meta')
  const tools = make('div', 'tools')
  const reply = make('button', '', '↩')
  reply.type = 'button'
  reply.title = words.reply
  reply.setAttribute('aria-label', words.reply)
  reply.addEventListener('click', () => quote(message))
  const react = make('button', '', '☺')
  react.type = 'button'
  react.title = words.react
  react.setAttribute('aria-label', words.react)
  react.addEventListener('click', () => toggleEmojis(node, message))
  tools.append(reply, react)
  line.append(tools)
  if (message.editedAt) line.append(make('span', '', words.edited))
  line.append(make('time', '', timeOf(message.at)))
  if (mine) {
    const ticks = make('span', 'ticks ' + message.state, message.state === 'sent' ? '✓' : '✓✓')
    ticks.setAttribute('role', 'img')
    ticks.setAttribute('aria-label', words[message.state] || '')
    line.append(ticks)
  }
  return line
}

function toggleEmojis(node, message) {
  const shown = node.querySelector('.emojis')
  if (shown) {
    shown.remove()
    return
  }
  const row = make('div', 'emojis')
  const offered = message.reactions.some((reaction) => reaction.by === 'client') ? [...EMOJIS, ''] : EMOJIS
  for (const emoji of offered) {
    const button = make('button', '', emoji || '×')
    button.type = 'button'
    button.setAttribute('aria-label', emoji || words.removeReaction)
    button.addEventListener('click', () => write({ reaction: { messageId: message.id, emoji } }))
    row.append(button)
  }
  node.append(row)
}
`
