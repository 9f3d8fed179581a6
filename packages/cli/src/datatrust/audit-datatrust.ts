import { once } from 'node:events'
import { open, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type AuditFormat, exportAudit, verifyAudit } from '@gristmill/datatrust'
import type { Command } from 'commander'
import { ArgumentError, FileError } from '../argument-errors.js'
import { parseAddress, parseId } from '../arguments.js'
import type { Io, Sink } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { loadProfile } from '../profile.js'
import { parseInstant } from './parse-instant.js'
import { configOf, type StartOptions } from './start-datatrust.js'

export interface AuditOptions extends StartOptions {
  since?: string
  until?: string
  listing?: string
  account?: string
  format: AuditFormat
  out?: string
  verify?: string
  signer?: string
}

/** Writes an audit, or checks one. */
export async function auditDatatrust(io: Io, command: Command, options: AuditOptions): Promise<void> {
  const { signer, verify } = options
  if (signer !== undefined && verify === undefined) throw new ArgumentError('--signer', 'goes with --verify FILE.')
  if (verify !== undefined) return verifyFile(io, command, resolve(io.cwd, verify), signer)
  const { since, until, listing, account, format, out } = options
  const wish = {
    format,
    ...(since === undefined ? {} : { since: parseInstant('--since', since) }),
    ...(until === undefined ? {} : { until: parseInstant('--until', until) }),
    ...(listing === undefined ? {} : { listing: parseId('--listing', listing) }),
    ...(account === undefined ? {} : { account: parseAddress('--account', account) }),
  }
  const config = await configOf(io, await loadProfile(io, command), options)
  if (out === undefined) {
    await exportAudit(config, { ...wish, write: (text) => writeOut(io.stdout, text) })
    return
  }
  const file = resolve(io.cwd, out)
  const summary = await intoFile(file, (write) => exportAudit(config, { ...wish, write }))
  printResult(io, command, { ...summary, file }, fields({ audit: file, ...summary }))
  note(io, `It names accounts: keep it from others. Check it with: gristmill datatrust audit --verify ${out}`)
}

async function verifyFile(io: Io, command: Command, file: string, signer: string | undefined): Promise<void> {
  const expected = signer === undefined ? {} : { signer: parseAddress('--signer', signer) }
  const statement = await verifyAudit({ file, ...expected }).catch((error: unknown) => {
    throw isOfFile(error) ? new FileError(file, 'cannot be read: check the path.', error) : error
  })
  const { datatrust, rows, since, until, toBlock, head } = statement
  const facts = { datatrust, rows, since: since ?? 'the beginning', until, 'read to block': toBlock ?? 'none', head }
  printResult(io, command, statement, ['intact', ...fields({ ...facts, 'signed by': statement.signer })])
  if (signer === undefined) {
    note(io, `Compare the signer with that of datatrust ${datatrust} on chain: gristmill datatrust show ${datatrust}`)
  }
}

/** A file that is whole when it is there, and that others cannot read. */
async function intoFile<T>(file: string, work: (write: (text: string) => Promise<void>) => Promise<T>): Promise<T> {
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const problem =
      error.code === 'EEXIST' ? 'is there already: name another file' : 'cannot be written: check the path'
    throw new FileError(file, `${problem}.`, error)
  })
  try {
    const result = await work((text) => handle.writeFile(text))
    await handle.sync()
    return result
  } catch (error) {
    await rm(file, { force: true })
    throw isOfFile(error) ? new FileError(file, 'cannot be written: check permissions and space.', error) : error
  } finally {
    await handle.close()
  }
}

/** Waits for who reads slowly: nothing piles up. */
async function writeOut(stdout: Sink, text: string): Promise<void> {
  if (stdout.write(text) === false && 'once' in stdout) await once(stdout as unknown as NodeJS.WritableStream, 'drain')
}

function isOfFile(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined
}
