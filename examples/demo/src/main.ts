import { once } from 'node:events'
import { isProtocolError } from '@gristmill/protocol'
import { playDemo } from './demo.js'
import { openDirectory } from './directory.js'
import { readOptions } from './options.js'
import { Transcript } from './transcript.js'
import { tryNext } from './try-next.js'

const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
const INTERRUPTED = Symbol('interrupted')

try {
  const options = readOptions(process.argv.slice(2))
  await using stack = new AsyncDisposableStack()
  const directory = await openDirectory(process.cwd(), stack)
  const transcript = new Transcript((line) => console.log(line))
  const played = playDemo(options, directory, transcript, stack)
  const outcome = await Promise.race([played, interrupted.then(() => INTERRUPTED)])
  if (outcome === INTERRUPTED) {
    // What is under way fails when the stage is taken down; that is not a fault to report.
    played.catch(() => undefined)
    process.exitCode = 130
  } else if (!options.ci) {
    tryNext(transcript)
    await interrupted
  }
} catch (error) {
  const known = isProtocolError(error)
  console.error(known ? `\n${error.code}: ${error.message}` : error)
  process.exitCode = known && error.code === 'DEMO_USAGE' ? 2 : 1
}
