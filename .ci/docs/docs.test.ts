import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../workspace.ts'
import { collectErrors, type Errors, errorFaults, errorReference } from './error-reference.ts'

describe('the error reference', () => {
  let errors: Errors
  beforeAll(async () => {
    errors = await collectErrors()
  })
  const without = (changes: Partial<Errors>): string[] => errorFaults({ ...errors, ...changes })

  it('has every error with its meaning and its remedy', () => {
    expect(errorFaults(errors)).toEqual([])
    expect(errors.classes.length).toBeGreaterThan(150)
    expect(errors.contracts.own.length).toBeGreaterThan(50)
    expect(errors.problems.size).toBeGreaterThan(50)
  })

  it('is what the sources say: pnpm run docs writes it', () => {
    expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(errorReference(errors))
  })

  it('refuses an error without meaning, or without remedy', () => {
    const [first, ...rest] = errors.classes
    expect(without({ classes: [{ ...first!, meaning: '' }, ...rest] })).toHaveLength(1)
    expect(without({ classes: [{ ...first!, remedy: '' }, ...rest] })).toHaveLength(1)
    const [revert, ...others] = errors.contracts.own
    expect(without({ contracts: { ...errors.contracts, own: [{ ...revert!, remedy: '' }, ...others] } })).toHaveLength(
      1,
    )
  })

  it('refuses a code that means two things', () => {
    const other = { ...errors.classes[0]!, name: 'OtherError', meaning: 'Thrown when something else happens.' }
    expect(without({ classes: [...errors.classes, other] })).toHaveLength(1)
  })

  it('refuses a status for a code that nobody throws', () => {
    expect(without({ problems: new Map([['NOBODY', 418]]) })).toEqual(['NOBODY has an HTTP status and no error'])
  })
})
