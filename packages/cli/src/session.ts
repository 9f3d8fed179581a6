import { type Address, ZERO_BYTES32 } from '@gristmill/protocol'
import { Client, type SigningHooks } from '@gristmill/sdk'
import { nodeChaCha20, nodeJsonRpcProvider, nodeSha256 } from '@gristmill/sdk/node'
import type { Command } from 'commander'
import type { Provider, Signer } from 'ethers'
import type { Io } from './io.js'
import { findActor, openActor } from './keys/actor.js'
import { ActorSigner } from './keys/actor-signer.js'
import { type OpenpgpKey, openOpenpgpKey } from './keys/openpgp-key.js'
import { SessionKeys } from './order/session-keys.js'
import { confirmPlan } from './plan/confirm-plan.js'
import { Guard } from './plan/guard.js'
import type { Plan } from './plan/plan.js'
import { loadProfile, type Profile } from './profile.js'

/** A client that only reads. */
export interface Reader extends AsyncDisposable {
  client: Client
  profile: Profile
}

/** One actor of a profile, connected. */
export interface Session extends Reader {
  account: Address
  /** Shows what is going to be signed and asks; what no confirmed plan has cannot be signed. See `confirmPlan`. */
  confirm(plan: Plan): Promise<void>
  /** The actor's OpenPGP key, made at first use. */
  openpgp(): Promise<OpenpgpKey>
  /** Of the actor's orders. */
  sessionKeys: SessionKeys
}

/** Connects without an account. */
export async function openReader(io: Io, command: Command): Promise<Reader> {
  const { profile } = await loadProfile(io, command)
  return connect(profile, (provider) => provider)
}

/** Connects without an account, and says who would act, if anything does; asks for no password. */
export async function openReaderAs(io: Io, command: Command): Promise<Reader & { account: Address | undefined }> {
  const loaded = await loadProfile(io, command)
  const account = await findActor(io, command, loaded)
  return { ...(await connect(loaded.profile, (provider) => provider)), account }
}

/** Connects as the actor that the options name. Asks for no password until something is signed. */
export async function openSession(io: Io, command: Command): Promise<Session> {
  const loaded = await loadProfile(io, command)
  const actor = await openActor(io, command, loaded)
  const guard = new Guard()
  const reader = await connect(loaded.profile, (provider) => new ActorSigner(actor, provider), guard.hooks(io))
  const { client } = reader
  return {
    ...reader,
    account: actor.address,
    confirm: async (plan) => {
      await confirmPlan(io, command, client, actor.address, plan)
      // A person types the password once they have read the plan.
      await actor.unlock()
      guard.admit(plan)
    },
    openpgp: () => openOpenpgpKey(actor, () => hasBought(client, actor.address)),
    sessionKeys: new SessionKeys(loaded.directory),
  }
}

async function connect(
  profile: Profile,
  runnerOf: (provider: Provider) => Provider | Signer,
  hooks: SigningHooks = {},
): Promise<Reader> {
  const { rpcUrl, deployment, datatrustUrl } = profile
  const provider = nodeJsonRpcProvider(rpcUrl)
  const end = async () => provider.destroy()
  try {
    const client = await Client.connect({
      runner: runnerOf(provider),
      deployment,
      sha256: nodeSha256,
      chacha20: nodeChaCha20,
      ...(datatrustUrl === undefined ? {} : { datatrust: datatrustUrl }),
      ...hooks,
    })
    return { client, profile, [Symbol.asyncDispose]: end }
  } catch (error) {
    await end()
    throw error
  }
}

/** Whether the account has ordered anything that comes as a message to its OpenPGP key. */
async function hasBought({ orders }: Client, account: Address): Promise<boolean> {
  let after: string | undefined
  do {
    const page = await orders.list({ account, role: 'buyer', limit: 100, ...(after === undefined ? {} : { after }) })
    if (page.orders.some(({ goods }) => goods.recipientKey !== ZERO_BYTES32)) return true
    after = page.next
  } while (after !== undefined)
  return false
}
