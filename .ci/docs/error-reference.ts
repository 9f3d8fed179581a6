import { ROOT } from '../workspace.ts'
import { type ContractError, contractErrors } from './contract-errors.ts'
import { type ErrorClass, errorClasses } from './error-classes.ts'
import { problemCodes } from './problem-codes.ts'

/** Everything that can be thrown, reverted with or answered. */
export interface Errors {
  classes: readonly ErrorClass[]
  contracts: { own: readonly ContractError[]; inherited: readonly ContractError[] }
  /** HTTP status by code. */
  problems: ReadonlyMap<string, number>
}

export async function collectErrors(root = ROOT): Promise<Errors> {
  return { classes: errorClasses(root), contracts: await contractErrors(root), problems: problemCodes(root) }
}

/** What a reader would miss in the reference; empty if nothing. */
export function errorFaults({ classes, contracts, problems }: Errors): string[] {
  const reverts = [...contracts.own, ...contracts.inherited]
  const entries = [...classes, ...reverts]
  const untold = entries.flatMap(({ name, meaning, remedy }) => [
    ...(meaning === '' ? [`${name} does not say when it is thrown: write it above its declaration`] : []),
    ...(remedy === ''
      ? [`${name} does not say what to do: let its message say it, or add @remedy above its class`]
      : []),
  ])
  const known = entries.flatMap((entry) => (entry.code === undefined ? [] : [{ ...entry, code: entry.code }]))
  const ambiguous = [...Map.groupBy(known, ({ code }) => code)]
    .filter(([, same]) => new Set(same.map(({ meaning }) => meaning)).size > 1)
    .map(([code, same]) => `${code} means different things: ${same.map(({ name }) => name).join(', ')}`)
  const undeclared = [...problems.keys()]
    .filter((code) => !known.some((entry) => entry.code === code))
    .map((code) => `${code} has an HTTP status and no error`)
  return [...untold, ...ambiguous, ...undeclared]
}

const HEAD = `<!-- Generated from the sources by \`pnpm run docs\`. Edit the doc comment or the message of the error instead. -->

# Errors

Every error that Gristmill throws, reverts with or answers on purpose. \`code\` is stable; messages may change. What happened and
what to do is in the message of each, with its values; this page has the same without them.

- **In TypeScript** all extend \`ProtocolError { code, details, retryable, cause }\` of \`@gristmill/protocol\`:
  \`isProtocolError(error, 'QUOTE_MISMATCH')\` recognises one, \`instanceof\` works within one copy of a package.
- **Of a contract**, the sdk throws a \`ContractRevertError\` with \`errorName\`, \`args\` and the code given below.
- **Of a datatrust**, answers other than 2xx are problem documents (RFC 9457) with \`code\`, \`detail\`, \`details\` and \`retryable\`,
  under the HTTP status given below; the sdk throws a \`DatatrustError\` with that \`code\` and \`status\`. What has no status here is
  answered with 500 <a id="INTERNAL"></a>\`INTERNAL\`, which says nothing more: its operator finds the reason in the log.
- **On the command line** the code stands behind the message, and in \`--json\`; exit codes are in
  [packages/cli](../packages/cli/README.md).

*Retry* says whether the same call may succeed later without a change. \`<words>\` stand for values.
`

/** The page, from what the sources say. */
export function errorReference({ classes, contracts, problems }: Errors): string {
  const anchored = new Set<string>()
  // `type` of a problem names the anchor of its code: its first place on the page.
  const anchor = (code: string): string => {
    if (!problems.has(code) || anchored.has(code)) return ''
    anchored.add(code)
    return `<a id="${code}"></a>`
  }
  const packages = Map.groupBy(classes, (error) => error.package)
  const sections = [...packages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, errors]) => {
      const withStatus = errors.some(({ code }) => code !== undefined && problems.has(code))
      const rows = [...errors]
        .sort((a, b) => ((a.code ?? a.name) < (b.code ?? b.name) ? -1 : 1))
        .map(({ name: title, code, meaning, remedy, retryable }) => [
          `${code === undefined ? '' : `${anchor(code)}\`${code}\`<br>`}${title}`,
          told(meaning),
          remedy,
          retryable === undefined ? 'as told' : retryable ? 'yes' : 'no',
          ...(withStatus ? [String(problems.get(code ?? '') ?? '')] : []),
        ])
      const head = ['code and class', 'when', 'what to do', 'retry', ...(withStatus ? ['HTTP'] : [])]
      return `## ${name}\n\n${table(head, rows)}`
    })
  const own = contracts.own.map(({ name, code, parameters, meaning, remedy }) => [
    `${anchor(code)}\`${name}\`<br>\`${code}\``,
    parameters === ''
      ? ''
      : parameters
          .split(', ')
          .map((parameter) => `\`${parameter}\``)
          .join('<br>'),
    told(meaning),
    remedy,
    ...[String(problems.get(code) ?? '')],
  ])
  const inherited = contracts.inherited.map(({ name, code, remedy }) => [`\`${name}\``, `\`${code}\``, remedy])
  return [
    HEAD,
    ...sections,
    `## Contracts\n\nRetrying changes nothing unless the chain changed.\n\n${table(['error and code', 'arguments', 'when', 'what happened and what to do', 'HTTP'], own)}`,
    `## What contracts inherit\n\nErrors of OpenZeppelin's contracts and of the language that a call can end in.\n\n${table(['error', 'code', 'what happened and what to do'], inherited)}`,
  ]
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n')
    .concat('\n')
}

const told = (meaning: string): string => {
  const words = meaning.replace(/^Thrown (when|for) /, '')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n')

const cell = (words: string): string => words.replace(/\|/g, '\\|').replace(/\{@link ([^}]+)\}/g, '`$1`')
