import type { World } from '../../test/trade/world.ts'
import { deployPublished, type PeerContract } from './artifacts.ts'

/** The peer's contracts, deployed from the bytecode that its package publishes, beside ours and over the same token. */
export interface Peer {
  world: World
  factory: PeerContract
  exchange: PeerContract
  escrow: PeerContract
}

/** No fee but what the peer's router itself takes. The base token is one the router approves, for which that is least. */
export async function deployPeer(world: World): Promise<Peer> {
  const { deployer, token } = world
  const deploy = (path: string, ...args: unknown[]) => deployPublished(deployer, path, ...args)
  const collector = await deploy(
    'communityFee/OPFCommunityFeeCollector.sol/OPFCommunityFeeCollector',
    deployer.address,
    deployer.address,
  )
  const router = await deploy(
    'pools/FactoryRouter.sol/FactoryRouter',
    deployer.address,
    token.target,
    // Pools are no part of any journey: their template is never called.
    deployer.address,
    collector.target,
    [],
  )
  const nft = await deploy('templates/ERC721Template.sol/ERC721Template')
  const plain = await deploy('templates/ERC20Template.sol/ERC20Template')
  const enterprise = await deploy('templates/ERC20TemplateEnterprise.sol/ERC20TemplateEnterprise')
  const factory = await deploy('ERC721Factory.sol/ERC721Factory', nft.target, plain.target, router.target)
  const exchange = await deploy('pools/fixedRate/FixedRateExchange.sol/FixedRateExchange', router.target)
  const escrow = await deploy('escrow/Escrow.sol/Escrow', router.target, collector.target)
  await router.addFactory(factory.target)
  await router.addFixedRateContract(exchange.target)
  await factory.addTokenTemplate(enterprise.target)
  // Fee receivers hold tokens already, as elsewhere every balance slot is in use.
  await token.mint(collector.target, 1n)
  return { world, factory, exchange, escrow }
}
