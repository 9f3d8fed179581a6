interface Note {
  ours: string
  peer?: string
}

/** What each side has when a journey is over; rows that differ only in the state they start from share a note. */
const NOTES: Readonly<Record<string, Note>> = {
  publish: {
    ours:
      'A listing with price, content root, size, policy and metadata hash, attested by the datatrust that stores the ' +
      'content, with a bond of the maker held. The metadata itself is with the datatrust, not on chain.',
    peer:
      'An NFT and a datatoken (two contracts of their own) and a fixed-rate exchange that mints as it sells; the hash ' +
      'of the metadata in an event. These calls carry no bond, no attestation and nothing else about the content.',
  },
  'publish, 3,000 bytes of metadata': {
    ours: 'As above: metadata of any size is one hash.',
    peer: 'As above, and the metadata itself in the event, for everybody to read for as long as the chain is kept.',
  },
  'place (vault)': {
    ours:
      'An order of access. The price is in escrow until `deliver` or a refund; every term was checked against the ' +
      'chain and is bound by a signature of the datatrust. Set-up before: `set-up (vault)`, once.',
    peer:
      'A datatoken bought and spent on an order. The price is in the exchange, and the maker may collect it at once ' +
      '(`payout collected` below); the bench checks that the maker has nothing yet. Set-up before: an approval without limit.',
  },
  'place (permit)': {
    ours: 'The same from the wallet without any set-up: the permit is of exactly the price and rides along.',
    peer: 'The same without set-up: an approval of exactly the price comes first, as a transaction of its own.',
  },
  'placeMany (10, each)': {
    ours: 'Ten orders of one listing, all or none, each with an escrow of its own.',
    peer: 'Ten datatokens of one asset bought in one transaction, ten orders placed in a second.',
  },
  reveal: {
    ours:
      'The key of an access order, once the buyer has acknowledged the ciphertext; the complaint window opens. No ' +
      'journey of the peer does this.',
  },
  'complain (1 MiB)': {
    ours:
      'One wrong cell proven and decrypted on chain: the price back, the buyer compensated, the bond burnt. No journey ' +
      'of the peer does this.',
  },
  'complain (1 TiB)': { ours: 'The same in a tree of 2.7 * 10^8 cells: twenty more levels of both proofs.' },
  contradict: {
    ours:
      'A second receipt that the datatrust signed of one run: the price back, the buyer compensated, the bond burnt. No ' +
      'journey of the peer does this.',
  },
  fulfil: {
    ours: 'The receipt of a run is bound to the order and its window opens. No journey of the peer does only this.',
  },
  deliver: {
    ours:
      'An access order is delivered and settled: maker and operator are credited, the reserve part is booked as the ' +
      "market's revenue, the curators' part waits. Compare `place + deliver` with a purchase of the peer.",
  },
  'settle (1)': {
    ours: 'A revealed run is paid out as in `deliver`. Compare `reveal + settle` with a claim of the peer.',
  },
  'settle (20 of one listing, each)': { ours: 'Twenty runs on one listing in one call.' },
  'settle (20 listings, each)': {
    ours: 'Twenty runs on twenty listings of seventeen makers in one market, in one call.',
  },
  refund: {
    ours: 'The whole price back to the buyer after an order was not delivered in time; anyone may send it.',
    peer: "A payer's lock, expired and never claimed, is back in what the payer can spend.",
  },
  flush: { ours: "The curators' part that waits for a listing becomes revenue of its market." },
  'fund (vault)': { ours: 'Shares of a market at the ask, with votes; the price is divided between U, L and B.' },
  'fund (permit)': { ours: 'The same from the wallet.' },
  redeem: { ours: 'A part of the shares burnt for their part of what is unlocked, credited in the Vault.' },
  challenge: {
    ours:
      'A live listing is challenged with a bond: a poll is open, the quorum is fixed, the bond of the maker stays. No ' +
      'journey of the peer does this.',
  },
  vote: { ours: 'Shares counted as of the second before the poll, and kept where they are until its latest end.' },
  resolve: {
    ours: "The challenge is rejected: the challenger's bond goes to maker, voters and bounty, the listing is released.",
  },
  'resolve, listing removed': {
    ours: "The challenge passed: the listing is closed for ever and the maker's bond divided.",
  },
  'claim (part of a bond)': { ours: "A voter's part of a loser's bond, credited in the Vault." },
  signal: { ours: 'More shares pointed at a listing; what waited for its curators goes to those of before first.' },
  claim: { ours: "What waits for a listing's curators is divided, and one curator's part credited in the Vault." },
  'create market': { ours: 'A market with its share, rules and seed. No journey of the peer does this.' },
  withdraw: {
    ours: 'Tokens from the Vault to a wallet; the Vault checks that exactly the amount left.',
    peer: 'Tokens from the escrow to the wallet of the payer.',
  },
  'set-up (vault)': {
    ours: 'Tokens in the Vault by permit, and Orders named as operator, in one transaction. Good for every purchase.',
    peer:
      'Tokens in the escrow by permit, and a payee authorised, in two transactions. Good for jobs of that payee; ' +
      'purchases of datatokens need approvals besides.',
  },
  'place (vault) + deliver': {
    ours: 'A whole purchase: escrow, delivery, and everybody paid. Sent by two parties.',
    peer: 'A whole purchase of template 2: bought, ordered, and the maker paid before anything is delivered.',
  },
  'place (permit) + deliver': { ours: 'The same without set-up.', peer: 'The same without set-up.' },
  'place (permit) + deliver, payout collected': {
    ours: 'As the row before: `deliver` pays.',
    peer: 'A whole purchase of template 1: the maker collects afterwards. One collection can serve many sales.',
  },
  'place (vault), 1 open order': {
    ours: 'An order of a run, in escrow, with terms that the buyer placed.',
    peer: "The price of a job locked by the payee under the payer's standing authorisation; what is to run is not part of the call.",
  },
  'reveal + settle (1)': {
    ours:
      'Ack and key on chain, window passed, and maker, operator, reserve and curators paid: two transactions, as a window for ' +
      'the buyer lies between them.',
    peer: 'The payee takes the whole price at once, with an empty proof. One payee, no window.',
  },
  'reveal + settle (20 of one listing, each)': {
    ours: 'Twenty keys with their acks, one transaction each, and one settlement of all.',
    peer: 'Twenty claims with empty proofs in one transaction. One payee, no window, nothing per run.',
  },
  'place (vault), 200 open orders': { ours: 'As with 1: an order reads no other order.', peer: 'As with 1.' },
  'reveal + settle (1), 200 open orders': { ours: 'As with 1.', peer: 'As with 1.' },
  'refund, 200 open orders': { ours: 'As with 1.', peer: 'As with 1.' },
}

const FIRST = / first$/

/** The row of which `name` is the variant with new slots, or `name` itself. */
export const baseOf = (name: string): string => name.replace(FIRST, '')

export function noteOf(name: string): Note {
  const note = NOTES[baseOf(name)]
  if (!note) throw new Error(`notes.ts says nothing about ${name}`)
  return note
}
