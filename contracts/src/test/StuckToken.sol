// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TestToken} from "./TestToken.sol";

/// @notice Hostile: while it is stuck a transfer says that it went well and moves nothing.
contract StuckToken is TestToken {
    bool public isStuck;

    function setStuck(bool newIsStuck) external {
        isStuck = newIsStuck;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (!isStuck) super._update(from, to, amount);
    }
}
