/** Whose numbers Meta does not let the phone app and the API share (reference §10.3, as of March 2026). */
export const NOT_FOR_COEXISTENCE = [
  { callingCode: '234', country: 'NG', name: 'Nigeria' },
  { callingCode: '27', country: 'ZA', name: 'South Africa' },
] as const
