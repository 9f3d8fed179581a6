import { readFile } from 'node:fs/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { EngineAnswerError, EngineRefusedError, EngineUnavailableError } from '@gristmill/runner'
import { z } from 'zod'
import { REQUEST_MS, type RequestParams, readAnswer, tryAgain } from '../cluster/requests.js'
import { parseJson } from '../spool/task-format.js'

/** Where slurmrestd is, and who asks it. */
export interface SlurmClientParams extends RequestParams {
  /** `unix:/run/slurmrestd.socket`, or `http://HOST:PORT`, `https://HOST:PORT`. */
  url: string
  /** For JWT; over a socket the user of this process is known by MUNGE. */
  auth?: { user: string; tokenFile: string }
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
    // A submission may have arrived although its answer did not: who asked for it has to see.
    const isFinal = (error: unknown) => error instanceof EngineRefusedError || request.method === 'POST'
    return tryAgain(() => this.#once(request, operation, schema, unless), { attempts: this.#params.attempts, isFinal })
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
      const text = await readAnswer(answer)
      if (text === undefined) throw new EngineAnswerError(ENGINE, operation, 'more than 128 MiB')
      return { status: answer.statusCode ?? 0, text }
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
