import { configFromEnv, doctor, type Finding, readEnv } from '@gristmill/datatrust'
import type { Command } from 'commander'
import type { Io } from '../io.js'
import { printResult } from '../output.js'
import { loadProfile } from '../profile.js'
import { style } from '../style.js'
import { ChecksFailedError } from './datatrust-errors.js'
import { type StartOptions, variablesOf } from './start-datatrust.js'

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

/** Says of everything the server depends on how it is, a line each. */
export async function examineDatatrust(io: Io, command: Command, options: StartOptions): Promise<void> {
  const loaded = await loadProfile(io, command)
  const config = await configFromEnv(readEnv(await variablesOf(io, loaded, options)))
  const findings: Finding[] = []
  for await (const finding of doctor(config)) findings.push(finding)
  const lines = findings.map(({ check, status, message, remedy }) => {
    const said = `${check.padEnd(8)}  ${message}`
    const mark = style(io, io.stdout, COLOURS[status], status.padEnd(4))
    return `${mark}  ${remedy === undefined ? said : `${said}. ${remedy}`}`
  })
  printResult(io, command, { findings }, lines)
  const failures = findings.filter(({ status }) => status === 'fail')
  if (failures.length > 0) throw new ChecksFailedError(failures.map(({ check }) => check))
}
