// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @notice Play money: 6 decimals, EIP-2612, and anyone mints. For tests and local chains only.
contract TestToken is ERC20, ERC20Permit {
    constructor() ERC20("TestToken", "tUSD") ERC20Permit("TestToken") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
