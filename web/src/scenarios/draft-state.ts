/** A draft as the server has it. */
export interface ServerDraft {
  text: string
  updatedAt: string
}

/** A draft that is being written: what stands on the screen, and what the server had when we last agreed. */
export interface DraftState {
  text: string
  base: ServerDraft
  /** the text that is on its way */
  saving: string | null
  /** `offline`: it is tried again; `refused`: it needs a person */
  problem: 'offline' | 'refused' | null
  /** what a colleague saved meanwhile: nothing is saved until somebody has chosen */
  conflict: ServerDraft | null
}

export type DraftChange =
  | { kind: 'typed'; text: string }
  | { kind: 'sent' }
  | { kind: 'saved'; updatedAt: string }
  | { kind: 'failed'; problem: 'offline' | 'refused' }
  | { kind: 'overtaken'; by: ServerDraft }
  /** the server has this now, whoever saved it */
  | { kind: 'heard'; server: ServerDraft }
  | { kind: 'mine' }
  | { kind: 'theirs' }

/** @param kept what this browser had not got saved yet, and on what it was based */
export function firstState(server: ServerDraft, kept: ServerDraft | null): DraftState {
  const fresh: DraftState = { text: server.text, base: server, saving: null, problem: null, conflict: null }
  if (!kept || kept.text === server.text) return fresh
  if (kept.updatedAt === server.updatedAt) return { ...fresh, text: kept.text }
  return { ...fresh, text: kept.text, base: { text: server.text, updatedAt: kept.updatedAt }, conflict: server }
}

export function changed(state: DraftState, change: DraftChange): DraftState {
  switch (change.kind) {
    case 'typed':
      return { ...state, text: change.text }
    case 'sent':
      return { ...state, saving: state.text }
    case 'saved':
      return {
        ...state,
        base: { text: state.saving ?? state.text, updatedAt: change.updatedAt },
        saving: null,
        problem: null,
      }
    case 'failed':
      return { ...state, saving: null, problem: change.problem }
    case 'overtaken':
      return meets({ ...state, saving: null, problem: null }, change.by)
    case 'heard':
      // Our own save is under way: its answer says what is true.
      return state.saving === null ? meets(state, change.server) : state
    case 'mine':
      return state.conflict ? { ...state, base: state.conflict, conflict: null, problem: null } : state
    case 'theirs':
      return state.conflict
        ? { ...state, text: state.conflict.text, base: state.conflict, conflict: null, problem: null }
        : state
  }
}

function meets(state: DraftState, server: ServerDraft): DraftState {
  if (server.updatedAt === state.base.updatedAt) return state
  if (server.text === state.text || state.text === state.base.text)
    return { ...state, text: server.text, base: server, conflict: null }
  // Saved again with the same words: nothing was changed under our hands.
  if (server.text === state.base.text) return { ...state, base: server, conflict: null }
  return { ...state, conflict: server }
}

export const isUnsaved = ({ text, base }: DraftState): boolean => text !== base.text

/** Whether a save can begin now. */
export const canSave = (state: DraftState): boolean =>
  isUnsaved(state) && state.saving === null && state.conflict === null && state.problem !== 'refused'
