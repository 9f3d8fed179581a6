import { z } from 'zod'
import { adminTaskSchema } from '../admin/admin-task.js'
import { auditRequestSchema } from '../audit/write-audit.js'

/** What is asked over the socket, a line of JSON. */
export const controlRequestSchema = z.union([
  z.strictObject({ backup: z.strictObject({ to: z.string().startsWith('/'), blobs: z.enum(['copy', 'refer']) }) }),
  z.strictObject({ admin: adminTaskSchema }),
  z.strictObject({ audit: auditRequestSchema }),
])
export type ControlRequest = z.output<typeof controlRequestSchema>
