import { z } from 'zod'

/** Body of every error answer (RFC 9457), with our stable `code`. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  code: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
  retryable: z.boolean().optional(),
})
/** Body of every error answer (RFC 9457), with our stable `code`. */
export type Problem = z.output<typeof problemSchema>
