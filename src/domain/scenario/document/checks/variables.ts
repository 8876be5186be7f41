import type { Path } from '../problem.ts'
import { hasType, type ScenarioDocument } from '../scenario-document.ts'
import type { ValueType } from '../steps/outside.ts'
import { isCel } from '../values.ts'
import { steps } from '../walk.ts'
import { variablesSetBy } from './expressions.ts'
import type { Report } from './finding.ts'
import { FINDING_WORDS as say } from './finding-words.ts'

/** What is given a value is declared, with a type that fits; inputs are named once and have defaults that can be chosen. */
export function checkVariables(document: ScenarioDocument, report: Report): void {
  checkInputs(document, report)
  for (const { step, path } of steps(document)) {
    for (const { name, path: inner, needs } of variablesSetBy(step)) {
      const at = [...path, ...inner]
      const variable = document.vars[name]
      if (!variable) {
        report('error', 'unknown_variable', at, say.unknown_variable.undeclared(name), 'key')
      } else if (needs && variable.type !== needs) {
        report('error', 'wrong_type', at, say.wrong_type.gets(name, needs, variable.type))
      } else if ('set' in step) {
        const value = step.set[name]
        if (!canBecome(value, variable.type)) {
          report('error', 'wrong_type', at, say.wrong_type.getsAnother(name, variable.type))
        }
      }
    }
    if ('start' in step && step.start.each) {
      const name = step.start.each.slice('vars.'.length)
      const variable = document.vars[name]
      if (variable && variable.type !== 'list') {
        report('error', 'wrong_type', [...path, 'start', 'each'], say.wrong_type.each(name))
      }
    }
  }
}

/** What is computed is seen when the step runs; null takes the value away. */
function canBecome(value: unknown, type: ValueType): boolean {
  if (value === null || value === undefined || isCel(value)) return true
  if (typeof value === 'string' && /\{[{%]/.test(value)) return type !== 'list' && type !== 'map'
  return hasType(value, type)
}

function checkInputs({ trigger }: ScenarioDocument, report: Report): void {
  if (!('button' in trigger)) return
  const seen = new Set<string>()
  for (const [index, input] of trigger.button.inputs.entries()) {
    const at: Path = ['trigger', 'button', 'inputs', index]
    if (seen.has(input.name)) report('error', 'duplicate_input', [...at, 'name'], say.duplicate_input.twice(input.name))
    seen.add(input.name)
    if (input.type !== 'choice') continue
    if (new Set(input.options).size !== input.options.length) {
      report('error', 'duplicate_option', [...at, 'options'], say.duplicate_option.twice())
    }
    if (input.default !== undefined && !input.options.includes(input.default)) {
      report('error', 'wrong_default', [...at, 'default'], say.wrong_default.noOption(input.default))
    }
  }
}
