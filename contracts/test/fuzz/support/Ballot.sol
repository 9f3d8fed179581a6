// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IListings} from "../../../src/interfaces/IListings.sol";
import {IMarkets} from "../../../src/interfaces/IMarkets.sol";
import {IOrders} from "../../../src/interfaces/IOrders.sol";
import {IShare} from "../../../src/interfaces/IShare.sol";
import {ListingId, MarketId} from "../../../src/types/Ids.sol";
import {Deal, Goods, Kind, Outcome, Receipt, Status} from "../../../src/types/Order.sol";
import {Poll, PollId, PollKind, PollStatus} from "../../../src/types/Poll.sol";
import {bound, CHEATS} from "./Cheats.sol";
import {Shop} from "./Shop.sol";

/// @dev What patrons do as curators: they challenge, propose, dispute, vote and signal, and trade their shares meanwhile. It
/// keeps books of its own about every poll and every signal.
contract Ballot is Shop {
    struct Motion {
        PollId id;
        PollKind kind;
        uint256 market;
        ListingId listing;
        uint256 makerBps; // of the config that is proposed
        Deal deal; // that is disputed
        bytes32 goodsHash;
        bytes32 deliveryHash;
        uint256 openedAt;
        uint256 closesAt;
        uint256 latestEnd;
        uint256 supply; // that could vote
        uint256 yes;
        uint256 no;
        bool isOver;
        bytes32 result; // everything about the poll that must stay
        uint256 left; // of the voters' part
    }

    uint256 private constant VOTERS_COUNT = 4;
    uint256 private constant LAPSE_SECONDS = 7 days;

    Motion[] private _motions;
    ListingId[] private _everListed;
    address[VOTERS_COUNT] private _voters = [address(0xF11), address(0xF12), address(0xF13), address(0xF14)];
    mapping(PollId poll => mapping(address voter => uint256 weight)) private _cast;
    mapping(ListingId listing => mapping(address voter => uint256 amount)) private _signalOn;
    mapping(MarketId market => mapping(address voter => uint256 amount)) private _signalled;
    uint256 private _sales;
    /// @dev Calls that succeeded and must not.
    uint256 public trespasses;
    /// @dev Calls that failed and must not.
    uint256 public jams;
    /// @dev Polls that were resolved when they had been.
    uint256 public resolvedAgain;
    address private immutable OWNER = msg.sender;

    constructor() {
        for (uint256 i = 0; i < LISTINGS_COUNT; ++i) _everListed.push(listed[i]);
        for (uint256 i = 0; i < VOTERS_COUNT; ++i) {
            _enrich(_voters[i]);
            for (uint256 m = 0; m < 2; ++m) shareOf(m).transfer(_voters[i], (i + 1) * 900e18);
            _signal(_voters[i], listed[i % LISTINGS_COUNT], (i + 1) * 100e18);
        }
        // Long enough for these signals to be active from the first flush on.
        _clock += 3 days;
    }

    modifier onTime() {
        CHEATS.warp(_clock);
        _;
    }

    function challenge(uint256 who, uint256 listing) external onTime {
        listing %= LISTINGS_COUNT;
        (address challenger, MarketId market) = (_buyers[who % BUYERS_COUNT], _marketOf(listing));
        bool isFree = PollId.unwrap(curation.openPollOf(listed[listing])) == 0;
        if (!isFree || _isGone(listed[listing]) || _clock <= curation.barredUntil(market, challenger)) return;
        CHEATS.prank(challenger);
        _opened(curation.challenge(listed[listing], "", _vaultPayment()), PollKind.CHALLENGE, listing / 2)
            .listing = listed[listing];
    }

    function proposeConfig(uint256 who, uint256 market, uint256 makerBps) external onTime {
        (market, makerBps) = (market % 2, bound(makerBps, 2_500, 8_000));
        IMarkets.Config memory config = _config(makerBps, 500, 200, 1_000);
        CHEATS.prank(_buyers[who % BUYERS_COUNT]);
        PollId id = curation.proposeConfig(ids[market], config, _vaultPayment());
        _opened(id, PollKind.CONFIG, market).makerBps = makerBps;
    }

    function proposeAdmission(uint256 who, uint256 market, bool isAdmitted) external onTime {
        CHEATS.prank(_buyers[who % BUYERS_COUNT]);
        PollId id = curation.proposeAdmission(ids[market % 2], _datatrust, isAdmitted, _vaultPayment());
        _opened(id, PollKind.ADMISSION, market % 2);
    }

    /// @dev Orders a run, gets its receipt and disputes it.
    function dispute(uint256 who, uint256 listing) external onTime {
        listing %= LISTINGS_COUNT;
        if (_isGone(listed[listing])) return;
        (Deal memory deal, bytes32 goodsHash) = _bought(_buyers[who % BUYERS_COUNT], listing, Kind.COMPUTE);
        Receipt memory receipt;
        receipt.orderId = orders.orderIdOf(deal.listing, deal.buyer, deal.n);
        receipt.goodsHash = goodsHash;
        receipt.releasedHash = "model";
        Outcome memory outcome;
        outcome.releasedHash = "model";
        bytes32 deliveryHash = orders.hashReceipt(receipt);
        CHEATS.prank(address(_signer));
        orders.fulfil(deal, goodsHash, outcome);
        CHEATS.prank(deal.buyer);
        PollId id = curation.dispute(deal, goodsHash, deliveryHash, "", _vaultPayment());
        Motion storage motion = _opened(id, PollKind.DISPUTE, listing / 2);
        (motion.deal, motion.goodsHash, motion.deliveryHash) = (deal, goodsHash, deliveryHash);
    }

    /// @dev Everybody votes whom two bits of `ballots` tell to; mostly in the newest poll.
    function vote(uint256 which, uint256 ballots) external onTime {
        if (_motions.length == 0) return;
        uint256 back = which % 2 == 0 ? 0 : (which / 2) % _motions.length;
        for (uint256 v = 0; v < VOTERS_COUNT; ++v) {
            uint256 ballot = (ballots >> (2 * v)) % 4;
            if (ballot != 0) _vote(_voters[v], _motions[_motions.length - 1 - back], ballot != 1);
        }
    }

    function resolve(uint256 which) external onTime {
        if (_motions.length == 0) return;
        Motion storage motion = _motions[which % _motions.length];
        bool isDue = !motion.isOver && _clock > motion.closesAt;
        try this.resolveNow(which % _motions.length) {
            if (!isDue) ++trespasses;
        } catch {
            if (isDue) ++jams;
        }
    }

    /// @dev Resolves every poll that is over: random ones alone would seldom be.
    function resolveDue() external onTime {
        for (uint256 i = 0; i < _motions.length; ++i) {
            if (!_motions[i].isOver && _clock > _motions[i].closesAt) _resolve(_motions[i]);
        }
    }

    /// @dev Tries once more to resolve every poll that is over, out of the bonds of those that are not.
    function resolveAgain() external onTime {
        for (uint256 i = 0; i < _motions.length; ++i) {
            if (!_motions[i].isOver) continue;
            try this.resolveNow(i) {} catch {}
        }
    }

    /// @dev A call of its own, so that it may fail. Not a move of the game.
    function resolveNow(uint256 which) external {
        if (msg.sender == address(this)) _resolve(_motions[which]);
    }

    function claim(uint256 who) external onTime {
        _claim(_voters[who % VOTERS_COUNT]);
    }

    function signal(uint256 who, uint256 listing, uint256 amount) external onTime {
        listing %= LISTINGS_COUNT;
        (address voter, ListingId id) = (_voters[who % VOTERS_COUNT], listed[listing]);
        uint256 free = shareOf(listing / 2).balanceOf(voter) - _signalled[_marketOf(listing)][voter];
        if (free == 0 || _isGone(id)) return;
        _signal(voter, id, bound(amount, 1, free));
    }

    function withdraw(uint256 who, uint256 listing, uint256 amount) external onTime {
        (address voter, ListingId id) = (_voters[who % VOTERS_COUNT], _everListed[listing % _everListed.length]);
        if (_signalOn[id][voter] != 0) _withdraw(voter, id, bound(amount, 1, _signalOn[id][voter]));
    }

    function flush(uint256 listing) external onTime {
        signals.flush(_everListed[listing % _everListed.length]);
    }

    function claimSignals() external onTime {
        for (uint256 v = 0; v < VOTERS_COUNT; ++v) _claimSignals(_voters[v]);
    }

    /// @dev Sells access to a listing, so that there is something for its curators.
    function sell(uint256 listing) external onTime {
        listing %= LISTINGS_COUNT;
        if (_isGone(listed[listing])) return;
        (Deal memory deal, bytes32 goodsHash) = _bought(_buyers[0], listing, Kind.ACCESS);
        CHEATS.prank(address(_signer));
        orders.deliver(deal, goodsHash);
    }

    function transferShares(uint256 from, uint256 to, uint256 market, uint256 amount) external onTime {
        (address sender, IShare share) = (_voters[from % VOTERS_COUNT], shareOf(market % 2));
        amount = bound(amount, 0, share.balanceOf(sender));
        bool isFree = amount <= share.balanceOf(sender) - share.encumberedOf(sender);
        CHEATS.prank(sender);
        try share.transfer(_voters[to % VOTERS_COUNT], amount) {} catch {
            if (isFree) ++jams;
        }
    }

    function fund(uint256 who, uint256 market, uint256 amount) external onTime {
        CHEATS.prank(_voters[who % VOTERS_COUNT]);
        markets.fund(ids[market % 2], uint128(bound(amount, 1e6, 1e9)), 0, _clock, _vaultPayment());
    }

    function redeem(uint256 who, uint256 market, uint256 shares) external onTime {
        (address voter, IShare share) = (_voters[who % VOTERS_COUNT], shareOf(market % 2));
        uint256 balance = share.balanceOf(voter);
        if (balance == 0) return;
        shares = bound(shares, 1, balance);
        bool isFree = shares <= balance - share.encumberedOf(voter);
        CHEATS.prank(voter);
        try markets.redeem(ids[market % 2], shares, 0, _clock, voter) {} catch {
            if (isFree) ++jams;
        }
    }

    function exit(uint256 listing) external onTime {
        listing %= LISTINGS_COUNT;
        if (listings.get(listed[listing]).exitAt != 0) return;
        CHEATS.prank(_makers[listing % 2]);
        listings.exit(listed[listing]);
    }

    /// @dev Lists anew what has gone.
    function publish(uint256 listing) external onTime {
        listing %= LISTINGS_COUNT;
        if (!_isGone(listed[listing])) return;
        listed[listing] = _publish(listing, bytes32(_everListed.length));
        _everListed.push(listed[listing]);
    }

    function pass(uint256 elapsedSeconds) external {
        _clock += bound(elapsedSeconds, 1, 8 hours);
        CHEATS.warp(_clock);
    }

    /// @dev On to the end of the poll that closes next: random steps seldom come as far.
    function passToClose() external {
        uint256 next = type(uint256).max;
        for (uint256 i = 0; i < _motions.length; ++i) {
            if (_motions[i].closesAt >= _clock) next = _min(next, _motions[i].closesAt);
        }
        if (next == type(uint256).max) return;
        _clock = next + 1;
        CHEATS.warp(_clock);
    }

    /// @dev Ends everything as anybody could, long after the last deadline. Not a move of the game.
    function windDown() external {
        if (msg.sender != OWNER) return;
        _clock += 60 days;
        CHEATS.warp(_clock);
        for (uint256 i = 0; i < _motions.length; ++i) {
            if (!_motions[i].isOver) _resolve(_motions[i]);
            if (_motions[i].kind == PollKind.DISPUTE) _settle(_motions[i]);
        }
        for (uint256 i = 0; i < _everListed.length; ++i) _leave(_everListed[i]);
        for (uint256 v = 0; v < VOTERS_COUNT; ++v) {
            address voter = _voters[v];
            _claim(voter);
            for (uint256 i = 0; i < _everListed.length; ++i) {
                if (_signalOn[_everListed[i]][voter] != 0)
                    _withdraw(voter, _everListed[i], _signalOn[_everListed[i]][voter]);
            }
            _claimSignals(voter);
            for (uint256 m = 0; m < 2; ++m) _redeemAll(voter, m);
        }
    }

    /// @dev What Curation holds for others: the bonds of open polls, and what voters have not claimed of others.
    function owedByCuration() external view returns (uint256 sum) {
        for (uint256 i = 0; i < _motions.length; ++i) sum += _motions[i].isOver ? _motions[i].left : BOND;
    }

    /// @dev What Signals owes to all, but for what still waits in Orders.
    function owedBySignals() external view returns (uint256) {
        uint256 sum;
        uint256 waiting;
        for (uint256 i = 0; i < _everListed.length; ++i) {
            for (uint256 v = 0; v < VOTERS_COUNT; ++v) sum += signals.claimable(_everListed[i], _voters[v]);
            (uint256 active, ) = signals.totalOf(_everListed[i]);
            (uint256 curators, ) = orders.accrualOf(_everListed[i]);
            if (active != 0) waiting += curators;
        }
        return sum > waiting ? sum - waiting : 0;
    }

    /// @dev True if every poll has counted what was cast in it, once, and no more than was there.
    function votesAgree() external view returns (bool) {
        for (uint256 i = 0; i < _motions.length; ++i) {
            Motion storage motion = _motions[i];
            Poll memory poll = curation.get(motion.id);
            if (poll.yes != motion.yes || poll.no != motion.no || poll.closesAt != motion.closesAt) return false;
            if (motion.yes + motion.no > motion.supply) return false;
        }
        return true;
    }

    /// @dev True if everybody still has what their votes and signals encumber.
    function isEncumbranceKept() external view returns (bool) {
        for (uint256 v = 0; v < VOTERS_COUNT; ++v) {
            for (uint256 m = 0; m < 2; ++m) {
                uint256 balance = shareOf(m).balanceOf(_voters[v]);
                if (balance < _signalled[ids[m]][_voters[v]] || balance < _votedBy(_voters[v], m)) return false;
            }
        }
        return true;
    }

    /// @dev True if the signals on every listing are those of its curators.
    function signalsAgree() external view returns (bool) {
        for (uint256 i = 0; i < _everListed.length; ++i) {
            uint256 sum;
            for (uint256 v = 0; v < VOTERS_COUNT; ++v) {
                (uint256 active, uint256 pending) = signals.signalOf(_everListed[i], _voters[v]);
                if (active + pending != _signalOn[_everListed[i]][_voters[v]]) return false;
                sum += active + pending;
            }
            (uint256 allActive, uint256 allPending) = signals.totalOf(_everListed[i]);
            if (allActive + allPending != sum) return false;
        }
        return true;
    }

    /// @dev True if nothing about a poll has changed since it was resolved.
    function resultsStay() external view returns (bool) {
        for (uint256 i = 0; i < _motions.length; ++i) {
            if (_motions[i].isOver && _motions[i].result != _resultOf(_motions[i].id)) return false;
        }
        return true;
    }

    function shareOf(uint256 market) public view returns (IShare) {
        return IShare(markets.identityOf(ids[market]).share);
    }

    function _admin() internal view override returns (address) {
        return address(curation);
    }

    function _opened(PollId id, PollKind kind, uint256 market) private returns (Motion storage motion) {
        Poll memory poll = curation.get(id);
        motion = _motions.push();
        motion.id = id;
        motion.kind = kind;
        motion.market = market;
        motion.openedAt = _clock;
        motion.closesAt = poll.closesAt;
        motion.latestEnd = poll.closesAt + poll.extensionSeconds;
        motion.supply = shareOf(market).getPastTotalSupply(_clock - 1);
    }

    function _vote(address voter, Motion storage motion, bool isYes) private {
        IShare share = shareOf(motion.market);
        uint256 weight = _min(share.getPastVotes(voter, motion.openedAt - 1), share.balanceOf(voter));
        bool isDue = _clock <= motion.closesAt && _cast[motion.id][voter] == 0 && weight != 0;
        CHEATS.prank(voter);
        try curation.vote(motion.id, isYes) returns (uint256 counted) {
            if (!isDue || counted != weight) ++trespasses;
            _voted(motion, voter, weight, isYes);
        } catch {
            if (isDue) ++jams;
        }
    }

    function _voted(Motion storage motion, address voter, uint256 weight, bool isYes) private {
        uint256 earlier = motion.yes + motion.no;
        uint256 quorum = ((motion.supply - 1e18) * 400 + BPS - 1) / BPS;
        uint256 period = motion.closesAt - motion.openedAt;
        uint256 extension = motion.latestEnd - motion.closesAt;
        bool isReached = earlier < quorum && earlier + weight >= quorum;
        // The polls of this market last a day, so the last day of one is all of it but its first second.
        if (isReached && extension != 0 && _clock > motion.closesAt - _min(period, 1 days)) {
            motion.closesAt = motion.latestEnd;
        }
        if (isYes) motion.yes += weight;
        else motion.no += weight;
        _cast[motion.id][voter] = weight;
    }

    function _resolve(Motion storage motion) private {
        PollStatus status;
        if (motion.kind == PollKind.CONFIG) {
            status = curation.resolveConfig(motion.id, _config(motion.makerBps, 500, 200, 1_000));
        } else if (motion.kind == PollKind.DISPUTE) {
            status = curation.resolveDispute(motion.id, motion.deal, motion.goodsHash, motion.deliveryHash);
        } else {
            status = curation.resolve(motion.id);
        }
        if (motion.isOver) {
            ++resolvedAgain;
            return;
        }
        if (status != _decided(motion)) ++trespasses;
        motion.isOver = true;
        motion.left = curation.get(motion.id).votersPart;
        motion.result = _resultOf(motion.id);
    }

    function _claim(address voter) private {
        if (_motions.length == 0) return;
        PollId[] memory polls = new PollId[](_motions.length);
        uint256 due;
        for (uint256 i = 0; i < polls.length; ++i) {
            Motion storage motion = _motions[i];
            polls[i] = motion.id;
            uint256 amount = curation.claimable(motion.id, voter);
            motion.left -= amount;
            due += amount;
        }
        uint256 earlier = balanceOf(voter);
        CHEATS.prank(voter);
        curation.claim(polls);
        if (balanceOf(voter) != earlier + due) ++trespasses;
    }

    function _claimSignals(address voter) private {
        CHEATS.prank(voter);
        signals.claim(_everListed);
    }

    function _signal(address voter, ListingId id, uint256 amount) private {
        CHEATS.prank(voter);
        signals.signal(id, amount);
        _signalOn[id][voter] += amount;
        _signalled[listings.get(id).market][voter] += amount;
    }

    function _withdraw(address voter, ListingId id, uint256 amount) private {
        CHEATS.prank(voter);
        signals.withdraw(id, amount);
        _signalOn[id][voter] -= amount;
        _signalled[listings.get(id).market][voter] -= amount;
    }

    /// @dev Exits if need be, and takes the bond of who was not removed.
    function _leave(ListingId id) private {
        signals.flush(id);
        IListings.Listing memory listing = listings.get(id);
        if (listing.exitAt == 0) {
            CHEATS.prank(listing.maker);
            listings.exit(id);
            CHEATS.warp(_clock + 2 days);
        }
        try listings.returnBond(id) {} catch {}
        CHEATS.warp(_clock);
    }

    function _redeemAll(address voter, uint256 market) private {
        uint256 balance = shareOf(market).balanceOf(voter);
        if (balance == 0) return;
        CHEATS.prank(voter);
        markets.redeem(ids[market], balance, 0, _clock, voter);
    }

    /// @dev Does nothing where the poll has ruled.
    function _settle(Motion storage motion) private {
        IOrders.Settlement[] memory settlements = new IOrders.Settlement[](1);
        settlements[0] = IOrders.Settlement({
            deal: motion.deal,
            goodsHash: motion.goodsHash,
            deliveryHash: motion.deliveryHash,
            acceptance: ""
        });
        orders.settle(settlements);
    }

    /// @dev Places a direct order; a run names Curation for its arbiter.
    function _bought(address buyer, uint256 listing, Kind kind) private returns (Deal memory deal, bytes32 goodsHash) {
        Goods memory goods;
        (deal, goods) = _terms(listed[listing], buyer, ++_sales, kind, address(0));
        if (kind == Kind.COMPUTE) deal.arbiter = address(curation);
        goodsHash = orders.hashGoods(goods);
        CHEATS.prank(buyer);
        orders.place(IOrders.Quote({deal: deal, goods: goods, signature: ""}), _vaultPayment());
    }

    function _decided(Motion storage motion) private view returns (PollStatus) {
        uint256 quorum = ((motion.supply - 1e18) * 400 + BPS - 1) / BPS;
        if (_clock > motion.closesAt + LAPSE_SECONDS) return PollStatus.LAPSED;
        if (motion.yes + motion.no < quorum) return PollStatus.NO_QUORUM;
        return motion.yes > motion.no ? PollStatus.PASSED : PollStatus.REJECTED;
    }

    function _resultOf(PollId id) private view returns (bytes32) {
        Poll memory poll = curation.get(id);
        return keccak256(abi.encode(poll.status, poll.yes, poll.no, poll.votersPart, poll.closesAt));
    }

    /// @dev The strongest vote of an account in polls that may still be open.
    function _votedBy(address voter, uint256 market) private view returns (uint256 most) {
        for (uint256 i = 0; i < _motions.length; ++i) {
            if (!(_motions[i].market == market) || _clock > _motions[i].latestEnd) continue;
            uint256 weight = _cast[_motions[i].id][voter];
            if (weight > most) most = weight;
        }
    }

    function _isGone(ListingId id) private view returns (bool) {
        uint256 exitAt = listings.get(id).exitAt;
        return exitAt != 0 && _clock >= exitAt;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
