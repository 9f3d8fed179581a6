import { createConnection, type Socket } from 'node:net'
import { z } from 'zod'
import type { ControlRequest } from './control-request.js'

/** What is asked of a running datatrust, and what it answers with: words while it works, then what it came to. */
export interface Control<Word, Done> {
  request: ControlRequest
  word: z.ZodType<Word>
  done: z.ZodType<Done>
  /** Gets each word; the next is read when it resolves. */
  onWord: (word: Word) => void | Promise<void>
  /** The error for a refusal, or for no answer: then there is no code. */
  refused: (reason: string, code: string | null) => Error
}

const answerSchema = z.looseObject({
  done: z.unknown().optional(),
  failed: z.object({ code: z.string(), message: z.string() }).optional(),
})

/** Asks the datatrust that listens on a socket; leaving breaks off what it does. */
export async function askControl<Word, Done>(path: string, control: Control<Word, Done>): Promise<Done> {
  const { request, word, done, onWord, refused } = control
  const socket = createConnection({ path })
  socket.write(`${JSON.stringify(request)}\n`)
  try {
    for await (const line of linesOf(socket, refused)) {
      const answer = answerSchema.parse(JSON.parse(line))
      if (answer.failed !== undefined) throw refused(answer.failed.message, answer.failed.code)
      if (answer.done !== undefined) return done.parse(answer.done)
      await onWord(word.parse(answer))
    }
  } finally {
    socket.destroy()
  }
  throw refused('it ended before it was done', null)
}

/** Not by `readline`, which reads a thousand lines ahead: of an audit one is a whole page. */
async function* linesOf(
  socket: Socket,
  refused: Control<unknown, unknown>['refused'],
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  const chunks = socket[Symbol.asyncIterator]()
  for (;;) {
    const next = await chunks.next().catch((error: Error) => {
      throw refused(error.message, null)
    })
    if (next.done === true) return
    const lines = (rest + decoder.decode(next.value as Buffer, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
