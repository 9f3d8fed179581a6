import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Family, Policy, Runtime } from '@gristmill/protocol'
import { ArgumentError } from '../argument-errors.js'

/** In which language a project is begun. */
export const LANGUAGES = ['assemblyscript', 'js', 'python'] as const
/** One of `LANGUAGES`. */
export type Language = (typeof LANGUAGES)[number]

/** An algorithm that comes with the command line. */
export interface Template {
  runtime: Runtime
  /** The file to train with, in a project. */
  algorithm: string
  /** Files of a project, and where each lies among the templates. */
  files: Readonly<Record<string, string>>
  /** Ranges of its parameters, as `--parameters` of a policy has them. */
  ranges: Readonly<Record<string, readonly [number, number]>>
  /** To begin with. */
  parametersOf(policy: Policy): Record<string, number>
}

const LINEAR_RANGES = { epochs: [1, 500], l2Micros: [0, 1_000_000] } as const
const linearParameters = () => ({ epochs: 200, l2Micros: 100 })

const TEMPLATES: Readonly<Record<Language, Partial<Record<Family, Template>>>> = {
  js: {
    linear: {
      runtime: 'js',
      algorithm: 'train.js',
      files: { 'train.js': 'js/train.js' },
      ranges: LINEAR_RANGES,
      parametersOf: linearParameters,
    },
  },
  assemblyscript: {
    linear: {
      runtime: 'wasm',
      algorithm: 'train.wasm',
      files: {
        'assembly/index.ts': 'assemblyscript/assembly/index.ts',
        'assembly/tsconfig.json': 'assemblyscript/assembly/tsconfig.json',
        'asconfig.json': 'assemblyscript/asconfig.json',
      },
      ranges: LINEAR_RANGES,
      parametersOf: linearParameters,
    },
  },
  python: {
    linear: {
      runtime: 'python',
      algorithm: 'train.py',
      files: { 'train.py': 'python/linear.py' },
      ranges: { inverseRegularizationMicros: [1, 1_000_000_000], iterations: [1, 1_000] },
      parametersOf: () => ({ inverseRegularizationMicros: 1_000_000, iterations: 200 }),
    },
    mlp: {
      runtime: 'python',
      algorithm: 'train.py',
      files: { 'train.py': 'python/mlp.py' },
      ranges: { alphaMicros: [0, 10_000_000], iterations: [1, 1_000] },
      parametersOf: () => ({ alphaMicros: 1_000_000, iterations: 200 }),
    },
    'tree-ensemble': {
      runtime: 'python',
      algorithm: 'train.py',
      files: { 'train.py': 'python/tree-ensemble.py' },
      ranges: { depth: [1, 12], minLeaf: [1, 1_000] },
      parametersOf: ({ artifact, checks }) => ({
        depth: Math.round(Math.log2(artifact.tensors.find(({ name }) => name === 'leaf')?.shape[1] ?? 2)),
        minLeaf: checks.tree?.minLeaf ?? 10,
      }),
    },
  },
}

/** The algorithm to begin with for models of a family. */
export function templateOf(language: Language, family: Family): Template {
  const template = TEMPLATES[language][family]
  if (template !== undefined) return template
  const has = LANGUAGES.filter((other) => TEMPLATES[other][family] !== undefined)
  throw new ArgumentError(
    `--${language}`,
    `comes with no algorithm for models of the family ${family}: ${has.length === 0 ? 'none does; write one by ALGORITHM.md of @gristmill/runner' : `use --${has.join(' or --')}`}.`,
  )
}

const urlOf = (path: string) => new URL(`../../templates/${path}`, import.meta.url)

/** The text of a template's file. */
export const readTemplate = (path: string): Promise<string> => readFile(urlOf(path), 'utf8')

/** What a policy allows for linear models unless its maker names something else: what `compute init --js` writes. */
export const LINEAR_SCRIPT = {
  file: fileURLToPath(urlOf('js/train.js')),
  ranges: JSON.stringify(LINEAR_RANGES),
} as const
