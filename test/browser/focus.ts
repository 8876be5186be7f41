import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import { eventually } from '../kit/eventually.ts'

/** Waits until a field has the focus that the page gives it: what is typed before goes elsewhere. */
export const takesFocus = (field: Locator): Promise<void> =>
  eventually(async () =>
    expect(
      await field.evaluate(
        (element: { ownerDocument: { activeElement: unknown } }) => element.ownerDocument.activeElement === element,
      ),
    ).toBe(true),
  )
