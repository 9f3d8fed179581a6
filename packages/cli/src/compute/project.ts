import { join, resolve } from 'node:path'
import { parametersSchema, runtimeSchema } from '@gristmill/protocol'
import { z } from 'zod'
import { FileError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { readBounded } from '../read-bounded.js'

/** The file that makes a folder a project. */
export const PROJECT_FILE = 'gristmill.json'
const PROJECT_BYTES_MAX = 1_048_576

const projectSchema = z.strictObject({
  /** Files of the project. */
  algorithm: z.string().min(1).max(1_000),
  policy: z.string().min(1).max(1_000),
  data: z.string().min(1).max(1_000),
  runtime: runtimeSchema,
  parameters: parametersSchema,
  /** The listing that it is made for. */
  listing: z.string().optional(),
})
/** What an algorithm is tried with. */
export type Project = z.output<typeof projectSchema>

/** The project in a folder, its files as absolute paths. */
export async function readProject(io: Io, directory: string): Promise<Project> {
  const folder = resolve(io.cwd, directory)
  const file = join(folder, PROJECT_FILE)
  const text = Buffer.from(await readBounded(file, PROJECT_BYTES_MAX)).toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new FileError(file, 'is not JSON: gristmill compute init writes one.', error)
  }
  const parsed = projectSchema.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new FileError(file, `${issue?.path.join('.') || 'the document'}: ${issue?.message}; correct it.`)
  }
  const { algorithm, policy, data } = parsed.data
  return { ...parsed.data, algorithm: join(folder, algorithm), policy: join(folder, policy), data: join(folder, data) }
}
