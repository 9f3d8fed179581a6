// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IListings} from "./interfaces/IListings.sol";
import {IMarkets} from "./interfaces/IMarkets.sol";
import {IOrders} from "./interfaces/IOrders.sol";
import {IShare} from "./interfaces/IShare.sol";
import {ISignals} from "./interfaces/ISignals.sol";
import {IVault} from "./interfaces/IVault.sol";
import {ListingId} from "./types/Ids.sol";

contract Signals is ISignals, ReentrancyGuardTransient {
    /// @dev Signals made on one day that are not active yet.
    struct Bucket {
        uint208 amount; // shares
        uint48 day; // Unix seconds / 1 day
    }

    /// @dev Signals on one listing. Each change flushes first, so only those of today and of yesterday are pending after it.
    struct Total {
        uint256 accumulator; // earned by one share since the first, times SCALE
        uint256 active; // shares
        Bucket[2] pending; // of even and of odd days
    }

    /// @dev The part of an account in it, as of its last change.
    struct Position {
        uint256 accumulator; // up to which `active` has its earnings in `earned`
        uint256 active;
        uint256 earned; // units of the asset's decimals
        Bucket[2] pending;
    }

    uint256 private constant SCALE = 2 ** 128;
    /// @dev Days after which a signal may become active: the next one may end a second later.
    uint256 private constant WAIT_DAYS = 2;

    IVault private immutable VAULT;
    IMarkets private immutable MARKETS;
    IListings private immutable LISTINGS;
    /// @inheritdoc ISignals
    address public immutable ORDERS;

    mapping(ListingId listing => Total) private _totals;
    mapping(ListingId listing => mapping(address account => Position)) private _positions;
    /// @dev The accumulator when the signals of a day became active. Zero may also mean that they are not: see `_isActive`.
    mapping(ListingId listing => mapping(uint256 day => uint256 accumulator)) private _startedAt;

    constructor(IVault vault, IMarkets markets, IListings listings, IOrders orders) {
        VAULT = vault;
        MARKETS = markets;
        LISTINGS = listings;
        ORDERS = address(orders);
        _checkWiring(address(this), orders.SIGNALS());
        _checkWiring(address(orders), markets.ORDERS());
        _checkWiring(address(vault), markets.VAULT());
        _checkWiring(address(markets), listings.MARKETS());
    }

    /// @inheritdoc ISignals
    function signal(ListingId listing, uint256 amount) external nonReentrant {
        IListings.Listing memory listed = LISTINGS.get(listing);
        IShare share = IShare(MARKETS.identityOf(listed.market).share);
        uint256 balance = share.balanceOf(msg.sender);
        require(amount != 0 && amount <= balance, Signals_BadAmount(amount, balance));
        uint40 exitAt = listed.exitAt;
        require(exitAt == 0 || block.timestamp < exitAt, Signals_Gone(listing, exitAt));
        (Total storage total, Position storage position) = _sync(listing, msg.sender);
        uint256 today = _today();
        _add(total.pending[today % 2], today, amount);
        _add(position.pending[today % 2], today, amount);
        emit Signalled(listing, msg.sender, amount);
        share.addSignal(msg.sender, amount);
    }

    /// @inheritdoc ISignals
    function withdraw(ListingId listing, uint256 amount) external nonReentrant {
        IListings.Listing memory listed = LISTINGS.get(listing);
        (Total storage total, Position storage position) = _sync(listing, msg.sender);
        uint256 active = position.active;
        uint256 available = active + position.pending[0].amount + position.pending[1].amount;
        require(amount != 0 && amount <= available, Signals_BadAmount(amount, available));
        uint256 today = _today();
        uint256 left = amount - _take(total, position, today % 2, amount);
        left -= _take(total, position, (today + 1) % 2, left);
        position.active = active - left;
        total.active -= left;
        emit SignalWithdrawn(listing, msg.sender, amount);
        IShare(MARKETS.identityOf(listed.market).share).removeSignal(msg.sender, amount);
    }

    /// @inheritdoc ISignals
    function flush(ListingId listing) external nonReentrant returns (uint256 amount) {
        return _flush(listing, _totals[listing]);
    }

    /// @inheritdoc ISignals
    function claim(ListingId[] calldata listings) external nonReentrant {
        require(listings.length != 0, Signals_Empty());
        for (uint256 i; i < listings.length; ++i) {
            ListingId listing = listings[i];
            (, Position storage position) = _sync(listing, msg.sender);
            uint256 amount = position.earned;
            if (amount == 0) continue;
            position.earned = 0;
            emit SignalClaimed(listing, msg.sender, amount);
            address asset = MARKETS.identityOf(LISTINGS.get(listing).market).asset;
            VAULT.transfer({receiver: msg.sender, id: uint160(asset), amount: amount});
        }
    }

    /// @inheritdoc ISignals
    function totalOf(ListingId listing) external view returns (uint256 active, uint256 pending) {
        Total storage total = _totals[listing];
        return (total.active, uint256(total.pending[0].amount) + total.pending[1].amount);
    }

    /// @inheritdoc ISignals
    function signalOf(ListingId listing, address account) external view returns (uint256 active, uint256 pending) {
        Total storage total = _totals[listing];
        Position storage position = _positions[listing][account];
        active = position.active;
        for (uint256 i; i < 2; ++i) {
            Bucket memory bucket = position.pending[i];
            if (_isActive(total, bucket)) active += bucket.amount;
            else pending += bucket.amount;
        }
    }

    /// @inheritdoc ISignals
    function claimable(ListingId listing, address account) external view returns (uint256) {
        Total storage total = _totals[listing];
        uint256 accumulator = total.accumulator;
        (uint256 waiting, ) = IOrders(ORDERS).accrualOf(listing);
        if (total.active != 0) accumulator += Math.mulDiv(waiting, SCALE, total.active);
        Position storage position = _positions[listing][account];
        uint256 earned = position.earned + _earned(position.active, position.accumulator, accumulator);
        for (uint256 i; i < 2; ++i) {
            Bucket memory bucket = position.pending[i];
            if (!_isActive(total, bucket)) continue;
            earned += _earned(bucket.amount, _startedAt[listing][bucket.day], accumulator);
        }
        return earned;
    }

    /// @dev Brings listing and account to now. Afterwards the pending buckets of both are of today and of yesterday.
    function _sync(
        ListingId listing,
        address account
    ) private returns (Total storage total, Position storage position) {
        total = _totals[listing];
        position = _positions[listing][account];
        _flush(listing, total);
        uint256 accumulator = total.accumulator;
        uint256 active = position.active;
        uint256 earned = _earned(active, position.accumulator, accumulator);
        for (uint256 i; i < 2; ++i) {
            Bucket memory bucket = position.pending[i];
            if (!_isActive(total, bucket)) continue;
            active += bucket.amount;
            earned += _earned(bucket.amount, _startedAt[listing][bucket.day], accumulator);
            delete position.pending[i];
        }
        position.active = active;
        position.accumulator = accumulator;
        if (earned != 0) position.earned += earned;
    }

    /// @dev First for those who were active, then for those who become so.
    function _flush(ListingId listing, Total storage total) private returns (uint256 amount) {
        uint256 active = total.active;
        amount = IOrders(ORDERS).takeCurators(listing, active == 0);
        uint256 accumulator = total.accumulator;
        if (amount != 0) {
            emit Flushed(listing, amount, active == 0);
            if (active != 0) {
                accumulator += Math.mulDiv(amount, SCALE, active);
                total.accumulator = accumulator;
            }
        }
        uint256 activated;
        for (uint256 i; i < 2; ++i) {
            Bucket memory bucket = total.pending[i];
            if (bucket.amount == 0 || bucket.day + WAIT_DAYS > _today()) continue;
            activated += bucket.amount;
            _startedAt[listing][bucket.day] = accumulator;
            delete total.pending[i];
        }
        if (activated == 0) return amount;
        total.active = active + activated;
        emit SignalsActivated(listing, activated, active + activated);
    }

    /// @dev Takes up to `amount` out of one bucket of an account, and of its listing.
    function _take(
        Total storage total,
        Position storage position,
        uint256 index,
        uint256 amount
    ) private returns (uint256 taken) {
        taken = Math.min(amount, position.pending[index].amount);
        position.pending[index].amount -= uint208(taken);
        total.pending[index].amount -= uint208(taken);
    }

    function _add(Bucket storage bucket, uint256 day, uint256 amount) private {
        bucket.amount += uint208(amount);
        bucket.day = uint48(day);
    }

    /// @dev True if what an account signalled that day is active: the listing holds the day pending no longer. (As long as an
    /// account has something in a bucket, so has its listing.)
    function _isActive(Total storage total, Bucket memory bucket) private view returns (bool) {
        if (bucket.amount == 0) return false;
        Bucket memory pending = total.pending[bucket.day % 2];
        return pending.amount == 0 || pending.day != bucket.day;
    }

    /// @dev Rounded down.
    function _earned(uint256 amount, uint256 from, uint256 to) private pure returns (uint256) {
        return Math.mulDiv(amount, to - from, SCALE);
    }

    function _today() private view returns (uint256) {
        return block.timestamp / 1 days;
    }

    function _checkWiring(address expected, address actual) private pure {
        require(expected == actual, Signals_WrongWiring(expected, actual));
    }
}
