/** A change of a contract, and the invariant that it must turn red. */
export interface Control {
  /** Its number in the protocol's list, and how its tests' names go on where not all of them are meant. */
  invariant: string
  /** What goes wrong. */
  what: string
  file: string
  /** Stands in the file exactly once. */
  from: string
  to: string
}

const CURATION = 'src/Curation.sol'
const MARKETS = 'src/Markets.sol'
const ORDERS = 'src/Orders.sol'
const SHARE = 'src/Share.sol'

export const CONTROLS: Control[] = [
  {
    invariant: 'I1',
    what: 'a withdrawal leaves the balance',
    file: 'src/Vault.sol',
    from: '_burn(msg.sender, _id(token), amount);',
    to: '',
  },
  {
    invariant: 'I2_Modules',
    what: 'what is redeemed stays in the books of the market',
    file: MARKETS,
    from: 'reserve.unlocked -= uint128(amount);',
    to: '',
  },
  {
    invariant: 'I2_Datatrusts',
    what: 'what is burnt stays bonded',
    file: 'src/Datatrusts.sol',
    from: 'uint256 taken = compensation + burnt;',
    to: 'uint256 taken = compensation;',
  },
  {
    invariant: 'I2_Curation',
    what: 'the voters’ part of a lost bond goes to the bounty too',
    file: CURATION,
    from: 'parts.bounty = bond - parts.voters - parts.opponent;',
    to: 'parts.bounty = bond - parts.opponent;',
  },
  {
    invariant: 'I2_Orders',
    what: 'the curators’ money can be taken twice',
    file: ORDERS,
    from: '_accruals[listing].curators = 0;',
    to: '',
  },
  {
    invariant: 'I2_Signals',
    what: 'what a curator earned can be claimed again and again',
    file: 'src/Signals.sol',
    from: 'position.earned = 0;',
    to: '',
  },
  {
    invariant: 'I3',
    what: 'a listing’s reward comes out of the reserve',
    file: MARKETS,
    from: 'state.bounty = uint128(bounty - paid);',
    to: 'state.unlocked -= uint128(paid);',
  },
  {
    invariant: 'I4',
    what: 'revenue is unlocked at once',
    file: MARKETS,
    from: 'reserve.locked = (reserve.locked + amount).toUint128();',
    to: 'reserve.unlocked = (reserve.unlocked + amount).toUint128();',
  },
  {
    invariant: 'I5',
    what: 'the ask forgets what orders may still bring',
    file: MARKETS,
    from: '(inMarket + reserve.pending) * (BPS + spreadBps)',
    to: 'inMarket * (BPS + spreadBps)',
  },
  {
    invariant: 'I6',
    what: 'redeeming rounds up',
    file: MARKETS,
    from: 'amount = shares.mulDiv(reserve.unlocked, reserve.supply);\n        require',
    to: 'amount = shares.mulDiv(reserve.unlocked, reserve.supply, Math.Rounding.Ceil);\n        require',
  },
  {
    invariant: 'I7',
    what: 'the dead share is the creator’s',
    file: MARKETS,
    from: 'IShare(share).mint(DEAD, CurveMath.ONE_SHARE);',
    to: 'IShare(share).mint(msg.sender, CurveMath.ONE_SHARE);',
  },
  {
    invariant: 'I8',
    what: 'the reserve gets the part of the curators too',
    file: 'src/libraries/Split.sol',
    from: 'due - parts.maker - parts.operator - parts.curators',
    to: 'due - parts.maker - parts.operator',
  },
  {
    invariant: 'I9',
    what: 'a new config costs the reserve a unit',
    file: MARKETS,
    from: 'state.version = version;',
    to: 'state.version = version;\n        state.unlocked -= 1;',
  },
  {
    invariant: 'I10_EverythingHas',
    what: 'a dispute without a ruling never ends',
    file: ORDERS,
    from: 'bool isOver = block.timestamp > slot.deadline();',
    to: 'bool isOver = block.timestamp > slot.deadline() && status < Status.REVEALED_DISPUTED;',
  },
  {
    invariant: 'I10_EverythingCurated',
    what: 'votes never unlock',
    file: SHARE,
    from: 'uint256 voted = block.timestamp > lock.until ? 0 : lock.amount;',
    to: 'uint256 voted = lock.amount;',
  },
  {
    invariant: 'I11',
    what: 'a refund leaves the order open',
    file: ORDERS,
    from: '_orders[orderId] = slot.close(Status.REFUNDED);',
    to: '_orders[orderId] = slot;',
  },
  {
    invariant: 'I12',
    what: 'a right cell is taken for a wrong one',
    file: 'src/libraries/Fair.sol',
    from: 'return TreeProof.leafHash(data) != plainLeaf;',
    to: 'return TreeProof.leafHash(data) != 0;',
  },
  {
    invariant: 'I12',
    what: 'receipts contradict each other by what a restored datatrust may say otherwise',
    file: 'src/libraries/OrderHash.sol',
    from: 'receipt.rawOutputHash != held.rawOutputHash',
    to: 'receipt.provenanceHash != held.provenanceHash',
  },
  {
    invariant: 'I12',
    what: 'the last hour of the window is too late for a complaint',
    file: ORDERS,
    from: 'require(block.timestamp <= slot.deadline(), Orders_TooLate(orderId, slot.deadline()));\n        bool isWrong',
    to: 'require(block.timestamp + 1 hours <= slot.deadline(), Orders_TooLate(orderId, slot.deadline()));\n        bool isWrong',
  },
  {
    invariant: 'I13_VotesCountOnce',
    what: 'a share holder can vote twice',
    file: CURATION,
    from: 'require(cast.weight == 0, Curation_Voted(id, msg.sender));',
    to: '',
  },
  {
    invariant: 'I13_NothingChangesAfterResolution',
    what: 'a poll can be resolved twice',
    file: CURATION,
    from: 'require(poll.status == PollStatus.OPEN, Curation_Resolved(id, poll.status));',
    to: '',
  },
  {
    invariant: 'I13_Encumbered',
    what: 'shares leave although they have voted',
    file: SHARE,
    from: 'if (from != address(0)) _requireUnencumbered(from);',
    to: '',
  },
]
