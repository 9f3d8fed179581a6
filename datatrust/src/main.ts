import { parseArgs } from 'node:util'
import { isProtocolError } from '@gristmill/protocol'
import { backup } from './backup/backup.js'
import { restore } from './backup/restore.js'
import type { BackupProgress } from './backup/write-backup.js'
import { configFromEnv } from './config/config.js'
import { readBucket, readDirectory, readEnv } from './config/env.js'
import { start } from './server.js'

const USAGE = `usage: main.js                    serve
       main.js backup --to DIR [--blobs refer]
                                  copy database and blobs, running or not; the keys are yours to keep apart
       main.js restore --from DIR make a data directory of a backup
The variables are in the README.`

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { to: { type: 'string' }, from: { type: 'string' }, blobs: { type: 'string' } },
  })
  const [command] = positionals
  if (command === undefined && values.to === undefined && values.from === undefined) await serve()
  else if (command === 'backup' && values.to !== undefined && isHow(values.blobs)) {
    const { to, blobs } = values
    console.log(JSON.stringify(await backup({ dataDirectory: readDirectory(), to, blobs, onProgress: sayProgress })))
  } else if (command === 'restore' && values.from !== undefined) {
    const { from } = values
    const places = { dataDirectory: readDirectory(), bucket: readBucket() }
    console.log(JSON.stringify(await restore({ ...places, from, onProgress: sayProgress })))
  } else {
    console.error(USAGE)
    process.exitCode = 2
  }
} catch (error) {
  console.error(isProtocolError(error) ? `${error.code}: ${error.message}` : error)
  process.exitCode = 1
}

function isHow(blobs = 'copy'): blobs is 'copy' | 'refer' {
  return blobs === 'copy' || blobs === 'refer'
}

async function serve(): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await using server = await start(await configFromEnv(readEnv()))
  console.log(JSON.stringify({ url: server.url }))
  await ended
}

function sayProgress({ step, doneBytes, totalBytes }: BackupProgress): void {
  console.error(JSON.stringify({ step, doneBytes, totalBytes }))
}
