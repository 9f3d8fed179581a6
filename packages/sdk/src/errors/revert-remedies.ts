/** What happened and what to do, for every custom error that a call of the protocol can end in. */
export const REVERT_REMEDIES: Readonly<Record<string, string>> = {
  Vault_NotToken: 'There is no token at this address: check the token and the chain.',
  Vault_Open: 'Another payment is under way in the same transaction: send the calls one after the other.',
  Vault_NotOpen: 'Only who opened a token in this transaction may close it: call open before close.',
  Vault_NothingReceived: 'The transfer brought nothing in: check the amount, and that the token moves what it says.',
  Vault_WithdrawalMismatch:
    'The token did not move the amount asked for: it takes a fee or changes balances; withdraw is refused so that nobody else pays.',
  Vault_BadRecipient: 'Tokens cannot go to the zero address or to the Vault: name another recipient.',

  Datatrusts_NotOperator: 'Only the operator of the datatrust may do this: use the account that registered it.',
  Datatrusts_Unknown: 'No datatrust has this id: check it, or register first.',
  Datatrusts_ZeroAddress: 'Signer and payout must not be the zero address: name both.',
  Datatrusts_BadUrl: 'The URL must have 1 to 256 bytes: shorten it.',
  Datatrusts_BadAmount: 'The amount is zero or more than there is: choose one within what is available.',
  Datatrusts_NotOrders: 'Only the Orders contract slashes a bond: prove a wrong cell with complain instead.',
  Datatrusts_Unbonding: 'The bond is still held: withdraw it after its unbonding time, or start unbonding first.',

  Markets_Unknown: 'No market has this id: check the id and the chain.',
  Markets_UnknownConfig: 'The market has no config of this version: ask for one it has or had.',
  Markets_Exists: 'This creator has used this salt before: choose another.',
  Markets_ConfigOutOfBounds: 'A field of the config is outside its hard bound: choose a value between min and max.',
  Markets_CurveOutOfBounds: 'A parameter of the curve is outside its hard bound: choose a value between min and max.',
  Markets_BadAsset: 'The asset is no token of 6 to 18 decimals: choose another.',
  Markets_SeedTooSmall: 'The seed must buy the one share that stays for ever: pay at least min.',
  Markets_CurveFailed: 'The curve of this market fails for this amount: try another amount; redeeming still works.',
  Markets_TooFewShares: 'The price rose above what you accepted: quote again, then fund with the new minimum.',
  Markets_TooLittleMoney: 'The shares are worth less than you accepted: quote again, then redeem with the new minimum.',
  Markets_BadAmount: 'The amount is zero or beyond what a market can count: choose another.',
  Markets_Expired: 'The deadline has passed: send the call again with a later one.',
  Markets_NotAdmin:
    'Only the admin of the market may set its config: use that account; a market without one stays as it is.',
  Payments_AmountMismatch:
    'Another amount than due arrived, as with a token that takes a fee: deposit first, then pay from the Vault.',
  Markets_NotAdmitted:
    'The market is curated and has not admitted this datatrust: choose another, or ask its admin to admit this one.',
  Markets_NotOrders: 'Only the Orders contract books sales: place and settle orders instead.',
  Markets_WrongShare: 'The share implementation belongs to another deployment: deploy both together.',
  Curve_BadParameters: 'The curve has no meaning for this p0 and k: see what it takes them for, and give others.',
  Curve_OutOfRange: 'The amount is outside of what the curve computes exactly: choose a smaller one.',

  Share_NotMarkets: 'Only Markets mints and burns shares: fund or redeem instead.',
  Share_NotCuration: 'Only Curation encumbers shares for a vote: vote instead.',
  Share_NotSignals: 'Only Signals encumbers shares for a signal: signal instead.',
  Share_Encumbered:
    'Votes or signals hold these shares: wait until the polls are over, take signals back, or move less.',
  Share_NoDelegation: 'Everybody votes with their own shares: they cannot be delegated.',

  Listings_Unknown: 'No listing has this id: check the id and the chain.',
  Listings_Exists: 'This maker has used this salt in this market before: choose another.',
  Listings_NotMaker: 'Only the maker of the listing may do this: use the account that published it.',
  Listings_AttestationExpired: 'The attestation is too old: ask the datatrust for a new one.',
  Listings_BadAttestation:
    'The attestation is not signed by the datatrust for exactly this listing: publish what was attested, from the account that asked.',
  Listings_BadContent:
    'Content must not be empty, and a policy goes with compute and only with it: correct the content.',
  Listings_NotServed:
    'A price stands for a service that is not attested, or for none at all: price what the datatrust attested.',
  Listings_Exiting: 'The listing is exiting already: wait for exitAt.',
  Listings_NotCuration: 'Only Curation holds, releases and removes listings: challenge the listing instead.',
  Listings_Gone: 'The listing takes no orders any more: there is nothing left to challenge.',
  Listings_BondHeld:
    'The bond is held until the exit and any challenge are over, and returned once: exit first, then ask after exitAt.',

  Orders_DealMismatch:
    'The quote differs from the chain in one field, as after a change of price: ask for a new quote.',
  Orders_GoodsMismatch:
    'Other content, policy or metadata is named than the listing has: ask for a new quote, or pass the listing\u2019s content.',
  Orders_BadGoods: 'The quote lacks a field its kind needs, or has one it must not have: ask for a new quote.',
  Orders_NotBuyer: 'Only the buyer named in the quote may place it: use that account.',
  Orders_NotSigner: "Only the datatrust's signing address may mark orders: send it from there.",
  Orders_BadQuote: 'The quote is not signed by the datatrust: ask for a new quote.',
  Orders_QuoteExpired: 'The quote is past its placeBy: ask for a new quote.',
  Orders_BadPeriod: 'A period of the quote is outside its bound: ask for a new quote.',
  Orders_ListingClosed: 'The listing takes no orders now: wait until activeFrom; after exitAt choose another.',
  Orders_NotOffered: 'The listing does not sell this: choose a service that has a price.',
  Orders_BondTooLow:
    "The datatrust's bond is below what the market asks, or in another asset: its operator must bond more.",
  Orders_Exists: 'This number was used for this listing before: take another n.',
  Orders_WrongStatus: 'The order is not in the state this call needs: read its status first.',
  Orders_WrongTerms: 'The terms are not those of the order: pass deal and goods as they were placed.',
  Orders_WrongKind: 'The call is for the other kind of order: fulfil runs, deliver data.',
  Orders_NotDirect: 'The buyer ordered a fair exchange: reveal the key with the Ack of what was streamed.',
  Orders_BadKey: 'The key is not the one whose hash was agreed: reveal the key of this order.',
  Orders_BadAck:
    'The Ack is not signed by the session key of the deal for exactly this delivery: ask the buyer for it.',
  Orders_CellIsRight: 'The cell is what was promised: show another one, or accept the delivery.',
  Orders_NoContradiction:
    'Both receipts can be true, or one is of another order: only other goods, another raw output or another model is proof.',
  Orders_BadReceipt:
    'The receipt is not signed by a signer for which the datatrust answers: keep the one that it signed.',
  Orders_TooLate: 'It is past the deadline for this: complain or dispute within the window, rule before it lapses.',
  Orders_NotArbiter: 'Only the arbiter named in the deal may do this: ask it to act.',
  Orders_NotSignals: 'Only Signals takes the curators\u2019 part: flush the listing there.',
  Orders_NotCuration: 'Only Curation ends the reward of a listing: challenge the listing instead.',
  Orders_BadOutcome:
    'A model is released if and only if the verdict is OK, and only one with a root can be revealed: correct the outcome.',
  Orders_TooEarly: 'It is too early for this money: try again after opensAfter.',
  Orders_BadAcceptance:
    'The acceptance is not signed by the buyer, or the session key of the deal, for this delivery: sign it from there, or wait.',
  Orders_Empty: 'The call names no order: pass at least one.',
  Orders_WrongWiring: 'The contracts were built for other addresses: deploy them together, Orders after the others.',

  Signals_WrongWiring: 'The contracts were built for other addresses: deploy them together.',
  Signals_BadAmount: 'The amount is zero or above what is there: choose one within what is available.',
  Signals_Gone: 'The listing takes no orders any more: signal on another.',
  Signals_Empty: 'The call names no listing: pass at least one.',

  Curation_WrongWiring: 'The contracts were built for other addresses: deploy them together, Curation last.',
  Curation_Unknown: 'No poll has this id: check the id and the chain.',
  Curation_WrongKind: 'The poll is of another kind: resolve it by the function for that kind.',
  Curation_EvidenceTooLong: 'The evidence is longer than 512 bytes: shorten it, or link to it.',
  Curation_Challenged: 'A poll on this listing is not resolved yet: vote in it, then resolve it.',
  Curation_Barred: 'This account lost a challenge in this market: come back after the second `until`.',
  Curation_NotAdmin: 'The rules of this market are not voted on here: its admin must be the Curation contract.',
  Curation_NotBuyer: 'Only the buyer may dispute an order: use the account that placed it.',
  Curation_Closed: 'The poll takes no votes any more: resolve it.',
  Curation_Voted: 'This account has voted in the poll: a vote is final, wait for the end.',
  Curation_NoVotes: 'The account had no shares before the poll opened, or has none now: it cannot vote in this one.',
  Curation_StillOpen: 'The poll is still open: resolve it after closesAt.',
  Curation_Resolved: 'The poll is resolved already: nothing is left to do.',
  Curation_WrongSubject: 'The poll is about another config or order: pass what it was opened with.',
  Curation_Empty: 'The call carries nothing: pass at least one.',

  Fair_BadCell: 'The content has no such cell: count from 0, below cellCount.',
  Fair_BadCellSize: 'The evidence is not one whole encrypted cell: pass all 4096 bytes of it.',
  Fair_BadCipherProof: 'The proof does not lead to the acknowledged cipherRoot: prove the cell as it was streamed.',
  Fair_BadPlainProof: 'The proof does not lead to the promised contentRoot: prove the leaf that belongs to the cell.',

  ERC6909InsufficientBalance: 'The Vault balance is too small: deposit more, or pay with a permit.',
  ERC6909InsufficientAllowance:
    'The module may not move your Vault balance: authorize it once with vault.authorize, or pay with a permit.',
  ERC6909InvalidApprover: 'The zero address cannot approve: use an account.',
  ERC6909InvalidReceiver: 'The zero address cannot receive: name another account.',
  ERC6909InvalidSender: 'The zero address cannot send: use an account.',
  ERC6909InvalidSpender: 'The zero address cannot be an operator: name a module.',
  ERC20InsufficientBalance: 'The wallet holds too few tokens: get more, or choose a smaller amount.',
  ERC20InsufficientAllowance:
    'The allowance is too small: approve the spender with vault.approve, or pay with a permit.',
  ERC20InvalidApprover: 'The zero address cannot approve: use an account.',
  ERC20InvalidReceiver: 'Tokens cannot go to the zero address: name another recipient.',
  ERC20InvalidSender: 'The zero address cannot send tokens: use an account.',
  ERC20InvalidSpender: 'The zero address cannot be a spender: name an account.',
  ERC20ExceededSafeSupply: 'There can be no more shares than votes can count: choose a smaller amount.',
  ERC2612ExpiredSignature: 'The permit is past its deadline: sign a new one.',
  ERC2612InvalidSigner: 'The permit is not signed by the owner of the tokens: sign it from that account.',
  InvalidAccountNonce: 'The signature was used before, or is for a later use: sign again.',
  SafeERC20FailedOperation: 'The token refused the transfer: check balance, allowance and whether the token is paused.',
  ReentrancyGuardReentrantCall:
    'A contract called back into the protocol in the middle of a call: use an ordinary token.',
  ECDSAInvalidSignature: 'The signature is malformed: sign again.',
  ECDSAInvalidSignatureLength: 'The signature has the wrong length: sign again.',
  ECDSAInvalidSignatureS: 'The signature has a high s value: sign again with an ordinary wallet.',
  VotesExpiredSignature: 'The signed delegation is past its expiry: shares cannot be delegated anyway.',
  ERC5805FutureLookup: 'Votes can be read of the past only: pass an earlier time.',
  CheckpointUnorderedInsertion: 'A checkpoint came out of order: report this, it cannot happen.',
  SafeCastOverflowedUintDowncast: 'A number is too large for its field: choose a smaller amount.',
  InvalidShortString: 'A name does not fit: report this, it cannot happen.',
  StringTooLong: 'A name is too long: use at most 31 bytes.',
  FailedCall: 'An inner call failed: check that the token is an ordinary one.',
  FailedDeployment: 'A contract could not be created: send the call with more gas.',
  CloneArgumentsTooLong: 'A clone would carry too much: report this, it cannot happen.',
  Create2EmptyBytecode: 'A contract without code would be created: report this, it cannot happen.',
  InsufficientBalance: 'A contract holds too little: check the amount.',
  AddressEmptyCode: 'There is no contract at this address: check it and the chain.',

  Error: 'A contract outside of the protocol refused, probably the token: see its reason.',
  Panic: 'A contract met a number it cannot compute with: check the amounts.',
  UnknownRevert:
    'A contract outside of the protocol refused without a known reason, probably the token: check balance, allowance and whether the token is paused.',
}
