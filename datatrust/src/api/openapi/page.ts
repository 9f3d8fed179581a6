import { problemCodes, statusOf } from '../status-of.js'
import type { DocumentedOperation, OpenApiDocument } from './document.js'

/** The document as one page without scripts, for people. Every problem code has its anchor: `type` of a problem leads there. */
export function pageOf(document: OpenApiDocument): string {
  const { info, paths, components } = document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const contents = operations.map(
    ({ path, method, operation }) =>
      html`<li><a href="#${operation.operationId}"><code>${method.toUpperCase()} ${path}</code></a> ${operation.summary}</li>`,
  )
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${info.title}</title><style>${raw(STYLE)}</style></head>
<body>
<h1>${info.title}</h1>
<p>${info.description}</p>
<p>The same for machines: <a href="/v1/openapi.json">OpenAPI 3.1</a>.</p>
<ul>${contents}</ul>
<h2 id="signing">Signing</h2>
${Object.values(components.securitySchemes).map(
  (scheme) => html`<p>${'description' in scheme ? String(scheme.description) : ''}</p>${json(scheme)}`,
)}
<h2>Routes</h2>
${operations.map(({ path, method, operation }) => operationOf(path, method, operation))}
<h2 id="problems">Problems</h2>
<p>What a refusal says in <code>detail</code> is what happened and what to do; <code>code</code> is stable. All of them, with when they
come: <code>docs/errors.md</code> of the repository.</p>
<table><tr><th>code</th><th>status</th></tr>
${[...problemCodes(), 'INTERNAL'].map(
  (code) => html`<tr id="${code}"><td><code>${code}</code></td><td>${String(statusOf(code) ?? 500)}</td></tr>`,
)}
</table>
<h2>Schemas</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<details id="schema-${name}"><summary>${name}</summary>${json(schema)}</details>`,
)}
</body>
</html>
`.text
}

function operationOf(path: string, method: string, operation: DocumentedOperation): Html {
  const { operationId, summary, description, security, parameters = [], requestBody, responses } = operation
  return html`<section id="${operationId}">
<h3><code>${method.toUpperCase()} ${path}</code></h3>
<p>${summary}. ${security.length > 0 ? html`<a href="#signing">Signed</a>.` : 'Public.'} ${description ?? ''}</p>
${
  parameters.length === 0
    ? ''
    : html`<table><tr><th>parameter</th><th>in</th><th>value</th></tr>
${parameters.map(
  (parameter) =>
    html`<tr><td><code>${parameter.name}</code>${parameter.required ? ' (required)' : ''}</td><td>${parameter.in}</td><td>${parameter.description ?? ''} ${schemaText(parameter.schema)}</td></tr>`,
)}
</table>`
}
${requestBody === undefined ? '' : Object.entries(requestBody.content).map(([type, { schema }]) => html`<p>Body: <code>${type}</code> ${schemaText(schema)}</p>`)}
<table><tr><th>status</th><th>meaning</th><th>body</th></tr>
${Object.entries(responses).map(
  ([status, response]) =>
    html`<tr><td>${status}</td><td>${Number(status) < 400 ? response.description : codesOf(response.description)}</td><td>${Object.entries(
      response.content ?? {},
    ).map(([type, { schema }]) =>
      Number(status) < 400 ? html`<code>${type}</code> ${schemaText(schema)}` : '',
    )}</td></tr>`,
)}
</table>
</section>
`
}

/** Codes of a refusal, each leading to where it is told. */
function codesOf(description: string): Html[] {
  return [...description.matchAll(/`(\w+)`/g)].map(
    ([, code = '']) => html`<a href="#${code}"><code>${code}</code></a> `,
  )
}

function schemaText(schema: object): Html | string {
  if ('$ref' in schema) {
    const name = String(schema.$ref).split('/').at(-1) ?? ''
    return html`<a href="#schema-${name}">${name}</a>`
  }
  return Object.keys(schema).length === 0 ? '' : html`<code>${JSON.stringify(schema)}</code>`
}

const json = (value: object): Html => html`<pre>${JSON.stringify(value, null, 2)}</pre>`

/** Text that is HTML already. */
interface Html {
  text: string
}

const raw = (text: string): Html => ({ text })

type Part = string | Html | readonly (string | Html)[]

/** Template of HTML: everything put in is escaped, unless it is HTML already. */
function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { text: texts.map((text, index) => text + write(parts[index] ?? '')).join('') }
}

function write(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part)
  return 'text' in part ? part.text : part.map(write).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222;background:#fff}
code,pre{font:13px/1.45 ui-monospace,monospace}code{overflow-wrap:anywhere}pre{background:#f5f5f5;padding:.7rem;overflow:auto}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;border-bottom:1px solid #ddd;padding:.25rem .5rem}
section{border-top:2px solid #ddd;margin-top:1.5rem}:target{background:#fff6d6}`
