/** Looks like a messenger; light and dark; from 360 px up. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #e9e2d8; --panel: #ffffff; --line: #d9d4cc; --ink: #17201c; --soft: #5a6661;
  --mine: #d6f5cc; --theirs: #ffffff; --accent: #0b7a5c; --accent-ink: #ffffff; --seen: #0b6fb8; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1512; --panel: #16201c; --line: #2a3732; --ink: #e6ede9; --soft: #9fb0a8;
    --mine: #0f4a3a; --theirs: #1d2a25; --accent: #2fb58c; --accent-ink: #05150f; --seen: #6ac1ff; --bad: #ff8a80;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body { font: 16px/1.4 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
h1, h2, p, ul, ol { margin: 0; padding: 0; }
h1 { font-size: 18px; } h2 { font-size: 16px; overflow-wrap: anywhere; }
button, input, select, textarea { font: inherit; color: inherit; }
button { cursor: pointer; min-height: 44px; min-width: 44px; border: 0; border-radius: 10px; background: transparent; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#app { display: grid; grid-template-columns: 320px minmax(0, 1fr); height: 100dvh; max-width: 1100px; margin: 0 auto; border-inline: 1px solid var(--line); }
aside { display: flex; flex-direction: column; min-height: 0; background: var(--panel); border-inline-end: 1px solid var(--line); }
header { display: flex; align-items: center; gap: 8px; min-height: 60px; padding: 8px 12px; background: var(--panel); border-bottom: 1px solid var(--line); }
header > div { flex: 1; min-width: 0; }
#live { margin-inline-start: auto; font-size: 13px; color: var(--soft); }
#chat-note { font-size: 13px; color: var(--soft); }
#business { max-width: 40%; min-height: 44px; border: 1px solid var(--line); border-radius: 10px; background: var(--panel); padding: 0 8px; }
#new-client { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 8px; padding: 12px; border-bottom: 1px solid var(--line); }
#new-client label { display: grid; gap: 2px; font-size: 13px; color: var(--soft); }
#new-client input { min-height: 44px; width: 100%; padding: 0 10px; border: 1px solid var(--line); border-radius: 10px; background: var(--ground); color: var(--ink); font-size: 16px; }
#new-client button { grid-column: 1 / -1; background: var(--accent); color: var(--accent-ink); font-weight: 600; }
nav { overflow-y: auto; min-height: 0; }
#chats { list-style: none; }
#chats button { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 8px; width: 100%; padding: 10px 12px; text-align: start; border-radius: 0; border-bottom: 1px solid var(--line); }
#chats button[aria-current='true'] { background: var(--ground); }
#chats .name { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#chats .time { font-size: 12px; color: var(--soft); }
#chats .last { color: var(--soft); font-size: 14px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#chats .unread { background: var(--accent); color: var(--accent-ink); border-radius: 10px; padding: 0 7px; font-size: 12px; align-self: center; }
main { display: flex; flex-direction: column; min-width: 0; min-height: 0; position: relative; }
#back { display: none; font-size: 28px; line-height: 1; }
#messages { flex: 1; min-height: 0; overflow-y: auto; list-style: none; padding: 12px; display: flex; flex-direction: column; gap: 6px; }
#empty { position: absolute; inset: 40% 24px auto; text-align: center; color: var(--soft); }
.bubble { position: relative; max-width: min(80%, 520px); padding: 8px 10px; border-radius: 12px; background: var(--theirs); align-self: flex-start; box-shadow: 0 1px 1px rgb(0 0 0 / 15%); overflow-wrap: anywhere; }
.bubble.mine { background: var(--mine); align-self: flex-end; }
.bubble .text { white-space: pre-wrap; }
.bubble .text.gone { font-style: italic; color: var(--soft); }
.bubble .footer { font-size: 13px; color: var(--soft); }
.bubble .quoted { border-inline-start: 3px solid var(--accent); padding: 2px 8px; margin-bottom: 4px; font-size: 14px; color: var(--soft); max-height: 4.2em; overflow: hidden; }
.bubble img, .bubble video { display: block; max-width: 100%; max-height: 320px; border-radius: 8px; margin-bottom: 4px; }
.bubble audio { display: block; width: 260px; max-width: 100%; }
.bubble .file { display: inline-flex; align-items: center; min-height: 44px; color: inherit; }
.bubble .meta { display: flex; justify-content: flex-end; align-items: center; gap: 4px; font-size: 12px; color: var(--soft); }
.bubble .ticks.read { color: var(--seen); }
.bubble .reactions { position: absolute; inset-block-end: -10px; inset-inline-start: 8px; background: var(--panel); border: 1px solid var(--line); border-radius: 12px; padding: 0 6px; font-size: 14px; }
.bubble.reacted { margin-bottom: 12px; }
.bubble .tools { display: flex; gap: 2px; margin-inline-end: auto; }
.bubble .tools button { min-height: 32px; min-width: 32px; font-size: 14px; color: var(--soft); }
.bubble .choices { display: grid; gap: 4px; margin-top: 6px; }
.bubble .choices > * { display: grid; place-content: center; min-height: 44px; padding: 4px 10px; text-align: center; border: 1px solid var(--line); border-radius: 10px; color: var(--accent); font-weight: 600; text-decoration: none; background: var(--panel); }
.bubble .choices small { font-weight: 400; color: var(--soft); }
.bubble .emojis { display: flex; flex-wrap: wrap; }
#quote { display: flex; align-items: center; gap: 8px; padding: 4px 12px; background: var(--panel); border-top: 1px solid var(--line); }
#quote-text { flex: 1; min-width: 0; border-inline-start: 3px solid var(--accent); padding-inline-start: 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--soft); }
#trouble { padding: 8px 12px; color: var(--bad); background: var(--panel); }
#composer { display: flex; align-items: flex-end; gap: 6px; padding: 8px; background: var(--panel); border-top: 1px solid var(--line); }
#composer textarea { flex: 1; min-width: 0; min-height: 44px; max-height: 140px; padding: 10px 12px; resize: none; border: 1px solid var(--line); border-radius: 22px; background: var(--ground); }
#composer button { font-size: 20px; }
#send { background: var(--accent); color: var(--accent-ink); border-radius: 50%; }
@media (max-width: 760px) {
  #app { grid-template-columns: minmax(0, 1fr); border: 0; }
  #app.list-open main, #app:not(.list-open) aside { display: none; }
  #back { display: block; }
  .bubble { max-width: 90%; }
}
`
