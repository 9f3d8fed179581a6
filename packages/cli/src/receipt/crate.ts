import type { Address, OrderId } from '@gristmill/protocol'
import type { VerifiedReceipt } from '@gristmill/sdk'

const CRATE = 'https://w3id.org/ro/crate/1.2'
const FIVE_SAFES = 'https://w3id.org/5s-crate/0.4'
const WORKFLOW_CRATE = 'https://w3id.org/workflowhub/workflow-ro-crate/1.0'
const SAFE_HAVEN = 'https://w3id.org/shp'
const STATUS = 'http://schema.org/'

/** Name of the metadata of a crate. */
export const METADATA_FILE = 'ro-crate-metadata.json'

/** What a crate of a run is made of. */
export interface CrateParams {
  orderId: OrderId
  chainId: bigint
  verified: VerifiedReceipt
  /** ISO 8601: of the block in which the order was placed, and of that in which it was marked. */
  startedAt: string
  endedAt: string
  /** On whose behalf. */
  project: string
  /** Path of the model in the crate, if it is there. */
  model: string | undefined
  /** Name of the algorithm's file in `algorithm/`, if it is there; no other than letters, digits and dots. */
  algorithm: string | undefined
}

type Entity = Readonly<Record<string, unknown>>

const ref = (id: string) => ({ '@id': id })
const document = (graph: readonly Entity[]) => ({ '@context': `${CRATE}/context`, '@graph': graph })
const descriptor: Entity = {
  '@id': METADATA_FILE,
  '@type': 'CreativeWork',
  about: ref('./'),
  conformsTo: ref(CRATE),
}

/** The metadata of a run, after the Five Safes RO-Crate profile 0.4. Accounts stand for persons: the chain knows no names. */
export function crateOf(params: CrateParams) {
  const { orderId, chainId, verified, startedAt, endedAt, project, model } = params
  const { receipt, provenance, deal, document: listing } = verified
  const { externalParameters } = provenance.predicate.buildDefinition
  const { id: datatrust } = provenance.predicate.runDetails.builder
  const account = (address: Address) => `eip155:${chainId}:${address}`
  const isOk = receipt.verdict === 'OK'
  const names = Object.keys(externalParameters.parameters).sort()
  const data = `urn:gristmill:listing:${deal.listing}`
  const released = isOk ? [model ?? `urn:sha256:${receipt.releasedHash.slice(2)}`] : []
  const files = ['receipt.json', 'provenance.json', ...(listing.policy === undefined ? [] : ['policy.json'])]
  const assessed = isOk || receipt.verdict === 'CHECK' || receipt.verdict === 'REVIEW'
  const mentions = ['#run', '#sign-off', ...(assessed ? ['#disclosure'] : [])]
  return document([
    descriptor,
    {
      '@id': './',
      '@type': 'Dataset',
      name: `Run of order ${orderId}`,
      description: `What an algorithm came to on data that stayed with ${datatrust}: ${receipt.verdict}.`,
      conformsTo: ref(FIVE_SAFES),
      datePublished: endedAt,
      license: ref('#license'),
      publisher: ref(datatrust),
      sourceOrganization: ref('#project'),
      mainEntity: ref('algorithm/'),
      mentions: mentions.map(ref),
      hasPart: ['algorithm/', data, ...files, ...released].map(ref),
    },
    { '@id': FIVE_SAFES, '@type': 'Profile', name: 'Five Safes RO-Crate profile' },
    { '@id': 'algorithm/', '@type': 'Dataset', name: 'The algorithm', conformsTo: ref(WORKFLOW_CRATE) },
    {
      '@id': '#run',
      '@type': 'CreateAction',
      name: `Run of order ${orderId}`,
      actionStatus: `${STATUS}${isOk || receipt.verdict === 'REVIEW' ? 'CompletedActionStatus' : 'FailedActionStatus'}`,
      startTime: startedAt,
      endTime: endedAt,
      agent: ref(account(deal.buyer)),
      instrument: ref('algorithm/'),
      object: [data, ...names.map((name) => `#parameter-${name}`)].map(ref),
      result: released.map(ref),
    },
    { '@id': account(deal.buyer), '@type': 'Person', name: deal.buyer, memberOf: [ref('#project')] },
    { '@id': '#project', '@type': 'Project', name: project, identifier: orderId },
    {
      '@id': data,
      '@type': 'Dataset',
      name: listing.metadata.name,
      description: 'Stays where it is; the policy says what may leave.',
      identifier: listing.contentRoot,
      exampleOfWork: ref('#input-data'),
    },
    { '@id': '#input-data', '@type': 'FormalParameter', name: 'data' },
    ...names.flatMap((name) => [
      {
        '@id': `#parameter-${name}`,
        '@type': 'PropertyValue',
        name,
        value: String(externalParameters.parameters[name]),
        exampleOfWork: ref(`#input-${name}`),
      },
      { '@id': `#input-${name}`, '@type': 'FormalParameter', name },
    ]),
    ...released.map((id) => ({
      '@id': id,
      '@type': 'File',
      name: 'The released model, safetensors',
      encodingFormat: 'application/octet-stream',
      contentSize: receipt.releasedBytes.toString(),
      identifier: `sha256:${receipt.releasedHash.slice(2)}`,
    })),
    ...files.map((id) => ({ '@id': id, '@type': 'File', encodingFormat: 'application/json', ...FILES[id] })),
    {
      '@id': '#sign-off',
      '@type': 'AssessAction',
      additionalType: ref(`${SAFE_HAVEN}#SignOff`),
      name: "Algorithm and parameters against the maker's policy: approved",
      endTime: startedAt,
      object: ['./', 'algorithm/', '#project'].map(ref),
      ...(listing.policy === undefined ? {} : { instrument: ref('policy.json') }),
      agent: ref('#runner'),
      actionStatus: `${STATUS}CompletedActionStatus`,
    },
    ...(assessed
      ? [
          {
            '@id': '#disclosure',
            '@type': 'AssessAction',
            additionalType: ref(`${SAFE_HAVEN}#DisclosureCheck`),
            name: `Disclosure check of the model: ${isOk ? 'approved' : 'refused'}`,
            endTime: endedAt,
            object: ref('./'),
            agent:
              listing.policy?.release.airlock === 'owner' && receipt.verdict !== 'CHECK'
                ? [ref('#runner'), ref(account(deal.maker))]
                : ref('#runner'),
            actionStatus: `${STATUS}${isOk ? 'CompletedActionStatus' : 'FailedActionStatus'}`,
          },
        ]
      : []),
    { '@id': account(deal.maker), '@type': 'Person', name: deal.maker },
    { '@id': '#runner', '@type': 'SoftwareApplication', name: 'Gristmill runner', provider: ref(datatrust) },
    { '@id': datatrust, '@type': 'Organization', name: `Datatrust ${deal.datatrust}` },
    {
      '@id': '#license',
      '@type': 'CreativeWork',
      name: listing.metadata.license,
      description: 'Of the data that was run on; of the model nothing is said.',
    },
  ])
}

