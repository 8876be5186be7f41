export const en = {
  title: 'Sound and notifications',
  intro: 'When a client writes and Parley is not in front of you. For this browser only.',
  for: 'For which tasks',
  choices: {
    none: 'None',
    mine: 'Those I am assigned to or take part in',
    all: 'All that I can see',
  },
  sound: 'Sound',
  test: 'Listen',
  desktop: 'System notification',
  asking: 'Your browser asks whether it may show them.',
  denied:
    'Your browser does not allow notifications for this address. You can change that in its settings for this page.',
  unsupported: 'This browser shows notifications only over https.',
  showText: 'Show what was written',
  showTextHint: 'Off: a notification names the client only.',
  repeat: 'Repeat every 30 seconds until it is read',
}
