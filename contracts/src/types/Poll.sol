// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MarketId} from "./Ids.sol";

/// @dev 1, 2, 3, ... in the order in which polls were opened; 0 is none.
type PollId is uint64;

/// @dev What a poll is about.
enum PollKind {
    CHALLENGE, // a listing is to be removed
    CONFIG, // a market is to have another config
    ADMISSION, // a datatrust is to be put on a market's admission list, or taken off it
    DISPUTE // a run was not what was ordered
}

/// @dev Everything but OPEN is final.
enum PollStatus {
    OPEN,
    PASSED,
    REJECTED,
    NO_QUORUM,
    LAPSED
}

/// @dev Times in Unix seconds, amounts in units of the asset's decimals, shares with 18 decimals.
struct Poll {
    address opener;
    uint40 openedAt;
    uint40 closesAt; // last second in which a vote counts
    PollKind kind;
    PollStatus status;
    address opponent; // who is paid if the opener loses: the listing's maker, the deal's operator; zero: nobody
    uint80 bond; // of the opener
    uint16 challengeFeeBps; // of the bond, due without quorum
    MarketId market;
    bytes32 subject; // CHALLENGE: listing; CONFIG: keccak256(abi.encode(config)); DISPUTE: order;
    // ADMISSION: datatrust << 8 | isAdmitted
    address share; // whose holders vote
    uint96 votersPart; // of the loser's bond, for all voters pro rata; known once resolved
    uint208 yes; // shares
    uint24 extensionSeconds; // by which a late quorum moves the end, once
    bool isExtended;
    uint208 no;
    uint208 quorum; // least yes + no that decide
    uint208 claimed; // shares whose voters have claimed their part
}

/// @dev What an account said. Its weight cannot leave it while the poll may be open.
struct Vote {
    uint208 weight; // shares; zero: has not voted
    bool isYes;
    bool isClaimed;
}
