const count = (n: number, one: string, other: string) => `${n} ${n === 1 ? one : other}`

export const en = {
  quick: {
    list: 'Quick replies',
    search: 'Search quick replies',
    folder: 'Folder',
    allFolders: 'All folders',
    none: 'There are no quick replies yet.',
    nothing: 'No quick reply matches.',
    preview: 'How it reads here',
    choose: 'Choose one to see how it reads here.',
    missing: (names: string) => `Without a value here: ${names}`,
    files: (n: number) => count(n, 'file', 'files'),
    hint: '↑ ↓ choose, Enter inserts, Esc closes. Nothing is sent.',
    insert: 'Insert',
  },
}
