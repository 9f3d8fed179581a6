import { Ajv2020 } from 'ajv/dist/2020.js'
import { openApiDocument } from '../src/index.js'

const document = openApiDocument()
// Strictness is about how schemas are written: another validator has looked at that.
const ajv = new Ajv2020({ strict: false, allErrors: true })
ajv.addSchema(document, 'document')

interface Asked {
  method: string
  url: string
}

interface Answered {
  status: number
  contentType: string | undefined
  body: Buffer
}

/** Throws unless an answer of a datatrust is one that its OpenAPI document tells of. */
export function requireDocumented({ method, url }: Asked, { status, contentType, body }: Answered): void {
  const { pathname } = new URL(url)
  const path = Object.keys(document.paths).find((template) => matches(template, pathname))
  const methods = document.paths[path ?? '']
  const operation = methods?.[(method === 'HEAD' ? 'get' : method.toLowerCase()) as keyof typeof methods]
  const what = `${method} ${pathname}: ${status}`
  if (operation === undefined) {
    // HEAD has no body; OPTIONS is answered with what the path allows.
    if (pathname === '/' || method === 'HEAD' || method === 'OPTIONS') return
    requireValid('#/components/schemas/Problem', body, what)
    const { code } = JSON.parse(body.toString()) as { code: string }
    if (
      code !== 'ROUTE_NOT_FOUND' &&
      code !== 'TOO_MANY_REQUESTS' &&
      code !== 'NOT_READY' &&
      code !== 'REQUEST_INVALID'
    )
      throw new Error(`${what} ${code} is not in the document`)
    return
  }
  const response = operation.responses[status]
  if (response === undefined) throw new Error(`${what} is not in the document: ${body.toString().slice(0, 300)}`)
  if (method === 'HEAD' || status === 304) return
  const type = contentType?.split(';')[0] ?? ''
  if (response.content?.[type] === undefined) throw new Error(`${what} has the media type ${type}`)
  if (!type.endsWith('json')) return
  const steps = ['paths', path!, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema']
  requireValid(
    `#/${steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`,
    body,
    what,
  )
}

function requireValid(pointer: string, body: Buffer, what: string): void {
  const validate = ajv.getSchema(`document${pointer}`)
  if (validate === undefined) throw new Error(`no schema ${pointer}`)
  if (!validate(JSON.parse(body.toString()))) {
    throw new Error(
      `${what} is not what the document says: ${ajv.errorsText(validate.errors)}: ${body.toString().slice(0, 500)}`,
    )
  }
}

function matches(template: string, pathname: string): boolean {
  const [wanted, given] = [template.split('/'), pathname.split('/')]
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  )
}
