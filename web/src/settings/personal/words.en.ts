export const en = {
  intro: 'For this browser alone. Everything takes effect at once.',
  look: 'Look',
  writing: 'Writing',
  sendKey: 'What sends',
  sendKeys: {
    'mod-enter': 'Ctrl+Enter (⌘+Enter on a Mac); Enter begins a new line',
    enter: 'Enter; Shift+Enter begins a new line',
  },
  undo: 'Take a message to a client back',
  undoHint: 'It waits so long before it leaves.',
  undoSeconds: (seconds: number) => (seconds === 0 ? 'Not possible: it leaves at once' : `for ${seconds} seconds`),
  keys: 'Keyboard',
  singleKeys: 'Single keys',
  singleKeysHint:
    'Such as J and K for the next and the previous task. Switch them off if dictation software presses them. The key ? lists all of them.',
  alerts: 'Alerts',
  alertsText: 'When and how this browser calls you while you look elsewhere.',
  alertsOpen: 'Choose alerts…',
}
