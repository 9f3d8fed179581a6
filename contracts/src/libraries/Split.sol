// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Deal} from "../types/Order.sol";

uint256 constant BPS = 10_000;

/// @dev Where the price of an order goes, in units of the asset's decimals. The parts sum to the price.
struct Parts {
    uint256 maker;
    uint256 operator;
    uint256 curators;
    uint256 reserve;
    uint256 buyer;
}

/// @dev How a price is divided. Every part is rounded down but the last: the reserve gets what rounding leaves.
/// Unchecked: a deal that was placed has a price below 2^96 and parts of at most 10,000 bps together.
library Split {
    /// @dev The whole price is due.
    function inFull(Deal calldata deal) internal pure returns (Parts memory) {
        return _split(deal, deal.price, deal.price);
    }

    /// @dev `failureBps` of the price is due, the rest is the buyer's.
    function failed(Deal calldata deal) internal pure returns (Parts memory) {
        uint256 price = deal.price;
        return _split(deal, price, _part(price, deal.failureBps));
    }

    /// @dev What an order may still bring to its market while it is in escrow: the parts of curators and reserve.
    function pending(Deal calldata deal) internal pure returns (uint256) {
        uint256 price = deal.price;
        unchecked {
            return price - _part(price, deal.makerBps) - _part(price, deal.operatorBps);
        }
    }

    function _split(Deal calldata deal, uint256 price, uint256 due) private pure returns (Parts memory parts) {
        unchecked {
            parts.maker = _part(due, deal.makerBps);
            parts.operator = _part(due, deal.operatorBps);
            parts.curators = _part(due, deal.curatorsBps);
            parts.reserve = due - parts.maker - parts.operator - parts.curators;
            parts.buyer = price - due;
        }
    }

    function _part(uint256 amount, uint256 bps) private pure returns (uint256) {
        unchecked {
            return (amount * bps) / BPS;
        }
    }
}
