import { readFile } from 'node:fs/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { EngineAnswerError, EngineRefusedError, EngineUnavailableError } from '@gristmill/runner'
import { z } from 'zod'
import { parseJson } from '../spool/task-format.js'

/** Where slurmrestd is, and who asks it. */
export interface SlurmClientParams {
  /** `unix:/run/slurmrestd.socket`, or `http://HOST:PORT`, `https://HOST:PORT`. */
  url: string
  /** For JWT; over a socket the user of this process is known by MUNGE. */
  auth?: { user: string; tokenFile: string }
  /** For one request; default: 10 seconds. */
  requestMs?: number
  /** Attempts at one request; default: 5. */
  attempts?: number
}

export interface SlurmRequest {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  body?: object
}

/** What slurmrestd says beside its answer. */
const errorsSchema = z.looseObject({
  errors: z.array(z.looseObject({ error: z.string().optional(), error_number: z.int().optional() })).default([]),
})

const ENGINE = 'slurm'
const REQUEST_MS = 10_000
const ATTEMPTS = 5
const FIRST_PAUSE_MS = 200
/** The list of all jobs of a large cluster is large; a description of the API has some megabytes, too. */
const ANSWER_BYTES_MAX = 128 * 2 ** 20
/** slurm_errno.h: everything from 1800 to 1999 is about reaching the controller, and passes. */
const isPassing = (number: number): boolean => number >= 1_800 && number < 2_000
/** slurmctld is starting, or is a backup that waits. */
const PASSING = new Set([2_033, 2_076])

/** Speaks HTTP with slurmrestd: bounded in time, size and attempts. */
export class SlurmClient {
  readonly #params: SlurmClientParams

  constructor(params: SlurmClientParams) {
    this.#params = params
  }

  /** One request and its answer in the form of `schema`, or an EngineError; undefined for one of `unless`. */
  async ask<T>(request: SlurmRequest, schema: z.ZodType<T>, unless: readonly number[] = []): Promise<T | undefined> {
    const operation = `${request.method} ${request.path}`
    const { attempts = ATTEMPTS } = this.#params
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(request, operation, schema, unless)
      } catch (error) {
        // A submission may have arrived although its answer did not: who asked for it has to see.
        if (error instanceof EngineRefusedError || request.method === 'POST' || attempt >= attempts) throw error
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1))
      }
    }
  }

  async #once<T>(
    request: SlurmRequest,
    operation: string,
    schema: z.ZodType<T>,
    unless: readonly number[],
  ): Promise<T | undefined> {
    const { status, text } = await this.#send(request, operation)
    if (status === 401 || status === 403) throw new EngineRefusedError(ENGINE, operation, `HTTP ${status}`)
    if (status === 404) throw new EngineRefusedError(ENGINE, operation, 'it has no such path')
    const json = parseJson(text)
    const said = errorsSchema.safeParse(json)
    if (!said.success) throw new EngineAnswerError(ENGINE, operation, `HTTP ${status}, not in JSON as it speaks it`)
    for (const { error = 'no reason', error_number: number = 0 } of said.data.errors) {
      if (unless.includes(number)) return undefined
      if (isPassing(number) || PASSING.has(number)) throw new EngineUnavailableError(ENGINE, operation)
      throw new EngineRefusedError(ENGINE, operation, `${error.slice(0, 200)} (${number})`)
    }
    if (status !== 200) throw new EngineAnswerError(ENGINE, operation, `HTTP ${status} without an error`)
    const answer = schema.safeParse(json)
    if (answer.success) return answer.data
    const { path, message } = answer.error.issues[0]!
    throw new EngineAnswerError(ENGINE, operation, `${path.join('.')}: ${message}`)
  }

  async #send({ method, path, body }: SlurmRequest, operation: string): Promise<{ status: number; text: string }> {
    const { url, requestMs = REQUEST_MS } = this.#params
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const isSocket = url.startsWith('unix:')
    const headers = {
      accept: 'application/json',
      ...(payload && { 'content-type': 'application/json', 'content-length': payload.length }),
      ...(await this.#credentials()),
    }
    const target = isSocket ? { socketPath: url.slice('unix:'.length), path, host: 'localhost' } : new URL(path, url)
    const send = url.startsWith('https:') ? requestHttps : requestHttp
    const signal = AbortSignal.timeout(requestMs)
    const options = { method, headers, signal, agent: false } as const
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing =
          target instanceof URL ? send(target, options, resolve) : send({ ...target, ...options }, resolve)
        outgoing.on('error', reject).end(payload)
      })
      const chunks: Uint8Array[] = []
      let received = 0
      for await (const chunk of answer as AsyncIterable<Uint8Array>) {
        received += chunk.length
        if (received > ANSWER_BYTES_MAX) throw new EngineAnswerError(ENGINE, operation, 'more than 128 MiB')
        chunks.push(chunk)
      }
      return { status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }
    } catch (error) {
      if (error instanceof EngineAnswerError) throw error
      throw new EngineUnavailableError(ENGINE, operation, error)
    }
  }

  /** Read for each request: a token is renewed by who issues it. */
  async #credentials(): Promise<Record<string, string>> {
    const { auth } = this.#params
    if (auth === undefined) return {}
    try {
      const token = (await readFile(auth.tokenFile, 'utf8')).trim().replace(/^SLURM_JWT=/, '')
      return { 'x-slurm-user-name': auth.user, 'x-slurm-user-token': token }
    } catch (error) {
      throw new EngineUnavailableError(ENGINE, 'read the token', error)
    }
  }
}
