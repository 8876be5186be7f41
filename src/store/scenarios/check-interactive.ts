import { type InteractiveMessage, interactiveProblem } from '../../domain/interactive-message.ts'
import type { Report } from '../../domain/scenario/document/checks/finding.ts'
import { FINDING_WORDS as say } from '../../domain/scenario/document/checks/finding-words.ts'
import type { ScenarioDocument } from '../../domain/scenario/document/scenario-document.ts'
import type { SendInteractiveStep } from '../../domain/scenario/document/steps/send.ts'
import { steps } from '../../domain/scenario/document/walk.ts'
import type { Words } from '../../domain/words.ts'
import type { Db, Tx } from '../database.ts'
import type { SendRulesOf } from '../deliveries/gate.ts'

/**
 * Messages with something to tap are of a form that a messenger takes: what no channel can carry is an error, what some
 * cannot is a warning. Texts with placeholders are judged as they are written, so only what they cannot mend is told.
 */
export async function checkInteractive(
  db: Db | Tx,
  document: ScenarioDocument,
  rulesOf: SendRulesOf,
  report: Report,
): Promise<void> {
  const used = [...steps(document)].filter(({ step }) => 'sendInteractive' in step)
  if (used.length === 0) return
  const channels = await db
    .selectFrom('channels')
    .select(['name', 'provider'])
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute()
  const known = channels.flatMap(({ name, provider }) => {
    const rules = rulesOf(provider)
    return rules ? [{ name, rules: rules.interactive }] : []
  })
  if (known.length === 0) return
  for (const { step, path } of used) {
    if (!('sendInteractive' in step)) continue
    const message = withoutPlaceholders(step)
    const problems = known.flatMap(({ name, rules }) => {
      const problem = rules ? interactiveProblem(message, rules) : NO_CHOICES
      return problem === null ? [] : [{ name, problem }]
    })
    const [first] = problems
    if (!first) continue
    const isNowhere = problems.length === known.length
    const channelNames = isNowhere ? null : problems.map(({ name }) => name)
    const words = say.interactive_invalid.refused(channelNames, first.problem)
    report(isNowhere ? 'error' : 'warning', 'interactive_invalid', [...path, 'sendInteractive'], words)
  }
}

/** What is filled in later may be of any length, and different each time: it is left out of the count, as one letter. */
function withoutPlaceholders({ sendInteractive }: SendInteractiveStep): InteractiveMessage {
  const { text, header = null, footer = null, buttons, list, link } = sendInteractive
  let place = 0
  const plain = (written: string) => written.replace(/\{\{[^}]*\}\}|\{%[^%]*%\}/g, () => String(++place))
  const shown = { text: plain(text), header: header && plain(header), footer: footer && plain(footer) }
  if (buttons) {
    return {
      ...shown,
      choice: { kind: 'buttons', buttons: buttons.map(({ id, title }) => ({ id: plain(id), title: plain(title) })) },
    }
  }
  if (link) return { ...shown, choice: { kind: 'link', title: plain(link.title), url: LINK } }
  const sections = (list?.sections ?? []).map(({ title = null, rows }) => ({
    title: title && plain(title),
    rows: rows.map(({ id, title: name, description = null }) => ({
      id: plain(id),
      title: plain(name),
      description: description && plain(description),
    })),
  }))
  return { ...shown, choice: { kind: 'list', button: plain(list?.button ?? ''), sections } }
}

const NO_CHOICES: Words = {
  en: 'This channel knows no buttons, lists and links',
  ru: 'В этом канале нет кнопок, списков и ссылок под сообщением',
}

/** Whether an address is one is said where it is filled in. */
const LINK = 'https://example.com/'