const FILES: Readonly<Record<string, Entity>> = {
  'receipt.json': { name: 'Receipt of the run with its signature (EIP-712)' },
  'provenance.json': { name: 'in-toto Statement with SLSA provenance, which the receipt names by its sha256' },
  'policy.json': { name: 'What may leave, which the listing names by its sha256' },
}

/** The metadata of the crate within: the algorithm, after the Workflow RO-Crate profile 1.0. */
export function algorithmCrateOf({ verified, algorithm, endedAt }: CrateParams) {
  const { goods, document: listing } = verified
  const id = algorithm ?? `urn:sha256:${goods.algorithm.slice(2)}`
  const runtime = listing.policy?.algorithms.find(({ digest }) => digest === goods.algorithm)?.runtime ?? 'unknown'
  return document([
    descriptor,
    {
      '@id': './',
      '@type': 'Dataset',
      name: 'The algorithm',
      description: 'What was run, as its sponsor sent it.',
      conformsTo: ref(WORKFLOW_CRATE),
      datePublished: endedAt,
      license: ref('#license'),
      mainEntity: ref(id),
      hasPart: [ref(id)],
    },
    {
      '@id': id,
      '@type': ['File', 'SoftwareSourceCode', 'ComputationalWorkflow'],
      name: 'The algorithm',
      identifier: `sha256:${goods.algorithm.slice(2)}`,
      programmingLanguage: ref('#language'),
    },
    { '@id': '#language', '@type': 'ComputerLanguage', name: runtime, identifier: goods.runtimeDigest },
    { '@id': '#license', '@type': 'CreativeWork', name: 'unknown', description: 'Its author has said nothing.' },
  ])
}
