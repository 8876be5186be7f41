export const en = {
  sections: 'Settings by topic',
  groups: { you: 'For you', house: 'Your team', work: 'How you work', outside: 'Connections' },
  pages: {
    appearance: 'Appearance and keys',
    sessions: 'Where I am signed in',
    account: 'Account',
    people: 'People',
    groups: 'Groups',
    taskTemplates: 'Task templates',
    calendars: 'Working hours',
    quickReplies: 'Quick replies',
    messageTemplates: 'Message templates',
    integrations: 'Integrations',
    endpoints: 'Endpoints',
    webhooks: 'Webhooks',
    tokens: 'API tokens',
  },
}
