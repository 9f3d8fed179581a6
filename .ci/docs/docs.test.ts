import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../workspace.ts'
import { apiReference } from './api-reference.ts'
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

describe('the reference of what packages export', () => {
  it('finds every export documented, and every link leading somewhere', async () => {
    expect(await apiReference()).toEqual([])
  }, 240_000)

  it('refuses an export without a comment, and a link to nothing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gristmill-docs-'))
    try {
      const source = join(directory, 'index.ts')
      writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'fixture', version: '1.0.0' }))
      writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ files: ['index.ts'] }))
      writeFileSync(source, 'export const bare = 1\n\n/** See {@link nothing}. */\nexport const linked = 2\n')
      const options = { tsconfig: join(directory, 'tsconfig.json'), packagesRequiringDocumentation: ['fixture'] }
      const faults = await apiReference(undefined, [{ name: 'fixture', source }], options)
      expect(faults.some((fault) => fault.includes('bare'))).toBe(true)
      expect(faults.some((fault) => fault.includes('nothing'))).toBe(true)
      expect(faults).toHaveLength(2)
    } finally {
      rmSync(directory, { recursive: true })
    }
  }, 120_000)
})

describe('the documents', () => {
  it('link to files that are there', () => {
    const documents = globSync(
      ['*.md', 'docs/*.md', '{packages,examples}/*.md', '{packages,examples}/*/*.md', 'datatrust/*.md'],
      {
        cwd: ROOT,
      },
    )
    const dead = documents.flatMap((document) =>
      [...readFileSync(join(ROOT, document), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
        .filter(([, target]) => !existsSync(join(ROOT, dirname(document), target!)))
        .map(([, target]) => `${document}: ${target}`),
    )
    expect(dead).toEqual([])
  })
})
