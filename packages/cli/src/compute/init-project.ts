import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { type ListingId, type Policy, policyFor, policyHash, type Table, ZERO_BYTES32 } from '@gristmill/protocol'
import { mockRows, mockTable } from '@gristmill/runner'
import type { Command } from 'commander'
import { ArgumentError, FileError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { NoComputeError } from '../listing/listing-errors.js'
import { fields, note, printResult } from '../output.js'
import { endDryRun } from '../plan/end-dry-run.js'
import { readPolicy } from '../policy/read-policy.js'
import { openReader } from '../session.js'
import { PROJECT_FILE, type Project } from './project.js'
import { packageJson, readmeOf } from './project-text.js'
import { LANGUAGES, type Language, readTemplate, type Template, templateOf } from './templates.js'

export interface InitProjectOptions {
  assemblyscript?: true
  js?: true
  python?: true
  listing?: string
  policy?: string
}

/** Makes a folder with an algorithm that trains at once, a policy, and mock data of its schema. */
export async function initProject(
  io: Io,
  command: Command,
  directory: string,
  options: InitProjectOptions,
): Promise<void> {
  const folder = resolve(io.cwd, directory)
  const language = languageOf(options)
  const { policy, listing } = await policyOf(io, command, options)
  const template = templateOf(language, policy.family)
  const rows = mockRows(policy)
  const files = await filesOf({ policy, listing, language, template, rows })
  const taken = Object.keys(files).find((file) => existsSync(join(folder, file)))
  if (taken !== undefined) throw new FileError(join(folder, taken), 'is there already: name another folder.')
  endDryRun(io, command, `Make a project in ${directory}: ${Object.keys(files).join(', ')}`)
  for (const [file, content] of Object.entries(files)) await write(join(folder, file), content)
  const result = { folder, language, family: policy.family, listing, rows, files: Object.keys(files) }
  const shown = { project: folder, family: policy.family, files: result.files, 'mock rows': rows }
  printResult(io, command, result, fields(shown))
  const inFolder = relative(io.cwd, folder) || '.'
  if (language === 'assemblyscript') note(io, `Next: (cd ${inFolder} && npm install && npm run build)`)
  note(io, `${language === 'assemblyscript' ? 'Then' : 'Next'}: gristmill compute test ${inFolder}`)
}

function languageOf(options: InitProjectOptions): Language {
  const [language, another] = LANGUAGES.filter((name) => options[name] === true)
  if (language !== undefined && another === undefined) return language
  throw new ArgumentError(
    '--js',
    `is one way to write an algorithm: name one of ${LANGUAGES.map((name) => `--${name}`).join(', ')}.`,
  )
}

async function policyOf(
  io: Io,
  command: Command,
  { listing: named, policy: file }: InitProjectOptions,
): Promise<{ policy: Policy; listing?: ListingId }> {
  if (named !== undefined && file !== undefined) {
    throw new ArgumentError('--policy', 'is that of the listing: leave one of them out.')
  }
  if (file !== undefined) return { policy: await readPolicy(io, file) }
  if (named === undefined) return { policy: ownPolicy() }
  const listing = parseId('--listing', named) as ListingId
  await using reader = await openReader(io, command)
  const { policy } = (await reader.client.listings.get({ listing })).document
  if (policy === undefined) throw new NoComputeError(listing)
  return { policy, listing }
}

/** Something to begin with where no policy is meant yet; it allows no algorithm that anybody has. */
function ownPolicy(): Policy {
  const table: Table = {
    features: [
      { name: 'age', type: 'number', minMicros: 0, maxMicros: 110_000_000 },
      { name: 'dose', type: 'number', minMicros: 0, maxMicros: 50_000_000 },
      { name: 'site', type: 'category', categories: ['north', 'south', 'west'] },
    ],
    label: { name: 'outcome', classes: ['no', 'yes'] },
    ignored: [],
  }
  return policyFor({ table, algorithms: [{ digest: ZERO_BYTES32, runtime: 'js', parameters: {} }] })
}

interface Contents {
  policy: Policy
  listing: ListingId | undefined
  language: Language
  template: Template
  rows: number
}

async function filesOf(contents: Contents): Promise<Record<string, string | Uint8Array>> {
  const { policy, listing, language, template, rows } = contents
  const project: Project = {
    algorithm: template.algorithm,
    policy: 'policy.json',
    data: 'mock.csv',
    runtime: template.runtime,
    parameters: template.parametersOf(policy),
    ...(listing === undefined ? {} : { listing }),
  }
  const sources = await Promise.all(
    Object.entries(template.files).map(async ([file, path]) => [file, await readTemplate(path)] as const),
  )
  return {
    ...Object.fromEntries(sources),
    [PROJECT_FILE]: pretty(project),
    'policy.json': pretty(policy),
    // The seed is public as everything else about it: the policy's own hash.
    'mock.csv': mockTable(policy.table, { rows, seed: policyHash(policy) }),
    'README.md': readmeOf({ language, template, policy, listing }),
    'package.json': packageJson(language),
  }
}

const pretty = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`

async function write(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content, { flag: 'wx' })
  } catch (error) {
    throw new FileError(file, 'cannot be written: check path and permissions, or name another folder.', error)
  }
}
