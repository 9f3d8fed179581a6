import { once } from 'node:events'
import { isProtocolError } from '@gristmill/protocol'
import { playDemo } from './demo.js'
import { type Directory, openDirectory } from './directory.js'
import { type Options, readOptions } from './options.js'
import { Transcript } from './transcript.js'
import { tryNext } from './try-next.js'

const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
const INTERRUPTED = Symbol('interrupted')
const EXIT_INTERRUPTED = 130

try {
  const options = readOptions(process.argv.slice(2))
  // Freed last: nobody else gets the folder while something of this demo still runs.
  await using folder = new AsyncDisposableStack()
  const directory = await openDirectory(process.cwd(), folder)
  process.exitCode = await play(options, directory)
} catch (error) {
  const known = isProtocolError(error)
  console.error(known ? `\n${error.code}: ${error.message}` : error)
  process.exitCode = known && error.code === 'DEMO_USAGE' ? 2 : 1
}

/** Plays and serves until interrupted; takes the stage down before it returns the exit code. */
async function play(options: Options, directory: Directory): Promise<number> {
  const transcript = new Transcript((line) => console.log(line))
  const stage = new AsyncDisposableStack()
  const played = playDemo(options, directory, transcript, stage)
  try {
    if ((await Promise.race([played, interrupted.then(() => INTERRUPTED)])) === INTERRUPTED) return EXIT_INTERRUPTED
    if (options.ci) return 0
    tryNext(transcript)
    await interrupted
    return 0
  } finally {
    await stage.disposeAsync()
    // What was under way when the stage went down fails; that is not a fault to report.
    await played.catch(() => undefined)
  }
}
