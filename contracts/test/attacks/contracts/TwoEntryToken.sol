// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TestToken} from "../../../src/test/TestToken.sol";

/// @notice A token with two addresses for one set of balances, as some upgraded tokens have: this is the first.
contract TwoEntryToken is TestToken {
    address private _second;

    error TwoEntryToken_NotEntry(address caller);

    function setSecondEntry(address second) external {
        _second = second;
    }

    /// @dev Called by the second entry for its own caller.
    function moveFor(address caller, address from, address to, uint256 amount) external {
        require(msg.sender == _second, TwoEntryToken_NotEntry(msg.sender));
        if (caller != from) _spendAllowance(from, caller, amount);
        _transfer(from, to, amount);
    }
}

/// @notice The second address of a TwoEntryToken.
contract SecondEntry {
    TwoEntryToken private immutable FIRST;

    constructor(TwoEntryToken first) {
        FIRST = first;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        FIRST.moveFor(msg.sender, msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        FIRST.moveFor(msg.sender, from, to, amount);
        return true;
    }

    function balanceOf(address account) external view returns (uint256) {
        return FIRST.balanceOf(account);
    }
}
