// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DatatrustId, ListingId, MarketId, OrderId} from "./Ids.sol";

/// @dev What is sold. ACCESS: the data, direct to the buyer's OpenPGP key. COMPUTE: a run on the data, a model comes back.
enum Kind {
    ACCESS,
    COMPUTE
}

/// @dev FULFILLED: the whole price is due. FAILED: `failureBps` of it is due, the rest returns to the buyer.
enum Status {
    NONE,
    PLACED,
    FULFILLED,
    FAILED,
    SETTLED,
    REFUNDED
}

/// @dev How a run ended. Anything but OK costs `failureBps` of the price.
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
    Kind kind;
    uint40 placeBy; // Unix seconds; last second in which the order may be placed
    uint32 fulfilWithin; // seconds after placing
    uint32 window; // seconds between fulfilment and settlement without an Acceptance
    address arbiter; // who rules on disputes; zero: nobody
}

/// @dev The data side of an order: what exactly is bought. Only its hash is needed after `place`.
struct Goods {
    bytes32 contentRoot; // RFC 9162 tree hash over the blinded cells of the asset
    uint64 sizeBytes; // of the asset
    bytes32 metadataHash;
    bytes32 policyHash; // what may leave; zero for a listing without compute
    bytes32 recipientKey; // sha256 of the buyer's OpenPGP public key packets
    bytes32 algorithm; // sha256 of the algorithm's module; zero for ACCESS
    bytes32 parametersHash; // sha256 of the RFC 8785 JSON of its parameters; zero for ACCESS
    bytes32 runtimeDigest; // sha256 that names executor, version and limits; zero for ACCESS
    bytes32 runId; // groups the orders of one run over several listings; zero if alone or for ACCESS
}

/// @dev What a run came to. Its order and the order's goods say the rest of the Receipt.
struct Outcome {
    bytes32 rawOutputHash; // sha256(salt || raw output): the raw output cannot be guessed from it
    bytes32 releasedHash; // sha256 of the released model; zero if nothing was released
    uint64 releasedBytes;
    uint64 leakBits; // charged against the owner's budget
    uint64 fuel; // instructions allowed, not used: use would tell about the data
    Verdict verdict;
}

/// @dev What a run did, as its datatrust answers for it. Hash of the EIP-712 struct = `deliveryHash` of the order.
struct Receipt {
    OrderId orderId;
    bytes32 contentRoot;
    bytes32 algorithm;
    bytes32 parametersHash;
    bytes32 runtimeDigest;
    bytes32 policyHash;
    bytes32 rawOutputHash; // from here on as in Outcome
    bytes32 releasedHash;
    uint64 releasedBytes;
    uint64 leakBits;
    uint64 fuel;
    Verdict verdict;
}
