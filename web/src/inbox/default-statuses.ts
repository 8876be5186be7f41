/** The statuses that tasks have unless a task template says otherwise, with their English names as they are stored. */
export const OUR_STATUSES = {
  new: 'New',
  in_progress: 'In progress',
  waiting: 'Waiting',
  done: 'Done',
  cancelled: 'Cancelled',
}
