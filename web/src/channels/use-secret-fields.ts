import { useQuery } from '@tanstack/react-query'
import { useLanguage } from '../words/language.tsx'
import { type ProviderField, providersQuery } from './api.ts'

/** The secrets that a provider gives out, such as a token: those that both sides make up are no part of them. */
export function useSecretFields(provider: string): ProviderField[] {
  const { locale } = useLanguage()
  const known = useQuery(providersQuery(locale)).data?.find((one) => one.provider === provider)
  return known?.fields.filter(({ secret, made }) => secret && !made) ?? []
}
