// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICurve} from "./interfaces/ICurve.sol";
import {IMarkets} from "./interfaces/IMarkets.sol";
import {IShare} from "./interfaces/IShare.sol";
import {IVault} from "./interfaces/IVault.sol";
import {BoundedCall} from "./libraries/BoundedCall.sol";
import {CurveMath} from "./libraries/CurveMath.sol";
import {Drip} from "./libraries/Drip.sol";
import {Payments} from "./libraries/Payments.sol";
import {BPS, checkConfig, Rules, toRules} from "./libraries/Rules.sol";
import {MarketId} from "./types/Ids.sol";
import {Payment} from "./types/Payment.sol";

contract Markets is IMarkets, ReentrancyGuardTransient {
    using BoundedCall for address;
    using Math for uint256;
    using Payments for Payment;
    using SafeCast for uint256;

    struct Market {
        uint128 unlocked;
        uint128 locked;
        uint128 pending;
        uint128 bounty;
        address asset; // in the slot that orders and revenue read anyway
        uint40 accruedAt; // Unix seconds; drip is counted from here
        uint24 dripLeftSeconds; // from accruedAt
        uint24 version; // of the newest config, which may not be in force yet
        address share;
        uint96 p0;
        address curve;
        address admin;
        uint128 k;
        mapping(uint24 version => Rules) rules;
    }

    /// @dev What a patron gets for an amount, and where the amount goes.
    struct Purchase {
        uint256 shares;
        uint256 toUnlocked;
        uint256 toLocked;
        uint256 tribute;
    }

    address private constant DEAD = 0x000000000000000000000000000000000000dEaD;
    uint256 private constant MAX_AMOUNT = type(uint112).max;
    uint256 private constant CURVE_GAS = 100_000;
    uint256 private constant DECIMALS_GAS = 50_000;
    /// @dev A reward takes at most this part of the bounty.
    uint256 private constant BOUNTY_SHARE = 100;

    /// @inheritdoc IMarkets
    address public immutable VAULT;
    /// @inheritdoc IMarkets
    address public immutable ORDERS;
    address private immutable SHARE;

    mapping(MarketId market => Market) private _markets;

    modifier onlyOrders() {
        require(msg.sender == ORDERS, Markets_NotOrders(msg.sender));
        _;
    }

    modifier before(uint256 deadline) {
        require(block.timestamp <= deadline, Markets_Expired(deadline));
        _;
    }

    /// @param shareImplementation Built for the address of this contract.
    /// @param orders Address at which Orders will be deployed; it asserts that it is the one named here.
    constructor(address vault, address shareImplementation, address orders) {
        require(IShare(shareImplementation).MARKETS() == address(this), Markets_WrongShare(shareImplementation));
        VAULT = vault;
        SHARE = shareImplementation;
        ORDERS = orders;
    }

    /// @inheritdoc IMarkets
    function create(
        bytes32 salt,
        address asset,
        address curve,
        uint128 p0,
        uint128 k,
        address admin,
        Config calldata config,
        uint128 seed,
        Payment calldata payment
    ) external nonReentrant returns (MarketId id) {
        id = MarketId.wrap(keccak256(abi.encode(address(this), msg.sender, salt)));
        Market storage market = _markets[id];
        require(market.asset == address(0), Markets_Exists(id));
        _checkTerms(asset, p0, k, seed);
        checkConfig(config, p0);

        uint256 supply = (uint256(seed) * CurveMath.ONE_SHARE) / p0;
        _askCurve(curve, seed, supply, seed, p0, k);
        address share = Clones.cloneDeterministicWithImmutableArgs(SHARE, abi.encode(id), MarketId.unwrap(id));

        market.unlocked = seed;
        market.share = share;
        market.accruedAt = uint40(block.timestamp);
        market.version = 1;
        market.asset = asset;
        market.p0 = uint96(p0);
        market.curve = curve;
        market.admin = admin;
        market.k = k;
        market.rules[1] = toRules(config, uint40(block.timestamp));
        emit MarketCreated(id, msg.sender, asset, share, _identity(market), config, seed);

        IShare(share).mint(DEAD, CurveMath.ONE_SHARE);
        IShare(share).mint(msg.sender, supply - CurveMath.ONE_SHARE);
        payment.collect(IVault(VAULT), asset, seed);
    }

    /// @inheritdoc IMarkets
    function fund(
        MarketId id,
        uint128 amount,
        uint256 minShares,
        uint256 deadline,
        Payment calldata payment
    ) external nonReentrant before(deadline) returns (uint256 shares) {
        Market storage market = _known(id);
        Reserve memory reserve = _reserveWithSupply(market);
        Purchase memory purchase = _purchase(market, reserve, amount);
        shares = purchase.shares;
        require(shares != 0 && shares >= minShares, Markets_TooFewShares(shares, minShares));

        reserve.unlocked = (reserve.unlocked + purchase.toUnlocked).toUint128();
        reserve.locked = (reserve.locked + purchase.toLocked).toUint128();
        _storeReserve(market, reserve);
        market.bounty = (reserve.bounty + purchase.tribute).toUint128();
        emit Funded(id, msg.sender, amount, shares, purchase.toUnlocked, purchase.toLocked, purchase.tribute);

        IShare(market.share).mint(msg.sender, shares);
        payment.collect(IVault(VAULT), market.asset, amount);
    }

    /// @inheritdoc IMarkets
    function redeem(
        MarketId id,
        uint256 shares,
        uint256 minAmount,
        uint256 deadline,
        address to
    ) external nonReentrant before(deadline) returns (uint256 amount) {
        Market storage market = _known(id);
        require(shares != 0, Markets_BadAmount(shares));
        Reserve memory reserve = _reserveWithSupply(market);
        // First, because it reverts for more than the caller has: the payout below can then not exceed what is unlocked.
        IShare(market.share).burn(msg.sender, shares);
        amount = shares.mulDiv(reserve.unlocked, reserve.supply);
        require(amount >= minAmount, Markets_TooLittleMoney(amount, minAmount));

        reserve.unlocked -= uint128(amount);
        _storeReserve(market, reserve);
        emit Redeemed(id, msg.sender, shares, amount);
        IVault(VAULT).transfer(to, uint160(market.asset), amount);
    }

    /// @inheritdoc IMarkets
    function addRevenue(MarketId id, uint128 amount, Payment calldata payment) external nonReentrant {
        Market storage market = _known(id);
        _checkAmount(amount);
        _addRevenue(id, market, amount);
        payment.collect(IVault(VAULT), market.asset, amount);
    }

    /// @inheritdoc IMarkets
    function book(MarketId id, uint256 pendingUp, uint256 pendingDown, uint256 revenue) external onlyOrders {
        Market storage market = _known(id);
        if (pendingUp != pendingDown) {
            uint256 pending = market.pending + pendingUp - pendingDown;
            market.pending = pending.toUint128();
            emit PendingChanged(id, pending);
        }
        if (revenue != 0) _addRevenue(id, market, revenue);
    }

    /// @inheritdoc IMarkets
    function reward(MarketId id, address maker, uint256 amount) external onlyOrders returns (uint256 paid) {
        Market storage market = _known(id);
        uint256 bounty = market.bounty;
        paid = amount.min(bounty / BOUNTY_SHARE);
        if (paid == 0) return 0;
        market.bounty = uint128(bounty - paid);
        emit Rewarded(id, maker, paid);
        IVault(VAULT).transfer(maker, uint160(market.asset), paid);
    }

    /// @inheritdoc IMarkets
    function accrue(MarketId id) external {
        Market storage market = _known(id);
        _storeReserve(market, _reserve(market));
    }

    /// @inheritdoc IMarkets
    function setConfig(MarketId id, Config calldata config) external returns (uint24 version, uint40 effectiveAt) {
        Market storage market = _known(id);
        require(msg.sender == market.admin, Markets_NotAdmin(id, msg.sender));
        checkConfig(config, market.p0);
        uint24 inForce = _versionInForce(market);
        version = inForce + 1;
        effectiveAt = uint40(block.timestamp) + market.rules[inForce].changeDelaySeconds();
        market.rules[version] = toRules(config, effectiveAt);
        market.version = version;
        emit ConfigScheduled(id, version, effectiveAt, config);
    }

    /// @inheritdoc IMarkets
    function identityOf(MarketId id) external view returns (Identity memory) {
        return _identity(_known(id));
    }

    /// @inheritdoc IMarkets
    function saleTermsOf(MarketId id) external view returns (SaleTerms memory) {
        Market storage market = _known(id);
        Rules storage rules = market.rules[_versionInForce(market)];
        return
            SaleTerms({
                asset: market.asset,
                makerBps: rules.makerBps,
                operatorBps: rules.operatorBps,
                curatorsBps: rules.curatorsBps,
                failureBps: rules.failureBps,
                computeWindowSeconds: rules.computeWindowSeconds,
                minBond: rules.minBond
            });
    }

    /// @inheritdoc IMarkets
    function listingTermsOf(
        MarketId id
    ) external view returns (address asset, uint24 version, uint32 activationSeconds, uint80 listingBond) {
        Market storage market = _known(id);
        version = _versionInForce(market);
        Rules storage rules = market.rules[version];
        return (market.asset, version, rules.activationSeconds, rules.listingBond);
    }

    /// @inheritdoc IMarkets
    function configOf(MarketId id) external view returns (Config memory config, uint24 version) {
        Market storage market = _known(id);
        version = _versionInForce(market);
        config = market.rules[version].toConfig();
    }

    /// @inheritdoc IMarkets
    function configAt(MarketId id, uint24 version) external view returns (Config memory config, uint40 effectiveAt) {
        Rules memory rules = _known(id).rules[version];
        require(rules.effectiveAt != 0, Markets_UnknownConfig(id, version));
        return (rules.toConfig(), rules.effectiveAt);
    }

    /// @inheritdoc IMarkets
    function reserveOf(MarketId id) external view returns (Reserve memory) {
        return _reserveWithSupply(_known(id));
    }

    /// @inheritdoc IMarkets
    function quoteFund(
        MarketId id,
        uint128 amount
    ) external view returns (uint256 shares, uint256 toUnlocked, uint256 toLocked, uint256 tribute) {
        Market storage market = _known(id);
        Purchase memory purchase = _purchase(market, _reserveWithSupply(market), amount);
        return (purchase.shares, purchase.toUnlocked, purchase.toLocked, purchase.tribute);
    }

    /// @inheritdoc IMarkets
    function quoteRedeem(MarketId id, uint256 shares) external view returns (uint256 amount) {
        Reserve memory reserve = _reserveWithSupply(_known(id));
        require(shares <= reserve.supply, Markets_BadAmount(shares));
        return shares.mulDiv(reserve.unlocked, reserve.supply);
    }

    function _addRevenue(MarketId id, Market storage market, uint256 amount) private {
        Reserve memory reserve = _reserve(market);
        uint256 leftSeconds = reserve.locked == 0 ? 0 : reserve.dripEnd - block.timestamp;
        uint256 periodSeconds = market.rules[_versionInForce(market)].dripSeconds;
        reserve.dripEnd = uint40(block.timestamp + Drip.merged(reserve.locked, leftSeconds, amount, periodSeconds));
        reserve.locked = (reserve.locked + amount).toUint128();
        _storeReserve(market, reserve);
        emit RevenueAdded(id, amount, reserve.dripEnd);
    }

    function _storeReserve(Market storage market, Reserve memory reserve) private {
        market.unlocked = reserve.unlocked;
        market.locked = reserve.locked;
        // Without locked revenue the times mean nothing: their slot is left alone.
        if (reserve.locked == 0) return;
        market.accruedAt = uint40(block.timestamp);
        market.dripLeftSeconds = uint24(reserve.dripEnd - block.timestamp);
    }

    function _known(MarketId id) private view returns (Market storage market) {
        market = _markets[id];
        require(market.asset != address(0), Markets_Unknown(id));
    }

    /// @dev The drip accrued to now; `supply` is left zero.
    function _reserve(Market storage market) private view returns (Reserve memory reserve) {
        uint256 accruedAt = market.accruedAt;
        uint256 leftSeconds = market.dripLeftSeconds;
        uint256 locked = market.locked;
        uint256 released = Drip.released(locked, block.timestamp - accruedAt, leftSeconds);
        reserve.locked = uint128(locked - released);
        reserve.unlocked = (market.unlocked + released).toUint128();
        reserve.pending = market.pending;
        reserve.bounty = market.bounty;
        reserve.dripEnd = uint40(accruedAt + leftSeconds);
    }

    function _reserveWithSupply(Market storage market) private view returns (Reserve memory reserve) {
        reserve = _reserve(market);
        reserve.supply = IShare(market.share).totalSupply();
    }

    function _purchase(
        Market storage market,
        Reserve memory reserve,
        uint128 amount
    ) private view returns (Purchase memory purchase) {
        _checkAmount(amount);
        uint256 supply = reserve.supply;
        uint256 inMarket = uint256(reserve.unlocked) + reserve.locked;
        uint256 fromCurve = _askCurve(market.curve, amount, supply, inMarket, market.p0, market.k);
        uint256 spreadBps = market.rules[_versionInForce(market)].spreadBps;
        uint256 backing = (inMarket + reserve.pending) * (BPS + spreadBps);
        uint256 shares = fromCurve.min(CurveMath.saturatingMulDiv(amount, supply * BPS, backing));

        // shares / supply <= amount / (U + L + P), hence neither product exceeds `amount`.
        purchase.shares = shares;
        purchase.toUnlocked = shares.mulDiv(reserve.unlocked, supply, Math.Rounding.Ceil);
        uint256 rest = amount - purchase.toUnlocked;
        purchase.toLocked = rest.min(shares.mulDiv(reserve.locked, supply, Math.Rounding.Ceil));
        purchase.tribute = rest - purchase.toLocked;
    }

    function _askCurve(
        address curve,
        uint256 amount,
        uint256 supply,
        uint256 reserve,
        uint128 p0,
        uint128 k
    ) private view returns (uint256 shares) {
        bool answered;
        (answered, shares) = curve.staticcallWord(
            CURVE_GAS,
            abi.encodeCall(ICurve.sharesFor, (amount, supply, reserve, p0, k))
        );
        require(answered, Markets_CurveFailed(curve));
    }

    /// @dev The newest config, or the one before it, which was in force when the newest was scheduled.
    function _versionInForce(Market storage market) private view returns (uint24 version) {
        version = market.version;
        if (market.rules[version].effectiveAt > block.timestamp) version -= 1;
    }

    function _identity(Market storage market) private view returns (Identity memory) {
        return
            Identity({
                asset: market.asset,
                curve: market.curve,
                share: market.share,
                admin: market.admin,
                p0: market.p0,
                k: market.k
            });
    }

    function _checkTerms(address asset, uint256 p0, uint256 k, uint256 seed) private view {
        (bool answered, uint256 decimals) = asset.staticcallWord(
            DECIMALS_GAS,
            abi.encodeCall(IERC20Metadata.decimals, ())
        );
        require(answered && decimals >= 6 && decimals <= 18, Markets_BadAsset(asset));
        _checkCurveField("p0", p0, 10 ** (decimals - 6), type(uint96).max);
        _checkCurveField("k", k, 1e18, 1e30);
        _checkAmount(seed);
        require(seed >= p0, Markets_SeedTooSmall(seed, p0));
    }

    function _checkCurveField(bytes32 field, uint256 value, uint256 min, uint256 max) private pure {
        require(value >= min && value <= max, Markets_CurveOutOfBounds(field, value, min, max));
    }

    function _checkAmount(uint256 amount) private pure {
        require(amount != 0 && amount <= MAX_AMOUNT, Markets_BadAmount(amount));
    }
}
