import { Interrupted, type Io, type Source } from './io.js'
import { printable } from './printable.js'
import { InputEndedError, InputTooLongError } from './prompt-errors.js'

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const CTRL_U = '\u0015'
const ERASE = new Set(['\u007f', '\b'])

/** What came in after the end of a line and was not asked for yet. */
const rests = new WeakMap<Source, string>()

/** Asks a person for a line. */
export async function ask(io: Io, question: string, fallback?: string): Promise<string> {
  io.stderr.write(`${printable(question)}${fallback === undefined ? '' : ` [${printable(fallback)}]`}: `)
  const answer = (await readLine(io)).trim()
  return answer === '' && fallback !== undefined ? fallback : answer
}

/** Asks for what nobody may see: nothing is echoed. */
export async function askHidden(io: Io, question: string): Promise<string> {
  // Before the question: what is typed at once must not be echoed either.
  io.stdin.setRawMode?.(true)
  try {
    io.stderr.write(`${printable(question)}: `)
    return await readLine(io)
  } finally {
    io.stdin.setRawMode?.(false)
    io.stderr.write('\n')
  }
}

/** Asks for yes or no; no is what Enter means. */
export async function askYesNo(io: Io, question: string): Promise<boolean> {
  io.stderr.write(`${printable(question)} [y/N] `)
  return /^y(es)?$/i.test((await readLine(io)).trim())
}

/** Everything that is piped in, at most `maxBytes`. */
export async function readPiped({ stdin }: Io, maxBytes: number): Promise<string> {
  stdin.setEncoding('utf8')
  let text = ''
  for await (const chunk of stdin) {
    text += chunk
    if (text.length > maxBytes) throw new InputTooLongError(maxBytes)
  }
  return text
}

function readLine({ stdin, signal }: Io): Promise<string> {
  stdin.setEncoding('utf8')
  return new Promise((resolve, reject) => {
    let line = ''
    let settled = false
    const settle = (finish: () => void) => {
      settled = true
      stdin.off('data', take).off('end', ended)
      signal.removeEventListener('abort', interrupted)
      stdin.pause()
      finish()
    }
    const interrupted = () => settle(() => reject(new Interrupted()))
    const ended = () => settle(() => reject(new InputEndedError()))
    const take = (chunk: string | Buffer) => {
      const characters = [...String(chunk)]
      for (const [index, character] of characters.entries()) {
        if (character === CTRL_C) return interrupted()
        if (character === CTRL_D && line === '') return ended()
        if (character === '\n' || character === '\r') {
          const after = characters.slice(index + 1)
          if (character === '\r' && after[0] === '\n') after.shift()
          rests.set(stdin, after.join(''))
          return settle(() => resolve(line))
        }
        if (character === CTRL_U) line = ''
        else if (ERASE.has(character)) line = [...line].slice(0, -1).join('')
        else line += character
      }
    }
    if (signal.aborted) return reject(new Interrupted())
    stdin.on('data', take).on('end', ended)
    signal.addEventListener('abort', interrupted)
    const rest = rests.get(stdin) ?? ''
    rests.delete(stdin)
    if (rest !== '') take(rest)
    if (stdin.readableEnded === true) ended()
    else if (!settled) stdin.resume()
  })
}
