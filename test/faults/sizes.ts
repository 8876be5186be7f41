/**
 * The suite plays faults with as much as shows the same; `npm run faults -- --full` and `npm run proof`, which say
 * `PARLEY_FAULTS=all`, play them in full.
 */
export const sizeOf = <Size>(full: Size, inTheSuite: Size): Size =>
  process.env.PARLEY_FAULTS === 'all' ? full : inTheSuite
