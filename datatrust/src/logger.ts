import { type Logger, pino } from 'pino'

export type { Logger }

/** Log to stderr, one JSON object a line; stdout belongs to whoever embeds the server. */
export function createLogger(level: string): Logger {
  return pino(
    {
      name: 'datatrust',
      level,
      // A second line of defence: nothing is meant to log these.
      redact: ['*.authorization', '*.signature', '*.privateKey', '*.secret', 'req', 'headers'],
      serializers: { err: serializeError },
    },
    pino.destination({ fd: 2, sync: true }),
  )
}

/** An error without its request, response or transaction: ethers hangs whole payloads on its errors. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error).slice(0, 500) }
  const code = 'code' in error ? error.code : undefined
  return {
    type: error.name,
    code,
    message: error.message.slice(0, 500),
    stack: error.stack?.slice(0, 4_000),
    ...(error.cause instanceof Error ? { cause: serializeError(error.cause) } : {}),
  }
}
