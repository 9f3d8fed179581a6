import { once } from 'node:events'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { isProtocolError } from '@gristmill/protocol'
import { type AdminProgress, type AdminTask, runAdminTask } from '../admin/admin-task.js'
import { recordAct } from '../audit/acts.js'
import { type AuditRequest, type AuditSummary, writeAudit } from '../audit/write-audit.js'
import type { HeldBlobs } from '../backup/hold-deletes.js'
import { requireBucket } from '../backup/require-bucket.js'
import { writeBackup } from '../backup/write-backup.js'
import { readNote } from '../config/bucket-note.js'
import type { Context } from '../context.js'
import { type ControlRequest, controlRequestSchema } from './control-request.js'
import { controlSocketOf } from './control-socket.js'

const REQUEST_BYTES_MAX = 8_192
/** Between two words about progress. */
const PROGRESS_MS = 200

/** Takes backups, writes audits, and does what an operator asks beside serving, for whoever may enter the data directory: its owner. HTTP has no part in it. */
export async function serveControl(ctx: Context & { blobs: HeldBlobs }): Promise<AsyncDisposable> {
  const path = controlSocketOf(ctx.config.dataDirectory)
  if (path === undefined) {
    ctx.log.warn('the path of the data directory is too long for a socket: no backups while it runs')
    return { [Symbol.asyncDispose]: async () => {} }
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // Left by a crash: the directory is locked, nobody else listens there.
  await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    void answer(ctx, socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  await chmod(path, 0o600)
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(ctx: Context & { blobs: HeldBlobs }, socket: Socket): Promise<void> {
  const say = (word: object) => void (socket.writable && socket.write(`${JSON.stringify(word)}\n`))
  try {
    const request = controlRequestSchema.parse(JSON.parse(await firstLine(socket)))
    if ('admin' in request) {
      say({ done: await ctx.tasks.inTurn('admin', () => administer(ctx, socket, request.admin, say)) })
    } else if ('audit' in request) {
      say({ done: await audit(ctx, socket, request.audit) })
    } else {
      const { backup } = request
      say({ done: await ctx.tasks.inTurn('backup', () => run(ctx, socket, backup, say)) })
    }
  } catch (error) {
    ctx.log.error({ err: error }, 'what was asked for over the socket was not done')
    const { code, message } = isProtocolError(error) ? error : { code: 'INTERNAL', message: String(error) }
    say({ failed: { code, message } })
  }
  socket.end()
}

async function run(
  ctx: Context & { blobs: HeldBlobs },
  socket: Socket,
  { to, blobs: how }: Extract<ControlRequest, { backup: object }>['backup'],
  say: (word: object) => void,
) {
  const leaving = new AbortController()
  socket.once('close', () => leaving.abort(new Error('whoever asked for it left')))
  if (socket.destroyed) throw new Error('whoever asked for it left')
  const { db, blobs } = ctx
  const { dataDirectory } = ctx.config
  const refersTo = how === 'refer' ? requireBucket(dataDirectory, await readNote(dataDirectory)) : undefined
  let saidAt = 0
  ctx.log.info({ to }, 'backup begun')
  await using _hold = blobs.hold()
  const done = await writeBackup({
    db,
    blobs,
    dataDirectory,
    refersTo,
    to,
    signal: leaving.signal,
    onProgress: (progress) => {
      if (progress.doneBytes < progress.totalBytes && performance.now() - saidAt < PROGRESS_MS) return
      saidAt = performance.now()
      say({ progress })
    },
  })
  await recordAct(db, { type: 'backed-up', subject: to, details: { blobs: done.blobs } })
  ctx.log.info({ to, blobs: done.blobs }, 'backup done')
  return done
}

function administer(ctx: Context, socket: Socket, task: AdminTask, say: (word: object) => void): Promise<object> {
  const leaving = new AbortController()
  socket.once('close', () => leaving.abort(new Error('whoever asked for it left')))
  let saidAt = 0
  const onProgress = (progress: AdminProgress) => {
    if (progress.doneAssets < progress.totalAssets && performance.now() - saidAt < PROGRESS_MS) return
    saidAt = performance.now()
    say({ progress })
  }
  return runAdminTask({ ...ctx, sync: () => ctx.follower.sync() }, task, onProgress, leaving.signal)
}

/** In no turn: it changes nothing, and may take long. */
async function audit(ctx: Context, socket: Socket, request: AuditRequest): Promise<AuditSummary> {
  const leaving = new AbortController()
  socket.once('close', () => leaving.abort(new Error('whoever asked for it left')))
  if (socket.destroyed) throw new Error('whoever asked for it left')
  const write = async (text: string) => {
    // Whoever reads slowly is waited for: nothing piles up here.
    if (!socket.write(`${JSON.stringify({ text })}\n`)) await once(socket, 'drain', { signal: leaving.signal })
  }
  const { db, config, secrets } = ctx
  const summary = await writeAudit({ db, config, signer: secrets.signer, request, write, signal: leaving.signal })
  ctx.log.info({ rows: summary.rows, head: summary.head }, 'audit written')
  return summary
}

async function firstLine(socket: Socket): Promise<string> {
  const lines = createInterface({ input: socket })
  return new Promise((resolve, reject) => {
    socket.on('data', () => {
      if (socket.bytesRead > REQUEST_BYTES_MAX) reject(new Error('a request of too many bytes'))
    })
    lines.once('line', (line) => resolve(line))
    lines.once('close', () => reject(new Error('no request')))
  })
}
