// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DatatrustId, ListingId, MarketId, OrderId} from "./Ids.sol";

/// @dev What is sold. ACCESS: the data itself. COMPUTE: a run on the data, a model comes back.
enum Kind {
    ACCESS,
    COMPUTE
}

/// @dev REVEALED: the whole price is due. FULFILLED: `failureBps` of it is due, or all of it with an Acceptance. A disputed
/// order keeps what is due until its arbiter has ruled.
enum Status {
    NONE,
    PLACED,
    REVEALED,
    FULFILLED,
    REVEALED_DISPUTED,
    FULFILLED_DISPUTED,
    SETTLED,
    REFUNDED
}

/// @dev How a run ended. A model is released with OK only.
enum Verdict {
    OK,
    ALGO_ERROR,
    OOM,
    TIMEOUT,
    FUEL,
    CONTRACT,
    CHECK,
    REVIEW
}

/// @dev The money side of an order: who pays whom how much, and when. Checked against the chain in `place`, never re-read.
struct Deal {
    ListingId listing;
    address buyer;
    uint256 n; // the buyer's own number for the order; any number not used for this listing before
    MarketId market;
    address asset; // ERC-20 in which the market counts
    address maker;
    address operator; // payout address of the datatrust
    DatatrustId datatrust;
    uint256 price; // units of the asset's decimals
    uint16 makerBps;
    uint16 operatorBps;
    uint16 curatorsBps;
    uint16 failureBps;
    uint256 compensation; // most a proven wrong cell brings the buyer from the datatrust's bond; zero without a key
    Kind kind;
    uint40 placeBy; // Unix seconds; last second in which the order may be placed
    uint32 fulfilWithin; // seconds after placing
    uint32 window; // seconds between fulfilment and settlement without an Acceptance
    address arbiter; // who opens disputes for the buyer and rules on them; zero: nobody
    address ackKey; // the buyer's session key: signs the Ack, and may sign the Acceptance; zero for direct access
}

/// @dev The data side of an order: what exactly is bought. Only its hash is needed after `place`.
struct Goods {
    bytes32 termsHash; // what is listed: keccak256(abi.encode(Content)) of the listing
    bytes32 keyHash; // keccak256 of the key that decrypts the delivery; zero: no fair exchange
    bytes32 recipientKey; // sha256 of the buyer's OpenPGP public key packets; may be zero where there is a key hash
    bytes32 algorithm; // sha256 of the algorithm's module; zero for ACCESS
    bytes32 parametersHash; // sha256 of the RFC 8785 JSON of its parameters; zero for ACCESS
    bytes32 runtimeDigest; // sha256 that names executor, version and limits; zero for ACCESS
    bytes32 runId; // groups the orders of one run over several listings; zero if alone or for ACCESS
}

/// @dev What a run came to. Its order and the order's goods say the rest of the Receipt.
struct Outcome {
    bytes32 rawOutputHash; // sha256(salt || raw output): the raw output cannot be guessed from it
    bytes32 releasedHash; // sha256 of the released model; zero if nothing was released
    bytes32 releasedRoot; // RFC 9162 tree hash over its blinded cells; zero if it is not delivered by the fair exchange
    bytes32 provenanceHash; // sha256 of the RFC 8785 JSON of its in-toto Statement, which the datatrust keeps and serves
    uint64 releasedBytes;
    uint64 leakBits; // charged against the owner's budget
    uint64 fuel; // instructions allowed, not used: use would tell about the data
    Verdict verdict;
}

/// @dev What a run did, as its datatrust answers for it. `goodsHash` says what was run on what.
struct Receipt {
    OrderId orderId;
    bytes32 goodsHash; // EIP-712 struct hash of the order's Goods
    bytes32 rawOutputHash; // from here on as in Outcome
    bytes32 releasedHash;
    bytes32 releasedRoot;
    bytes32 provenanceHash;
    uint64 releasedBytes;
    uint64 leakBits;
    uint64 fuel;
    Verdict verdict;
}

/// @dev What came by the fair exchange. The buyer's Ack is over order, contentRoot, sizeBytes and cipherRoot.
struct Delivery {
    bytes32 contentRoot; // RFC 9162 tree hash over the blinded plaintext cells: the listing's, or the released model's
    uint64 sizeBytes; // of the content, blinds not counted
    bytes32 cipherRoot; // RFC 9162 tree hash over the encrypted cells, as streamed
    bytes32 key; // ChaCha20 (RFC 8439) key; its keccak256 is the order's keyHash
    bytes32 receiptHash; // EIP-712 struct hash of the run's Receipt; zero for ACCESS
}
