// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DatatrustId, ListingId, MarketId, OrderId} from "../types/Ids.sol";
import {Deal} from "../types/Order.sol";
import {Payment} from "../types/Payment.sol";
import {Poll, PollId, PollKind, PollStatus, Vote} from "../types/Poll.sol";
import {IMarkets} from "./IMarkets.sol";

/// @notice Polls of a market's share holders: on challenged listings, configs, admissions and disputed runs.
/// @dev A poll passes if yes > no and yes + no >= max(1, ceil(quorumBps * (S - 1e18) / 1e4)), S being the supply in the
/// second before it opened and 1e18 the shares that are dead. Votes come at or before `closesAt`, resolution strictly after
/// it and at most 7 days after it; later the poll has lapsed and changes nothing. A quorum that is reached in the last
/// min(1 day, pollSeconds), that is strictly after closesAt - that, moves the end by as much, once.
/// A weight is min(votes in the second before the poll opened, balance now), and that many shares stay with their voter
/// until the latest end the poll can have: no share votes twice in a poll, whatever is bought, sold or redeemed meanwhile.
///
/// Who opens a poll puts up the market's challenge bond. Parts are rounded down, what remains is the bounty's:
/// - CHALLENGE passed: the opener gets the bond back and 40 % of the listing's, all voters 10 % of that, the bounty the rest.
/// - CHALLENGE or DISPUTE rejected: of the opener's bond 40 % go to the opponent, 10 % to all voters, the rest to the bounty.
/// - DISPUTE passed: 10 % of the opener's bond go to all voters, the rest back.
/// - CONFIG or ADMISSION passed: the bond back. Rejected: 10 % to all voters, the rest to the bounty.
/// - Without quorum: the bond back but for `challengeFeeBps` of it, which the opponent gets, or the bounty if there is none.
/// - Lapsed: the bond back.
/// All voters share, whatever they said: nobody is paid for siding with the majority. A bounty that is full takes nothing:
/// its part is burnt.
///
/// What has to be trusted: a majority of the shares that vote decides, nobody reviews it. Whoever owns it can remove any
/// listing of the market, and decides the disputes of the deals that name this contract as arbiter, although the market
/// earns if the operator is paid: buyer and datatrust agree to that when they place. A poll moves bonds put up here, the bond of the
/// challenged listing, and the escrow of the one disputed order; never a datatrust's bond, never a reserve.
/// A maker may have a friend challenge first, as there is one poll at a time for a listing: it is a poll all the same, and if
/// it passes the listing is gone.
interface ICuration {
    event PollOpened(
        PollId indexed poll,
        MarketId indexed market,
        address indexed opener,
        PollKind kind,
        bytes32 subject,
        uint40 closesAt,
        uint256 quorum,
        uint256 bond
    );
    /// @notice Emitted beside PollOpened. `evidence` is for those who vote; it is not stored.
    event ListingChallenged(PollId indexed poll, ListingId indexed listing, string evidence);
    event ConfigProposed(PollId indexed poll, MarketId indexed market, IMarkets.Config config);
    event AdmissionProposed(
        PollId indexed poll,
        MarketId indexed market,
        DatatrustId indexed datatrust,
        bool isAdmitted
    );
    event RunDisputed(PollId indexed poll, OrderId indexed orderId, string evidence);
    event Voted(PollId indexed poll, address indexed voter, bool isYes, uint256 weight);
    /// @notice Emitted when the quorum came late.
    event PollExtended(PollId indexed poll, uint40 closesAt);
    /// @notice Emitted with where the bonds went: the parts sum to the opener's and what was there of the listing's.
    event PollResolved(
        PollId indexed poll,
        PollStatus status,
        uint256 toOpener,
        uint256 toOpponent,
        uint256 toVoters,
        uint256 toBounty
    );
    event Claimed(PollId indexed poll, address indexed voter, uint256 amount);

    /// @notice Thrown by the constructor when another contract was built for another address.
    error Curation_WrongWiring(address expected, address actual);

    /// @notice Thrown when no poll has this id.
    error Curation_Unknown(PollId poll);

    /// @notice Thrown when a poll is of a kind that another function resolves.
    error Curation_WrongKind(PollId poll, PollKind kind);

    /// @notice Thrown when evidence is longer than 512 bytes.
    error Curation_EvidenceTooLong(uint256 length);

    /// @notice Thrown when a listing is challenged while a poll on it is not resolved.
    error Curation_Challenged(ListingId listing, PollId poll);

    /// @notice Thrown when a challenger who lost comes back before or in the second `until`.
    error Curation_Barred(MarketId market, address challenger, uint40 until);

    /// @notice Thrown when a market's admin is not this contract: its rules are not voted on here.
    error Curation_NotAdmin(MarketId market, address admin);

