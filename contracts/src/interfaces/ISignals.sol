// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ListingId} from "../types/Ids.sol";

/// @notice Share holders point at listings and get the curators' part of their sales, pro rata, for as long as they do.
/// @dev Flat: a signal costs nothing, earns in proportion to its shares, and is withdrawn at once and in full. Its shares
/// stay with their owner, can neither be transferred nor redeemed, and keep their votes.
/// A signal made on day D (Unix seconds / 86400, rounded down) becomes active with the first flush on day D + 2 or later,
/// so at least 24 hours after it was made. A flush pays what waits to the signals active before, then activates: who comes for a
/// sale that is known gets none of it. Whatever changes a listing's signals flushes first. What waits while no signal is
/// active goes to the reserve.
/// Signals rank by capital that can be taken back: they say where people put it, not that a listing is good.
///
/// Rounded down: the accumulator in each flush, and what an account has earned each time that it is brought up to date, by less
/// than three units of the asset then. What remains stays here and belongs to nobody.
/// The accumulator holds the sum of amount * 2^128 / active and has room while all that a listing ever brings its curators
/// is below 2^128 units: at prices below 2^96, of which they have at most a tenth, more than 2^35 orders.
interface ISignals {
    event Signalled(ListingId indexed listing, address indexed account, uint256 amount);
    event SignalWithdrawn(ListingId indexed listing, address indexed account, uint256 amount);
    /// @notice Emitted when what waited for a listing's curators went to them, or to the reserve if there are none.
    event Flushed(ListingId indexed listing, uint256 amount, bool toReserve);
    /// @notice Emitted when pending signals became active; `active` is the sum from now on.
    event SignalsActivated(ListingId indexed listing, uint256 amount, uint256 active);
    event SignalClaimed(ListingId indexed listing, address indexed account, uint256 amount);

    /// @notice Thrown by the constructor when another contract was built for another address.
    error Signals_WrongWiring(address expected, address actual);

    /// @notice Thrown when an amount is zero or above what can be signalled or withdrawn.
    error Signals_BadAmount(uint256 amount, uint256 available);

    /// @notice Thrown when a listing that takes no orders any more, since `exitAt`, is signalled on.
    error Signals_Gone(ListingId listing, uint40 exitAt);

    /// @notice Thrown when a call carries nothing.
    error Signals_Empty();

    /// @notice Encumbers `amount` shares of the caller for a listing, beside what the caller's other signals encumber.
    /// @dev Reverts with Listings_Unknown, or with Share_Encumbered if the caller has fewer shares than signals then.
    /// @param amount Shares, 18 decimals.
    function signal(ListingId listing, uint256 amount) external;

    /// @notice Frees `amount` shares, the newest first: today's, yesterday's, then what is active. Always possible.
    function withdraw(ListingId listing, uint256 amount) external;

    /// @notice Pays what waits for a listing to the active signals, then activates; anyone may.
    /// @return amount What waited, units of the asset's decimals.
    function flush(ListingId listing) external returns (uint256 amount);

    /// @notice Flushes, and credits what the caller's signals have earned in the Vault; nothing is no error.
    function claim(ListingId[] calldata listings) external;

    /// @notice Shares that point at a listing: those that earn, and those that wait for their day.
    function totalOf(ListingId listing) external view returns (uint256 active, uint256 pending);

    /// @notice Shares with which an account points at a listing. Active includes what the next flush activated already.
    function signalOf(ListingId listing, address account) external view returns (uint256 active, uint256 pending);

    /// @notice What `claim` would credit now; units of the asset's decimals.
    function claimable(ListingId listing, address account) external view returns (uint256);

    /// @notice The contract in which the curators' part waits.
    function ORDERS() external view returns (address);
}
