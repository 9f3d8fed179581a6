import type { Argument, Command, Option } from 'commander'

/** As `CURVE_NAMES` of the sdk, which takes longer to load than a shell wants to wait. */
const CURVES = ['linear', 'flat', 'root', 'computable'] as const

/** What can stand for a value. */
export type Values = 'file' | 'key' | 'nothing' | readonly string[]

export interface Flag {
  /** `--token` */
  name: string
  description: string
  /** Absent for a flag without a value. */
  values?: Values
}

/** One command, with what may follow it. */
export interface Branch {
  /** `vault deposit`; empty for the program. */
  path: string
  commands: readonly { name: string; description: string }[]
  /** Those of the program included. */
  flags: readonly Flag[]
  /** Of the arguments, in their order. */
  args: readonly Values[]
}

/** Every command of a program, parents first. */
export function branchesOf(program: Command): Branch[] {
  return visit(program, '', [])
}

function visit(command: Command, path: string, inherited: readonly Flag[]): Branch[] {
  const visible = command.createHelp().visibleCommands(command)
  const own = command.createHelp().visibleOptions(command).flatMap(flagOf)
  const flags = [...own.filter(({ name }) => !inherited.some((flag) => flag.name === name)), ...inherited]
  const branch = {
    path,
    commands: visible.map((child) => ({ name: child.name(), description: child.description() })),
    flags,
    args: command.registeredArguments.map(valuesOf),
  }
  const children = visible.filter((child) => child.name() !== 'help')
  return [branch, ...children.flatMap((child) => visit(child, `${path} ${child.name()}`.trim(), flags))]
}

function flagOf(option: Option): Flag[] {
  if (option.long === undefined || option.long === null) return []
  const { long: name, description } = option
  return [option.required || option.optional ? { name, description, values: valuesOf(option) } : { name, description }]
}

/** The placeholder tells: `<file>`, or `<key>` for the name of a key. */
function valuesOf(taker: Argument | Option): Values {
  if (taker.argChoices !== undefined) return taker.argChoices
  const placeholder = 'flags' in taker ? /[<[](.+?)[\]>]/.exec(taker.flags)?.[1] : taker.name()
  if (placeholder === 'curve') return CURVES
  return placeholder === 'file' || placeholder === 'key' ? placeholder : 'nothing'
}