    /// @notice Thrown when anybody but the buyer disputes.
    error Curation_NotBuyer(address buyer, address caller);

    /// @notice Thrown when a vote comes after `closesAt`.
    error Curation_Closed(PollId poll, uint40 closesAt);

    /// @notice Thrown when an account votes again.
    error Curation_Voted(PollId poll, address voter);

    /// @notice Thrown when an account had no votes in the second before the poll opened, or has no shares left.
    error Curation_NoVotes(PollId poll, address voter);

    /// @notice Thrown when a poll is resolved at or before `closesAt`.
    error Curation_StillOpen(PollId poll, uint40 closesAt);

    /// @notice Thrown when a poll is resolved again.
    error Curation_Resolved(PollId poll, PollStatus status);

    /// @notice Thrown when a poll is resolved with another config or order (`actual`) than it is about (`subject`).
    error Curation_WrongSubject(PollId poll, bytes32 subject, bytes32 actual);

    /// @notice Thrown when a call carries nothing.
    error Curation_Empty();

    /// @notice Opens a poll on removing a listing, pending or live, whose bond stays until the poll is over. The first
    /// challenge before its activation holds that back too; a live listing sells on.
    /// @dev Reverts as `Listings.hold` does for one that is gone. One poll at a time for a listing. Who lost a challenge waits
    /// 14 days from its resolution for the next in that market.
    /// @param evidence At most 512 bytes, such as a URL with its hash.
    function challenge(
        ListingId listing,
        string calldata evidence,
        Payment calldata payment
    ) external returns (PollId poll);

    /// @notice Opens a poll on a new config for a market whose admin is this contract. Its hard bounds are checked now.
    function proposeConfig(
        MarketId market,
        IMarkets.Config calldata config,
        Payment calldata payment
    ) external returns (PollId poll);

    /// @notice Opens a poll on the admission list of a market whose admin is this contract.
    function proposeAdmission(
        MarketId market,
        DatatrustId datatrust,
        bool isAdmitted,
        Payment calldata payment
    ) external returns (PollId poll);

    /// @notice Contests a run whose deal names this contract as arbiter; its buyer only, within the deal's window. The poll
    /// lasts min(pollSeconds, 12 days), so that even extended it ends a day before the dispute lapses in Orders.
    /// @dev Reverts as `Orders.dispute` does.
    function dispute(
        Deal calldata deal,
        bytes32 goodsHash,
        bytes32 deliveryHash,
        string calldata evidence,
        Payment calldata payment
    ) external returns (PollId poll);

    /// @notice Votes with all the caller has; once, for good.
    /// @return weight Shares, 18 decimals.
    function vote(PollId poll, bool isYes) external returns (uint256 weight);

    /// @notice Ends a challenge or an admission poll: removes or releases the listing, schedules the admission. Anyone may.
    function resolve(PollId poll) external returns (PollStatus status);

    /// @notice Ends a config poll; if it passed the config is scheduled, behind the market's timelock. Anyone may.
    function resolveConfig(PollId poll, IMarkets.Config calldata config) external returns (PollStatus status);

    /// @notice Ends a dispute; passed, the buyer has the price back, rejected or without quorum what was due is paid.
    /// Anyone may.
    /// @dev An order that was settled meanwhile, by an Acceptance or because nobody resolved in time, stays so; the bond goes
    /// where the votes send it all the same, so that an Acceptance does not save who is about to lose.
    function resolveDispute(
        PollId poll,
        Deal calldata deal,
        bytes32 goodsHash,
        bytes32 deliveryHash
    ) external returns (PollStatus status);

    /// @notice Credits the caller's part of the losers' bonds in the Vault; skips polls that have nothing for the caller.
    /// @dev votersPart * weight / (yes + no); rounded so that the parts of all voters sum to votersPart, in whatever order
    /// they come.
    function claim(PollId[] calldata polls) external;

    /// @notice Everything about a poll; reverts for an unknown one.
    function get(PollId poll) external view returns (Poll memory);

    /// @notice What an account said in a poll.
    function voteOf(PollId poll, address account) external view returns (Vote memory);

    /// @notice The weight with which an account would vote now; shares, 18 decimals.
    function weightOf(PollId poll, address account) external view returns (uint256);

    /// @notice What `claim` would credit for a poll now; units of the asset's decimals.
    function claimable(PollId poll, address account) external view returns (uint256);

    /// @notice The poll on a listing that is not resolved; 0: none.
    function openPollOf(ListingId listing) external view returns (PollId);

    /// @notice Last second in which an account may not challenge in a market; Unix seconds.
    function barredUntil(MarketId market, address account) external view returns (uint40);

    /// @notice Number of polls opened; the newest has this id.
    function count() external view returns (uint64);
}
