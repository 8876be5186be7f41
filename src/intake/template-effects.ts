import type { ChannelEffect } from '../domain/channel-event.ts'
import { changeTemplate, sameLanguage, type TemplateRef } from '../domain/template/template-change.ts'
import type { AuditEntry } from '../store/audit.ts'
import { tellTemplateStatuses } from '../store/house/account-happenings.ts'
import type { ArrivedEffect } from '../store/intake/channel-events.ts'
import { storeAudit, storeLive } from '../store/intake/notes.ts'
import type { Run } from '../store/intake/run.ts'
import {
  demandTemplateSync,
  findNamedTemplates,
  type KnownTemplate,
  storeTemplates,
} from '../store/intake/templates.ts'

type TemplateEffect = ArrivedEffect & { effect: Extract<ChannelEffect, { does: 'template' }> }
const isTemplateEffect = (arrived: ArrivedEffect): arrived is TemplateEffect => arrived.effect.does === 'template'

/**
 * Applies what the provider says of templates (reference §4.1). A template that is not known, and a change that the
 * event does not tell in full, make the channel's list be asked for again. The caller holds the channels.
 */
export async function applyTemplateEffects(run: Run, arrived: readonly ArrivedEffect[]): Promise<void> {
  const effects = arrived.filter(isTemplateEffect)
  if (effects.length === 0) return
  const before = await findNamedTemplates(
    run,
    effects.map(({ channelId, effect }) => ({ channelId, ...effect.template })),
  )
  const after = new Map(before.map((template) => [template.id, template]))
  const incomplete = new Set<string>()
  for (const { channelId, effect, at } of effects) {
    const known = [...after.values()].filter((template) => template.channelId === channelId)
    const template = namedBy(effect.template, known)
    const isClear = effect.change.what !== 'unclear' && effect.change.what !== 'components'
    if (!template || !isClear) incomplete.add(channelId)
    if (!template) continue
    const changed = changeTemplate(template, effect.change, at === null ? null : new Date(at))
    if (changed) after.set(changed.id, changed)
  }
  const changed = before.flatMap((old) => {
    const now = after.get(old.id)
    return now === undefined || now === old ? [] : [{ old, now }]
  })
  await storeTemplates(
    run,
    changed.map(({ now }) => now),
  )
  await tellTemplateStatuses(
    run,
    changed.map(({ old, now: { channelId: channel, name, language, status: to, reason } }) => {
      return { channel, name, language, from: old.status, to, reason }
    }),
  )
  await demandTemplateSync(run, [...incomplete])
  await storeAudit(run, changed.flatMap(auditOf))
  const channels = new Map(changed.map(({ now }) => [now.channelId, now.channelState]))
  await storeLive(
    run,
    [...channels].map(([channelId, state]) => ({ event: 'channel', data: { channelId, state, what: 'templates' } })),
  )
}

/** The id decides; an event that carries another one may still name the template by name and language. */
function namedBy(ref: TemplateRef, known: readonly KnownTemplate[]): KnownTemplate | undefined {
  const byId = known.find(({ providerId }) => providerId !== null && providerId === ref.providerId)
  if (byId) return byId
  const { name, language } = ref
  if (name === null || language === null) return undefined
  return known.find((template) => template.name === name && sameLanguage(template.language, language))
}

function auditOf({ old, now }: { old: KnownTemplate; now: KnownTemplate }): AuditEntry[] {
  const fields = (['status', 'category', 'quality', 'components'] as const).filter((key) => old[key] !== now[key])
  if (fields.length === 0) return []
  const detail = { fields, ...(old.status !== now.status && { from: old.status, to: now.status }) }
  return [
    {
      actor: { kind: 'system', id: null },
      action: 'template.changed',
      subject: { kind: 'template', id: now.id },
      detail,
    },
  ]
}
