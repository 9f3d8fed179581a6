import type { ListingId } from './ids.js'
import type { Metadata } from './metadata.js'

/** Which version of Croissant is written: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html */
export const CROISSANT_VERSION = 'http://mlcommons.org/croissant/1.1'
/** Media type of a Croissant document, as its specification names it. */
export const CROISSANT_MEDIA_TYPE = `application/ld+json; profile="${CROISSANT_VERSION}"`

/** Terms of the vocabularies; those that are not named are schema.org's. */
const CONTEXT = {
  '@language': 'en',
  '@vocab': 'http://schema.org/',
  sc: 'http://schema.org/',
  cr: 'http://mlcommons.org/croissant/',
  dct: 'http://purl.org/dc/terms/',
  'ddi-stats': 'http://rdf-vocabulary.ddialliance.org/cv/SummaryStatisticType/2.1.2/',
  annotation: 'cr:annotation',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  recordSet: 'cr:recordSet',
  source: 'cr:source',
  value: 'cr:value',
}

const FORMATS: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  json: 'application/json',
  jsonl: 'application/jsonlines',
  parquet: 'application/vnd.apache.parquet',
  zip: 'application/zip',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  wav: 'audio/x-wav',
}

/** Where a description is of, for what it is linked by. */
export interface CroissantParams {
  listing: ListingId
  metadata: Metadata
  /** Where it can be looked at; absolute for search engines. */
  url?: string
}

/** A JSON-LD document. */
export type Croissant = Readonly<Record<string, unknown>>

/**
 * The description of a listing as Croissant 1.1: a schema.org Dataset with its files and, of a table, its columns, statistics
 * and sample. The same description gives the same document. `contentUrl`s are the file names: beside the files that a
 * buyer has, the document is one that loaders of Croissant read.
 */
export function croissantOf({ listing, metadata, url }: CroissantParams): Croissant {
  const { name, description, license, creator, datePublished, keywords } = metadata
  return {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    '@id': `urn:gristmill:listing:${listing}`,
    conformsTo: CROISSANT_VERSION,
    name,
    description: description === '' ? name : description,
    license: licenseUrl(license),
    ...(url === undefined ? {} : { url }),
    ...(creator === undefined ? {} : { creator: creatorOf(creator) }),
    ...(datePublished === undefined ? {} : { datePublished }),
    ...(keywords === undefined ? {} : { keywords }),
    version: '1.0.0',
    distribution: distributionOf(metadata),
    ...recordSetOf(metadata),
  }
}

/** An SPDX identifier as the page that explains it; what is none stays as it is. */
function licenseUrl(license: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(license) && !license.startsWith('LicenseRef-')
    ? `https://spdx.org/licenses/${license}.html`
    : license
}

function creatorOf({ kind, name, url }: NonNullable<Metadata['creator']>) {
  return { '@type': kind === 'person' ? 'sc:Person' : 'sc:Organization', name, ...(url === undefined ? {} : { url }) }
}

function distributionOf({ files, checksums }: Metadata) {
  return files.map((file, index) => {
    const sha256 = checksums?.[index]
    return {
      '@type': 'cr:FileObject',
      '@id': encodeURIComponent(file.name),
      name: file.name,
      contentUrl: encodeURIComponent(file.name),
      contentSize: `${file.sizeBytes} B`,
      encodingFormat: FORMATS[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream',
      ...(sha256 === undefined ? {} : { sha256: sha256.slice(2) }),
    }
  })
}

/** Columns are known of a single table only. */
function recordSetOf({ files, columns, rows, sample }: Metadata) {
  const [file] = files
  if (columns === undefined || file === undefined) return {}
  const fields = columns.map((column) => {
    const id = `records/${encodeURIComponent(column.name)}`
    return {
      '@type': 'cr:Field',
      '@id': id,
      name: column.name,
      dataType: column.type === 'number' ? 'sc:Float' : 'sc:Text',
      source: { fileObject: { '@id': encodeURIComponent(file.name) }, extract: { column: column.name } },
      ...annotationsOf(id, column),
    }
  })
  const records = {
    '@type': 'cr:RecordSet',
    '@id': 'records',
    name: 'records',
    field: fields,
    ...(rows === undefined ? {} : { annotation: [countOf(rows)] }),
    ...(sample === undefined ? {} : { examples: examplesOf(columns, sample) }),
  }
  return { recordSet: [records] }
}

/** The number of records, as Wikidata's "cardinality". */
function countOf(rows: number) {
  const dataType = 'http://www.wikidata.org/entity/Q4049983'
  return { '@type': 'cr:Field', '@id': 'records/#count', name: 'count', value: rows, dataType }
}

/** Mean and maximum by the terms of DDI-CDI that the specification uses, the rest by name. */
function annotationsOf(id: string, { statistics }: NonNullable<Metadata['columns']>[number]) {
  if (statistics === undefined) return {}
  const { mean, max, min, missing, distinct } = statistics
  const annotation = [
    { name: 'mean', value: mean, dataType: 'ddi-stats:7975ed0' },
    { name: 'max', value: max, dataType: 'ddi-stats:8321e79', equivalentProperty: 'sc:maxValue' },
    { name: 'min', value: min, dataType: 'sc:Float', equivalentProperty: 'sc:minValue' },
    { name: 'missing', value: missing, dataType: 'sc:Integer' },
    { name: 'distinct', value: distinct, dataType: 'sc:Integer' },
  ]
    .filter(({ value }) => value !== undefined)
    .map((told) => ({ '@type': 'cr:Field', '@id': `${id}/#${told.name}`, ...told }))
  return { annotation }
}

function examplesOf(columns: NonNullable<Metadata['columns']>, sample: readonly (readonly string[])[]) {
  return sample.map((row) =>
    Object.fromEntries(
      columns.map(({ name, type }, index) => {
        const cell = row[index] ?? ''
        const value = type === 'number' && cell.trim() !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell
        return [`records/${encodeURIComponent(name)}`, value]
      }),
    ),
  )
}
