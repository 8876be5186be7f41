export const en = {
  settings: {
    label: 'How to send',
  },
  quick: {
    open: 'Quick replies',
    inserted: (names: string) =>
      `These had no value, and nothing stands in their place: ${names}. Read it before you send.`,
  },
  mention: { list: 'Colleagues' },
  template: {
    open: 'Send a template',
    choose: 'Choose a template…',
    title: (client: string) => `Template for ${client}`,
  },
  closed: {
    field: 'Free text cannot be sent now. Send a template, or write an internal comment.',
  },
  limits: {
    label: 'What can be sent',
    wrongType: (channel: string) => `${channel} does not take this type of file.`,
    tooLarge: (channel: string, size: string) => `Too large: ${channel} takes this type up to ${size}.`,
    cancel: (name: string) => `Stop uploading ${name}`,
    left: (n: number) => `${n} characters left`,
  },
  presence: {
    typing: (names: string, many: boolean) => `${names} ${many ? 'are' : 'is'} typing a message to the client…`,
    viewing: (names: string, many: boolean) => `${names} ${many ? 'are' : 'is'} looking at this task`,
  },
  assign: {
    nobody: 'Nobody is assigned to this task.',
    others: (names: string) => `This task is assigned to ${names}.`,
    toMe: 'Assign to me',
    done: 'You are an assignee of this task now.',
  },
  errors: {
    template_parameters: 'A value of the template is missing or does not fit.',
    template_not_approved: 'The template is not approved any more. Choose another one.',
    opted_out: 'The client wants no marketing: choose a template of another category.',
    unknown_quick_reply: 'This quick reply does not exist any more.',
    file_missing: 'A file of this quick reply is gone. Look at it in the settings.',
  },
}
