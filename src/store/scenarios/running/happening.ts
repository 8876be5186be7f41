export type { Happening } from '../../../domain/scenario/engine/happening.ts'
