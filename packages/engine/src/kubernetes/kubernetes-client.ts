import { EngineAnswerError, type EngineError, EngineRefusedError, EngineUnavailableError } from '@gristmill/runner'
import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  createConfiguration,
  IsomorphicFetchHttpLibrary,
  type KubeConfig,
  NetworkingV1Api,
  type RequestContext,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from '@kubernetes/client-node'
import { z } from 'zod'
import { PassingStatus, REQUEST_MS, type RequestParams, readAnswer, tryAgain } from '../cluster/requests.js'
import { parseJson } from '../spool/task-format.js'

/** The parts of the API that are asked. */
export interface KubernetesApis {
  batch: BatchV1Api
  core: CoreV1Api
  networking: NetworkingV1Api
}

/** What Kubernetes may say instead of doing what it was asked, and is an answer all the same. */
type Unless = 'NotFound' | 'AlreadyExists'

/** The body of an error. */
const statusSchema = z.looseObject({
  kind: z.literal('Status'),
  reason: z.string().nullish(),
  message: z.string().nullish(),
})

const ENGINE = 'kubernetes'
/** Its time is over, somebody else was quicker, it is too early, or too much. */
const PASSING = new Set([408, 409, 425, 429])

/** The request or its answer got lost on the way. */
class LostError extends Error {}

/** Speaks with the API server: bounded in time, size and attempts. */
export class KubernetesClient {
  readonly #params: RequestParams
  readonly #apis: KubernetesApis

  constructor(config: KubeConfig, params: RequestParams) {
    this.#params = params
    const { requestMs = REQUEST_MS } = params
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(config.getCurrentCluster()!.server, {}),
      authMethods: {
        default: {
          getName: () => config.getName(),
          applySecurityAuthentication: (context) => orLost(() => config.applySecurityAuthentication(context)),
        },
      },
      httpApi: wrapHttpLibrary({ send: (request) => orLost(() => send(request, requestMs)) }),
    })
    this.#apis = {
      batch: new BatchV1Api(configuration),
      core: new CoreV1Api(configuration),
      networking: new NetworkingV1Api(configuration),
    }
  }

  /** One request and its answer in the form of `schema`, or an EngineError; undefined for what is named in `unless`. */
  async ask<T>(
    operation: string,
    schema: z.ZodType<T>,
    call: (apis: KubernetesApis) => Promise<unknown>,
    unless?: Unless,
  ): Promise<T | undefined> {
    const once = async (): Promise<T | undefined> => {
      let answer: unknown
      try {
        answer = await call(this.#apis)
      } catch (error) {
        if (error instanceof ApiException) {
          const status = statusSchema.safeParse(parseJson(String(error.body))).data
          if (unless !== undefined && status?.reason === unless) return undefined
          throw judge(operation, error, status)
        }
        if (error instanceof LostError) throw new EngineUnavailableError(ENGINE, operation, error.cause)
        throw new EngineAnswerError(ENGINE, operation, 'not in JSON as it speaks it')
      }
      const parsed = schema.safeParse(answer)
      if (parsed.success) return parsed.data
      throw new EngineAnswerError(ENGINE, operation, parsed.error.issues[0]!.path.join('.'))
    }
    const isFinal = (error: unknown) => error instanceof EngineRefusedError
    return tryAgain(once, { attempts: this.#params.attempts, isFinal })
  }
}

function judge(
  operation: string,
  { code, headers }: ApiException<unknown>,
  status: z.output<typeof statusSchema> | undefined,
): EngineError {
  if (code >= 500 || PASSING.has(code)) {
    const cause = new PassingStatus(code, 1_000 * (Number(headers['retry-after']) || 0))
    return new EngineUnavailableError(ENGINE, operation, cause)
  }
  // What is no API server may say the same of everything: nothing follows for what was asked about.
  if (status === undefined && code !== 401 && code !== 403)
    return new EngineAnswerError(ENGINE, operation, `HTTP ${code} without a status`)
  return new EngineRefusedError(ENGINE, operation, `HTTP ${code} ${status?.message?.slice(0, 200) ?? ''}`.trim())
}

async function send(request: RequestContext, requestMs: number): Promise<ResponseContext> {
  request.setSignal(AbortSignal.timeout(requestMs))
  try {
    const { httpStatusCode, headers, body } = await new IsomorphicFetchHttpLibrary().send(request).toPromise()
    const text = (await readAnswer(body.stream() ?? emptyBody())) ?? ''
    return new ResponseContext(httpStatusCode, headers, {
      text: async () => text,
      binary: async () => Buffer.from(text),
      stream: () => null,
    })
  } finally {
    // The client makes one for each request, with certificates as they are now.
    await request.getDispatcher()?.destroy()
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

async function orLost<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new LostError('the request or its answer got lost', { cause })
  }
}
