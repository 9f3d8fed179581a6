import type { Contradiction } from './contradiction.js'
import { isNumberLabel } from './label.js'
import type { Policy } from './policy.js'
import { TRAINERS, trainerDigest, trainerFamily, trainerOf, trainerParameters } from './trainers.js'

/** Trainers go with the mode trusted-dp, and that mode with them. */
export function trainerContradictions({ privacy, family, algorithms, table }: Policy): Contradiction[] {
  const isTrusted = privacy.mode === 'trusted-dp'
  const found: Contradiction[] = []
  const add = (path: readonly (string | number)[], message: string) => found.push({ rule: 'TRAINER', path, message })
  if (family === 'histogram') {
    if (!isTrusted) add(['family'], 'exact counts tell of single rows; a histogram leaves in the mode trusted-dp alone')
    else if (privacy.clipMicros !== 1_000_000) {
      add(
        ['privacy', 'clipMicros'],
        'a row counts one in every column of a histogram, nothing is scaled: write 1000000',
      )
    }
  }
  for (const [index, { digest, runtime, parameters }] of algorithms.entries()) {
    const path = ['algorithms', index]
    if (isTrusted !== (runtime === 'trainer')) {
      add([...path, 'runtime'], 'the runtime "trainer" goes with the mode trusted-dp, and no other runtime does')
    }
    if (!isTrusted) continue
    const trainer = trainerOf(digest)
    if (trainer === undefined) {
      const known = TRAINERS.map((name) => `${name} (${trainerDigest(name)})`).join(', ')
      add([...path, 'digest'], `only the runner's own trainers are trusted: ${known}`)
      continue
    }
    const learned = trainerFamily(trainer)
    if (learned !== family) add(['family'], `${trainer} learns a model of the family ${learned}, not ${family}`)
    if (trainer === 'dp-logistic-regression' && isNumberLabel(table.label)) {
      add([...path, 'digest'], `${trainer} learns classes, and the label is a number; use dp-linear-regression`)
    }
    const least = trainerParameters(trainer)
    if (Object.keys(parameters).toSorted().join() !== Object.keys(least).toSorted().join()) {
      add(
        [...path, 'parameters'],
        `${trainer} has exactly the parameters ${Object.keys(least).join(', ') || '{}, none'}`,
      )
      continue
    }
    for (const [name, { min }] of Object.entries(parameters)) {
      if (min >= least[name]!) continue
      add([...path, 'parameters', name], `${name} of ${trainer} is at least ${least[name]}`)
    }
  }
  return found
}
