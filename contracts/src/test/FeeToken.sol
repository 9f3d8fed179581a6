// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TestToken} from "./TestToken.sol";

/// @notice Hostile: burns part of what is transferred, or takes more from the sender than was asked for.
contract FeeToken is TestToken {
    uint256 public feeBps;
    uint256 public surchargeBps;

    function setFees(uint256 newFeeBps, uint256 newSurchargeBps) external {
        (feeBps, surchargeBps) = (newFeeBps, newSurchargeBps);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from == address(0) || to == address(0)) return;
        super._update(to, address(0), (amount * feeBps) / 10_000);
        super._update(from, address(0), (amount * surchargeBps) / 10_000);
    }
}
