// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {MarketId} from "../types/Ids.sol";

/// @notice A pro-rata claim on the reserve of one market: ERC-20, EIP-2612 and votes on a timestamp clock (ERC-6372).
/// @dev A minimal clone per market. Everybody votes with their own shares: `delegates(x) == x` always.
interface IShare is IERC20, IERC20Permit, IERC5805 {
    /// @notice Thrown when anybody but Markets mints or burns.
    error Share_NotMarkets(address caller);

    /// @notice Thrown on any delegation to another account.
    error Share_NoDelegation(address delegatee);

    /// @notice Mints `amount` (18 decimals) to `to`; Markets only.
    function mint(address to, uint256 amount) external;

    /// @notice Burns `amount` (18 decimals) of `from`; Markets only.
    function burn(address from, uint256 amount) external;

    /// @notice The market whose shares these are.
    function market() external view returns (MarketId);

    /// @notice The contract that mints and burns.
    function MARKETS() external view returns (address);
}
