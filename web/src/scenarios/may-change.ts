import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../api/session.ts'

/** Whether who is signed in may change scenarios. */
export const useMayChange = (): boolean => useQuery(meQuery).data?.permissions.includes('scenarios.manage') ?? false
