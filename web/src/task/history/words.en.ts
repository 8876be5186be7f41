export const en = {
  title: 'Above: history from the phone app',
  range: (from: string, to: string) => `${from} – ${to}. It is part of no task; nobody here can answer in it.`,
  day: (day: string) => `${day}. It is part of no task; nobody here can answer in it.`,
  start: 'The phone app handed over nothing older.',
  entry: (author: string, at: string) => `History from the phone app, ${author}, ${at}`,
  noFile: 'A file that the phone app did not hand over',
}
