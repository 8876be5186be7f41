/** States of runs that have not ended. */
export const OPEN = ['running', 'waiting', 'blocked'] as const
