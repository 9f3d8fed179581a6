import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { isProtocolError } from '@gristmill/protocol'
import { z } from 'zod'
import type { Context } from '../context.js'
import { controlSocketOf } from './control-socket.js'
import type { HeldBlobs } from './hold-deletes.js'
import { writeBackup } from './write-backup.js'

const REQUEST_BYTES_MAX = 8_192
/** Between two words about progress. */
const PROGRESS_MS = 200

const requestSchema = z.strictObject({ backup: z.strictObject({ to: z.string().startsWith('/') }) })

/** Takes backups for whoever may enter the data directory: its owner. HTTP has no part in it. */
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
    const { to } = requestSchema.parse(JSON.parse(await firstLine(socket))).backup
    say({ done: await ctx.tasks.inTurn('backup', () => run(ctx, socket, to, say)) })
  } catch (error) {
    ctx.log.error({ err: error }, 'no backup')
    const { code, message } = isProtocolError(error) ? error : { code: 'INTERNAL', message: String(error) }
    say({ failed: { code, message } })
  }
  socket.end()
}

async function run(ctx: Context & { blobs: HeldBlobs }, socket: Socket, to: string, say: (word: object) => void) {
  const leaving = new AbortController()
  socket.once('close', () => leaving.abort(new Error('whoever asked for it left')))
  if (socket.destroyed) throw new Error('whoever asked for it left')
  const { db, blobs } = ctx
  let saidAt = 0
  ctx.log.info({ to }, 'backup begun')
  await using _hold = blobs.hold()
  const done = await writeBackup({
    db,
    blobs,
    dataDirectory: ctx.config.dataDirectory,
    to,
    signal: leaving.signal,
    onProgress: (progress) => {
      if (progress.doneBytes < progress.totalBytes && performance.now() - saidAt < PROGRESS_MS) return
      saidAt = performance.now()
      say({ progress })
    },
  })
  ctx.log.info({ to, blobs: done.blobs }, 'backup done')
  return done
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
