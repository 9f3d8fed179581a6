import type { z } from 'zod'
import { InvalidParameterError } from '../errors/connection-errors.js'

/** `value` as `schema` reads it, or an InvalidParameterError that says where it is wrong. */
export function parseParameter<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = [name, ...(issue?.path ?? [])].join('.')
  throw new InvalidParameterError(path, `${issue?.message ?? 'invalid'}: correct it.`)
}
