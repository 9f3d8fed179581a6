// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TestToken} from "../../../src/test/TestToken.sol";

/// @notice Awkward, as some real tokens are: refuses some accounts, and takes from others.
contract HarshToken is TestToken {
    mapping(address account => bool) public isBlocked;

    error HarshToken_Blocked(address account);

    function setBlocked(address account, bool blocked) external {
        isBlocked[account] = blocked;
    }

    function seize(address account, uint256 amount) external {
        _burn(account, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!isBlocked[from], HarshToken_Blocked(from));
        require(!isBlocked[to], HarshToken_Blocked(to));
        super._update(from, to, amount);
    }
}
