// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Deal} from "../../../src/types/Order.sol";
import {Parts, Split} from "../../../src/libraries/Split.sol";

/// @dev The library itself, for every deal that can have been placed.
contract SplitProof {
    modifier placed(Deal calldata deal) {
        require(deal.price < 2 ** 96);
        require(uint256(deal.makerBps) + deal.operatorBps + deal.curatorsBps <= 10_000);
        require(deal.failureBps <= 10_000);
        _;
    }

    function inFull(Deal calldata deal) external pure placed(deal) {
        Parts memory parts = Split.inFull(deal);
        assert(parts.maker + parts.operator + parts.curators + parts.reserve + parts.buyer == deal.price);
        assert(parts.buyer == 0);
        assert(parts.reserve <= deal.price);
    }

    function failed(Deal calldata deal) external pure placed(deal) {
        Parts memory parts = Split.failed(deal);
        assert(parts.maker + parts.operator + parts.curators + parts.reserve + parts.buyer == deal.price);
    }
}
