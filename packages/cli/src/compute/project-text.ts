import type { ListingId, Policy } from '@gristmill/protocol'
import type { Language, Template } from './templates.js'

/** What compiles AssemblyScript; the examples of Gristmill are built with it. */
const ASSEMBLYSCRIPT = '0.28.20'

/** The package.json of a project. */
export function packageJson(language: Language): string {
  const test = 'gristmill compute test'
  const document = {
    name: 'algorithm',
    version: '0.1.0',
    private: true,
    type: 'module',
    ...(language === 'assemblyscript'
      ? {
          scripts: { build: 'asc assembly/index.ts --target release', test: `npm run build && ${test}` },
          devDependencies: { assemblyscript: ASSEMBLYSCRIPT },
        }
      : { scripts: { test } }),
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

export interface ReadmeParams {
  language: Language
  template: Template
  policy: Policy
  listing: ListingId | undefined
}

/** The README of a project. */
export function readmeOf({ language, template, policy, listing }: ReadmeParams): string {
  const { algorithm, ranges } = template
  const build =
    language === 'assemblyscript'
      ? `npm install && npm run build          # or: npx --package assemblyscript@${ASSEMBLYSCRIPT} asc assembly/index.ts --target release\n`
      : ''
  return `# An algorithm for data that stays where it is

\`\`\`sh
${build}gristmill compute test                 # trains on mock.csv under the datatrust's own executor and gate
gristmill compute run ${listing ?? 'LISTING'} --algorithm ${algorithm} --parameters '…' --out model.safetensors
\`\`\`

- \`${algorithm}\` learns a model of the family \`${policy.family}\`. How an algorithm is written: ALGORITHM.md of @gristmill/runner.
- \`policy.json\` says what may run and what may leave: \`gristmill policy explain policy.json\`.
- \`mock.csv\` is made of the policy's public schema by a seeded rule. It tells nothing about the real data, and how well a
  model does on it says nothing about how well it will do there.
- \`gristmill.json\` says which of them \`compute test\` takes, and the parameters.

A maker has to allow the algorithm by its sha256 before it runs on their data, with ranges of its parameters:

\`\`\`sh
gristmill publish table.csv --compute PRICE --algorithm ${algorithm} --parameters '${JSON.stringify(ranges)}' …
\`\`\`

What the algorithm prints is shown by \`compute test\` only. On a maker's data nothing of it leaves: the sponsor gets the model
and its metrics, or one word for why there is none.
`
}
