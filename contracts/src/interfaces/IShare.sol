// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {MarketId} from "../types/Ids.sol";

/// @notice A pro-rata claim on the reserve of one market: ERC-20, EIP-2612 and votes on a timestamp clock (ERC-6372).
/// @dev A minimal clone per market. Everybody votes with their own shares: `delegates(x) == x` always. What is encumbered
/// by a vote or a signal can neither be transferred nor burnt, and keeps its votes.
interface IShare is IERC20, IERC20Permit, IERC5805 {
    /// @notice Thrown when anybody but Markets mints or burns.
    error Share_NotMarkets(address caller);

    /// @notice Thrown on any delegation to another account.
    error Share_NoDelegation(address delegatee);

    /// @notice Thrown when anybody but Curation locks votes.
    error Share_NotCuration(address caller);

    /// @notice Thrown when anybody but Signals signals.
    error Share_NotSignals(address caller);

    /// @notice Thrown when an account would be left with less (`balance`) than its votes or signals encumber.
    error Share_Encumbered(address account, uint256 balance, uint256 encumbered);

    /// @notice Mints `amount` (18 decimals) to `to`; Markets only.
    function mint(address to, uint256 amount) external;

    /// @notice Burns `amount` (18 decimals) of `from`; Markets only.
    function burn(address from, uint256 amount) external;

    /// @notice Encumbers `amount` of `account` for a vote until the second `until`, which is included; Curation only.
    /// @dev One lock per account: amount and end each rise to the maximum of all votes not over yet, so it may hold more
    /// or longer than one of them needs.
    function lockVotes(address account, uint256 amount, uint48 until) external;

    /// @notice Encumbers `amount` more of `account` for its signals; Signals only.
    function addSignal(address account, uint256 amount) external;

    /// @notice Frees `amount` of what the signals of `account` encumber; Signals only.
    function removeSignal(address account, uint256 amount) external;

    /// @notice What can neither be transferred nor redeemed now: max(live vote lock, sum of signals).
    function encumberedOf(address account) external view returns (uint256);

    /// @notice The market whose shares these are.
    function market() external view returns (MarketId);

    /// @notice The contract that mints and burns.
    function MARKETS() external view returns (address);

    /// @notice The contract that encumbers for signals.
    function SIGNALS() external view returns (address);

    /// @notice The contract that encumbers for votes.
    function CURATION() external view returns (address);
}
