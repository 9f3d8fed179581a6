// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICuration} from "./interfaces/ICuration.sol";
import {IDatatrusts} from "./interfaces/IDatatrusts.sol";
import {IListings} from "./interfaces/IListings.sol";
import {IMarkets} from "./interfaces/IMarkets.sol";
import {IOrders} from "./interfaces/IOrders.sol";
import {IShare} from "./interfaces/IShare.sol";
import {ISignals} from "./interfaces/ISignals.sol";
import {IVault} from "./interfaces/IVault.sol";
import {CurveMath} from "./libraries/CurveMath.sol";
import {OrderHash} from "./libraries/OrderHash.sol";
import {Payments} from "./libraries/Payments.sol";
import {BPS, checkConfig} from "./libraries/Rules.sol";
import {DatatrustId, ListingId, MarketId, OrderId} from "./types/Ids.sol";
import {Deal, Status} from "./types/Order.sol";
import {Payment, Source} from "./types/Payment.sol";
import {Poll, PollId, PollKind, PollStatus, Vote} from "./types/Poll.sol";

contract Curation is ICuration, ReentrancyGuardTransient {
    using OrderHash for Deal;
    using Payments for Payment;
    using SafeCast for uint256;

    /// @dev Where the bonds of a poll go; sums to them.
    struct Parts {
        uint256 opener;
        uint256 opponent;
        uint256 voters;
        uint256 bounty;
    }

    uint256 private constant MAX_EVIDENCE_BYTES = 512;
    uint40 private constant LAPSE_SECONDS = 7 days;
    uint40 private constant BARRED_SECONDS = 14 days;
    uint256 private constant MAX_EXTENSION_SECONDS = 1 days;
    uint256 private constant MAX_DISPUTE_SECONDS = 12 days;
    uint256 private constant WINNER_BPS = 4_000;
    uint256 private constant VOTERS_BPS = 1_000;
    address private constant DEAD = 0x000000000000000000000000000000000000dEaD;

    IVault private immutable VAULT;
    IMarkets private immutable MARKETS;
    IListings private immutable LISTINGS;
    IOrders private immutable ORDERS;

    /// @inheritdoc ICuration
    uint64 public count;
    mapping(PollId poll => Poll) private _polls;
    mapping(PollId poll => mapping(address account => Vote)) private _votes;
    /// @inheritdoc ICuration
    mapping(ListingId listing => PollId poll) public openPollOf;
    /// @inheritdoc ICuration
    mapping(MarketId market => mapping(address account => uint40 until)) public barredUntil;

    /// @dev Deployed last: asserts what the contracts below were told about those above them.
    constructor(IVault vault, IMarkets markets, IListings listings, IOrders orders) {
        VAULT = vault;
        MARKETS = markets;
        LISTINGS = listings;
        ORDERS = orders;
        address signals = orders.SIGNALS();
        IShare share = IShare(markets.SHARE());
        _checkWiring(address(this), orders.CURATION());
        _checkWiring(address(this), listings.CURATION());
        _checkWiring(address(this), share.CURATION());
        _checkWiring(signals, share.SIGNALS());
        _checkWiring(address(orders), markets.ORDERS());
        _checkWiring(address(vault), markets.VAULT());
        _checkWiring(address(vault), listings.VAULT());
        _checkWiring(address(markets), listings.MARKETS());
        _checkWiring(address(orders), ISignals(signals).ORDERS());
        // For `addBounty`: Markets moves the money of its caller alone.
        vault.setOperator(address(markets), true);
    }

    /// @inheritdoc ICuration
    function challenge(
        ListingId listing,
        string calldata evidence,
        Payment calldata payment
    ) external nonReentrant returns (PollId id) {
        _checkEvidence(evidence);
        PollId open = openPollOf[listing];
        require(PollId.unwrap(open) == 0, Curation_Challenged(listing, open));
        IListings.Listing memory listed = LISTINGS.get(listing);
        MarketId market = listed.market;
        uint40 until = barredUntil[market][msg.sender];
        require(until == 0 || block.timestamp > until, Curation_Barred(market, msg.sender, until));
        IMarkets.PollTerms memory terms = MARKETS.pollTermsOf(market);
        id = _open(PollKind.CHALLENGE, market, ListingId.unwrap(listing), listed.maker, terms, terms.pollSeconds);
        openPollOf[listing] = id;
        emit ListingChallenged(id, listing, evidence);
        Poll storage poll = _polls[id];
        LISTINGS.hold(listing, _latestEnd(poll) + LAPSE_SECONDS);
        payment.collect(VAULT, terms.asset, terms.challengeBond);
    }

    /// @inheritdoc ICuration
    function proposeConfig(
        MarketId market,
        IMarkets.Config calldata config,
        Payment calldata payment
    ) external nonReentrant returns (PollId id) {
        IMarkets.PollTerms memory terms = _termsAsAdmin(market);
        checkConfig(config, MARKETS.identityOf(market).p0);
        bytes32 subject = keccak256(abi.encode(config));
        id = _open(PollKind.CONFIG, market, subject, address(0), terms, terms.pollSeconds);
        emit ConfigProposed(id, market, config);
        payment.collect(VAULT, terms.asset, terms.challengeBond);
    }

    /// @inheritdoc ICuration
    function proposeAdmission(
        MarketId market,
        DatatrustId datatrust,
        bool isAdmitted,
        Payment calldata payment
    ) external nonReentrant returns (PollId id) {
        IMarkets.PollTerms memory terms = _termsAsAdmin(market);
        IDatatrusts(LISTINGS.DATATRUSTS()).signerOf(datatrust);
        bytes32 subject = bytes32((uint256(DatatrustId.unwrap(datatrust)) << 8) | (isAdmitted ? 1 : 0));
        id = _open(PollKind.ADMISSION, market, subject, address(0), terms, terms.pollSeconds);
        emit AdmissionProposed(id, market, datatrust, isAdmitted);
        payment.collect(VAULT, terms.asset, terms.challengeBond);
    }

    /// @inheritdoc ICuration
    function dispute(
        Deal calldata deal,
        bytes32 goodsHash,
        bytes32 deliveryHash,
        string calldata evidence,
        Payment calldata payment
    ) external nonReentrant returns (PollId id) {
        _checkEvidence(evidence);
        require(deal.buyer == msg.sender, Curation_NotBuyer(deal.buyer, msg.sender));
        OrderId orderId = deal.id();
        IMarkets.PollTerms memory terms = MARKETS.pollTermsOf(deal.market);
        uint256 pollSeconds = Math.min(terms.pollSeconds, MAX_DISPUTE_SECONDS);
        id = _open(PollKind.DISPUTE, deal.market, OrderId.unwrap(orderId), deal.operator, terms, pollSeconds);
        emit RunDisputed(id, orderId, evidence);
        ORDERS.dispute(deal, goodsHash, deliveryHash);
        payment.collect(VAULT, terms.asset, terms.challengeBond);
    }

    /// @inheritdoc ICuration
    function vote(PollId id, bool isYes) external nonReentrant returns (uint256 weight) {
        Poll storage poll = _known(id);
        uint40 closesAt = poll.closesAt;
        require(block.timestamp <= closesAt, Curation_Closed(id, closesAt));
        Vote storage cast = _votes[id][msg.sender];
        require(cast.weight == 0, Curation_Voted(id, msg.sender));
        weight = _weightOf(poll, msg.sender);
        require(weight != 0, Curation_NoVotes(id, msg.sender));
        cast.weight = uint208(weight);
        cast.isYes = isYes;
        uint256 before = uint256(poll.yes) + poll.no;
        if (isYes) poll.yes += uint208(weight);
        else poll.no += uint208(weight);
        emit Voted(id, msg.sender, isYes, weight);

        // Whoever waits for the last second to bring a quorum leaves the others time to answer.
        uint256 quorum = poll.quorum;
        uint40 latestEnd = _latestEnd(poll);
        bool isReached = before < quorum && before + weight >= quorum;
        if (isReached && block.timestamp > closesAt - poll.extensionSeconds) {
            poll.isExtended = true;
            poll.closesAt = latestEnd;
            emit PollExtended(id, latestEnd);
        }
        IShare(poll.share).lockVotes(msg.sender, weight, latestEnd);
    }

    /// @inheritdoc ICuration
    function resolve(PollId id) external nonReentrant returns (PollStatus status) {
        Poll storage poll = _known(id);
        PollKind kind = poll.kind;
        bool isChallenge = kind == PollKind.CHALLENGE;
        require(isChallenge || kind == PollKind.ADMISSION, Curation_WrongKind(id, kind));
        status = _decide(id, poll);
        uint256 listingBond;
        if (isChallenge) listingBond = _endChallenge(poll, status);
        else if (status == PollStatus.PASSED) _admit(poll);
        _pay(id, poll, status, listingBond);
    }

    /// @inheritdoc ICuration
    function resolveConfig(
        PollId id,
        IMarkets.Config calldata config
    ) external nonReentrant returns (PollStatus status) {
        Poll storage poll = _ofKind(id, PollKind.CONFIG);
        _checkSubject(id, poll, keccak256(abi.encode(config)));
        status = _decide(id, poll);
        if (status == PollStatus.PASSED) MARKETS.setConfig(poll.market, config);
        _pay(id, poll, status, 0);
    }

    /// @inheritdoc ICuration
    function resolveDispute(
        PollId id,
        Deal calldata deal,
        bytes32 goodsHash,
        bytes32 deliveryHash
    ) external nonReentrant returns (PollStatus status) {
        Poll storage poll = _ofKind(id, PollKind.DISPUTE);
        OrderId orderId = deal.id();
        _checkSubject(id, poll, OrderId.unwrap(orderId));
        status = _decide(id, poll);
        if (status != PollStatus.LAPSED && _awaitsRuling(orderId)) {
            ORDERS.rule(deal, goodsHash, deliveryHash, status == PollStatus.PASSED);
        }
        _pay(id, poll, status, 0);
    }

    /// @inheritdoc ICuration
    function claim(PollId[] calldata polls) external nonReentrant {
        require(polls.length != 0, Curation_Empty());
        for (uint256 i; i < polls.length; ++i) {
            PollId id = polls[i];
            Poll storage poll = _known(id);
            Vote storage cast = _votes[id][msg.sender];
            uint256 amount = _claimable(poll, cast);
            if (amount == 0) continue;
            cast.isClaimed = true;
            poll.claimed += cast.weight;
            emit Claimed(id, msg.sender, amount);
            _credit(_assetOf(poll), msg.sender, amount);
        }
    }

    /// @inheritdoc ICuration
    function get(PollId id) external view returns (Poll memory) {
        return _known(id);
    }

    /// @inheritdoc ICuration
    function voteOf(PollId id, address account) external view returns (Vote memory) {
        return _votes[id][account];
    }

    /// @inheritdoc ICuration
    function weightOf(PollId id, address account) external view returns (uint256) {
        return _weightOf(_known(id), account);
    }

    /// @inheritdoc ICuration
    function claimable(PollId id, address account) external view returns (uint256) {
        return _claimable(_known(id), _votes[id][account]);
    }

    /// @dev Everything but the bond, which the caller collects.
    function _open(
        PollKind kind,
        MarketId market,
        bytes32 subject,
        address opponent,
        IMarkets.PollTerms memory terms,
        uint256 pollSeconds
    ) private returns (PollId id) {
        id = PollId.wrap(++count);
        Poll storage poll = _polls[id];
        uint40 openedAt = uint40(block.timestamp);
        uint40 closesAt = openedAt + uint40(pollSeconds);
        uint256 supply = IShare(terms.share).getPastTotalSupply(openedAt - 1);
        // A market may be no older than this second.
        uint256 voting = supply > CurveMath.ONE_SHARE ? supply - CurveMath.ONE_SHARE : 0;
        uint256 quorum = Math.max(1, Math.mulDiv(voting, terms.quorumBps, BPS, Math.Rounding.Ceil));
        poll.opener = msg.sender;
        poll.openedAt = openedAt;
        poll.closesAt = closesAt;
        poll.kind = kind;
        poll.opponent = opponent;
        poll.bond = terms.challengeBond;
        poll.challengeFeeBps = terms.challengeFeeBps;
        poll.market = market;
        poll.subject = subject;
        poll.share = terms.share;
        poll.extensionSeconds = uint24(Math.min(pollSeconds, MAX_EXTENSION_SECONDS));
        poll.quorum = quorum.toUint208();
        emit PollOpened(id, market, msg.sender, kind, subject, closesAt, quorum, terms.challengeBond);
    }

    /// @dev The status that holds from now on.
    function _decide(PollId id, Poll storage poll) private returns (PollStatus status) {
        require(poll.status == PollStatus.OPEN, Curation_Resolved(id, poll.status));
        uint40 closesAt = poll.closesAt;
        require(block.timestamp > closesAt, Curation_StillOpen(id, closesAt));
        uint256 yes = poll.yes;
        uint256 no = poll.no;
        if (block.timestamp > closesAt + LAPSE_SECONDS) status = PollStatus.LAPSED;
        else if (yes + no < poll.quorum) status = PollStatus.NO_QUORUM;
        else status = yes > no ? PollStatus.PASSED : PollStatus.REJECTED;
        poll.status = status;
    }

    /// @return listingBond What came here of the maker's bond.
    function _endChallenge(Poll storage poll, PollStatus status) private returns (uint256 listingBond) {
        ListingId listing = ListingId.wrap(poll.subject);
        openPollOf[listing] = PollId.wrap(0);
        if (status == PollStatus.PASSED) {
            ORDERS.forfeitReward(listing);
            return LISTINGS.remove(listing);
        }
        if (status == PollStatus.REJECTED) {
            barredUntil[poll.market][poll.opener] = uint40(block.timestamp) + BARRED_SECONDS;
        }
        LISTINGS.release(listing);
    }

    function _admit(Poll storage poll) private {
        uint256 subject = uint256(poll.subject);
        MARKETS.setAdmission(poll.market, DatatrustId.wrap(uint32(subject >> 8)), subject & 1 == 1);
    }

    function _pay(PollId id, Poll storage poll, PollStatus status, uint256 listingBond) private {
        Parts memory parts = _partsOf(poll, status, listingBond);
        poll.votersPart = uint96(parts.voters);
        emit PollResolved(id, status, parts.opener, parts.opponent, parts.voters, parts.bounty);
        address asset = _assetOf(poll);
        _credit(asset, poll.opener, parts.opener);
        _credit(asset, poll.opponent, parts.opponent);
        if (parts.bounty != 0) _addBounty(poll.market, asset, parts.bounty);
    }

    /// @dev A full bounty must not keep a poll from its end. Gas does not decide: with too little for `addBounty` there is
    /// none left for what follows.
    function _addBounty(MarketId market, address asset, uint256 amount) private {
        Payment memory payment = Payment({source: Source.VAULT, permitDeadline: 0, v: 0, r: 0, s: 0});
        try MARKETS.addBounty(market, uint128(amount), payment) {} catch {
            _credit(asset, DEAD, amount);
        }
    }

    function _credit(address asset, address to, uint256 amount) private {
        if (amount != 0) VAULT.transfer({receiver: to, id: uint160(asset), amount: amount});
    }

    function _partsOf(
        Poll storage poll,
        PollStatus status,
        uint256 listingBond
    ) private view returns (Parts memory parts) {
        uint256 bond = poll.bond;
        PollKind kind = poll.kind;
        bool hasOpponent = poll.opponent != address(0);
        if (status == PollStatus.REJECTED) {
            parts.voters = _bpsOf(bond, VOTERS_BPS);
            if (hasOpponent) parts.opponent = _bpsOf(bond, WINNER_BPS);
            parts.bounty = bond - parts.voters - parts.opponent;
        } else if (status == PollStatus.NO_QUORUM) {
            uint256 fee = _bpsOf(bond, poll.challengeFeeBps);
            if (hasOpponent) parts.opponent = fee;
            else parts.bounty = fee;
            parts.opener = bond - fee;
        } else if (status == PollStatus.PASSED && kind == PollKind.CHALLENGE) {
            uint256 prize = _bpsOf(listingBond, WINNER_BPS);
            parts.voters = _bpsOf(listingBond, VOTERS_BPS);
            parts.opener = bond + prize;
            parts.bounty = listingBond - prize - parts.voters;
        } else if (status == PollStatus.PASSED && kind == PollKind.DISPUTE) {
            parts.voters = _bpsOf(bond, VOTERS_BPS);
            parts.opener = bond - parts.voters;
        } else {
            parts.opener = bond;
        }
    }

    /// @dev In steps of the weight claimed so far: no unit of the voters' part is left to nobody.
    function _claimable(Poll storage poll, Vote storage cast) private view returns (uint256) {
        uint256 part = poll.votersPart;
        uint256 weight = cast.weight;
        if (part == 0 || weight == 0 || cast.isClaimed) return 0;
        uint256 total = uint256(poll.yes) + poll.no;
        uint256 claimed = poll.claimed;
        return Math.mulDiv(part, claimed + weight, total) - Math.mulDiv(part, claimed, total);
    }

    function _weightOf(Poll storage poll, address account) private view returns (uint256) {
        IShare share = IShare(poll.share);
        return Math.min(share.getPastVotes(account, poll.openedAt - 1), share.balanceOf(account));
    }

    /// @dev Last second in which the poll may be open.
    function _latestEnd(Poll storage poll) private view returns (uint40) {
        return poll.isExtended ? poll.closesAt : poll.closesAt + poll.extensionSeconds;
    }

    function _awaitsRuling(OrderId orderId) private view returns (bool) {
        (Status status, , uint40 deadline) = ORDERS.statusOf(orderId);
        bool isDisputed = status == Status.REVEALED_DISPUTED || status == Status.FULFILLED_DISPUTED;
        return isDisputed && block.timestamp <= deadline;
    }

    function _termsAsAdmin(MarketId market) private view returns (IMarkets.PollTerms memory terms) {
        terms = MARKETS.pollTermsOf(market);
        require(terms.admin == address(this), Curation_NotAdmin(market, terms.admin));
    }

    function _assetOf(Poll storage poll) private view returns (address) {
        return MARKETS.identityOf(poll.market).asset;
    }

    function _known(PollId id) private view returns (Poll storage poll) {
        poll = _polls[id];
        require(poll.opener != address(0), Curation_Unknown(id));
    }

    function _ofKind(PollId id, PollKind kind) private view returns (Poll storage poll) {
        poll = _known(id);
        require(poll.kind == kind, Curation_WrongKind(id, poll.kind));
    }

    function _checkSubject(PollId id, Poll storage poll, bytes32 actual) private view {
        bytes32 subject = poll.subject;
        require(subject == actual, Curation_WrongSubject(id, subject, actual));
    }

    function _bpsOf(uint256 amount, uint256 bps) private pure returns (uint256) {
        return (amount * bps) / BPS;
    }

    function _checkEvidence(string calldata evidence) private pure {
        uint256 length = bytes(evidence).length;
        require(length <= MAX_EVIDENCE_BYTES, Curation_EvidenceTooLong(length));
    }

    function _checkWiring(address expected, address actual) private pure {
        require(expected == actual, Curation_WrongWiring(expected, actual));
    }
}
