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
import {DatatrustId, MarketId} from "./types/Ids.sol";
import {Payment} from "./types/Payment.sol";

contract Markets is IMarkets, ReentrancyGuardTransient {
    using BoundedCall for address;
    using Math for uint256;
    using Payments for Payment;
    using SafeCast for uint256;

    struct Market {
        uint128 unlocked;
        uint128 locked;
        // One slot with all that a sale changes or needs besides; a sale reads no other but its rules.
        uint128 pending;
        uint40 accruedAt; // Unix seconds; drip is counted from here
        uint24 dripLeftSeconds; // from accruedAt
        uint24 version; // of the newest config, which may not be in force yet
        uint40 effectiveAt; // of that version, as in its rules
        address asset;
        address share;
        uint96 p0;
        address curve;
        address admin;
        uint128 k;
        uint128 bounty;
        mapping(uint24 version => Rules) rules;
        mapping(DatatrustId datatrust => Admission) admissions;
    }

    /// @dev From `effectiveAt` on `isAdmitted` counts, before it `wasAdmitted`.
    struct Admission {
        uint40 effectiveAt; // Unix seconds
        bool isAdmitted;
        bool wasAdmitted;
    }

    /// @dev What a patron gets for an amount, and where the amount goes.
    struct Purchase {
        uint256 shares;
        uint256 toUnlocked;
        uint256 toLocked;
        uint256 forPending; // part of toLocked that joins the drip like revenue
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
    /// @inheritdoc IMarkets
    address public immutable SHARE;

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
    ) external nonReentrant returns (MarketId market) {
        market = MarketId.wrap(keccak256(abi.encode(address(this), msg.sender, salt)));
        Market storage state = _markets[market];
        require(state.asset == address(0), Markets_Exists(market));
        _checkTerms(asset, p0, k, seed);
        checkConfig(config, p0);

        uint256 supply = (uint256(seed) * CurveMath.ONE_SHARE) / p0;
        _askCurve(curve, seed, supply, seed, p0, k);
        address share = Clones.cloneDeterministicWithImmutableArgs(SHARE, abi.encode(market), MarketId.unwrap(market));

        state.unlocked = seed;
        state.share = share;
        state.accruedAt = uint40(block.timestamp);
        state.version = 1;
        state.effectiveAt = uint40(block.timestamp);
        state.asset = asset;
        state.p0 = uint96(p0);
        state.curve = curve;
        state.admin = admin;
        state.k = k;
        state.rules[1] = toRules(config, uint40(block.timestamp));
        emit MarketCreated(market, msg.sender, asset, share, _identity(state), config, seed);

        IShare(share).mint(DEAD, CurveMath.ONE_SHARE);
        IShare(share).mint(msg.sender, supply - CurveMath.ONE_SHARE);
        payment.collect(IVault(VAULT), asset, seed);
    }

    /// @inheritdoc IMarkets
    function fund(
        MarketId market,
        uint128 amount,
        uint256 minShares,
        uint256 deadline,
        Payment calldata payment
    ) external nonReentrant before(deadline) returns (uint256 shares) {
        Market storage state = _known(market);
        Reserve memory reserve = _reserveWithSupply(state);
        Purchase memory purchase = _purchase(state, reserve, amount);
        shares = purchase.shares;
        require(shares != 0 && shares >= minShares, Markets_TooFewShares(shares, minShares));

        reserve.unlocked = (reserve.unlocked + purchase.toUnlocked).toUint128();
        reserve.locked = (reserve.locked + purchase.toLocked - purchase.forPending).toUint128();
        if (purchase.forPending != 0) _joinDrip(state, reserve, purchase.forPending);
        _storeReserve(state, reserve);
        state.bounty = (state.bounty + purchase.tribute).toUint128();
        emit Funded(market, msg.sender, amount, shares, purchase.toUnlocked, purchase.toLocked, purchase.tribute);

        IShare(state.share).mint(msg.sender, shares);
        payment.collect(IVault(VAULT), state.asset, amount);
    }

    /// @inheritdoc IMarkets
    function redeem(
        MarketId market,
        uint256 shares,
        uint256 minAmount,
        uint256 deadline,
        address to
    ) external nonReentrant before(deadline) returns (uint256 amount) {
        Market storage state = _known(market);
        require(shares != 0, Markets_BadAmount(shares));
        Reserve memory reserve = _reserveWithSupply(state);
        // First, because it reverts for more than the caller has: the payout below can then not exceed what is unlocked.
        IShare(state.share).burn(msg.sender, shares);
        amount = shares.mulDiv(reserve.unlocked, reserve.supply);
        require(amount >= minAmount, Markets_TooLittleMoney(amount, minAmount));

        reserve.unlocked -= uint128(amount);
        _storeReserve(state, reserve);
        emit Redeemed(market, msg.sender, shares, amount);
        IVault(VAULT).transfer(to, uint160(state.asset), amount);
    }

    /// @inheritdoc IMarkets
    function addRevenue(MarketId market, uint128 amount, Payment calldata payment) external nonReentrant {
        Market storage state = _known(market);
        _checkAmount(amount);
        _addRevenue(market, state, amount);
        payment.collect(IVault(VAULT), state.asset, amount);
    }

    /// @inheritdoc IMarkets
    function addBounty(MarketId market, uint128 amount, Payment calldata payment) external nonReentrant {
        Market storage state = _known(market);
        _checkAmount(amount);
        state.bounty = (state.bounty + uint256(amount)).toUint128();
        emit BountyAdded(market, amount);
        payment.collect(IVault(VAULT), state.asset, amount);
    }

    /// @inheritdoc IMarkets
    function book(MarketId market, uint256 pendingUp, uint256 pendingDown, uint256 revenue) external onlyOrders {
        // Orders places in markets that exist; looking again would cost every order a slot.
        Market storage state = _markets[market];
        state.pending = (state.pending + pendingUp - pendingDown).toUint128();
        if (revenue != 0) _addRevenue(market, state, revenue);
    }

    /// @inheritdoc IMarkets
    function reward(MarketId market, address maker, uint256 amount) external onlyOrders returns (uint256 paid) {
        Market storage state = _known(market);
        uint256 bounty = state.bounty;
        paid = amount.min(bounty / BOUNTY_SHARE);
        if (paid == 0) return 0;
        state.bounty = uint128(bounty - paid);
        emit Rewarded(market, maker, paid);
        IVault(VAULT).transfer(maker, uint160(state.asset), paid);
    }

    /// @inheritdoc IMarkets
    function accrue(MarketId market) external {
        Market storage state = _known(market);
        _storeReserve(state, _reserve(state));
    }

    /// @inheritdoc IMarkets
    function setConfig(MarketId market, Config calldata config) external returns (uint24 version, uint40 effectiveAt) {
        Market storage state = _known(market);
        require(msg.sender == state.admin, Markets_NotAdmin(market, msg.sender));
        checkConfig(config, state.p0);
        uint24 inForce = _versionInForce(state);
        version = inForce + 1;
        effectiveAt = uint40(block.timestamp) + state.rules[inForce].changeDelaySeconds();
        state.rules[version] = toRules(config, effectiveAt);
        state.version = version;
        state.effectiveAt = effectiveAt;
        emit ConfigScheduled(market, version, effectiveAt, config);
    }

    /// @inheritdoc IMarkets
    function setAdmission(
        MarketId market,
        DatatrustId datatrust,
        bool isAdmitted_
    ) external returns (uint40 effectiveAt) {
        Market storage state = _known(market);
        require(msg.sender == state.admin, Markets_NotAdmin(market, msg.sender));
        effectiveAt = uint40(block.timestamp) + state.rules[_versionInForce(state)].changeDelaySeconds();
        Admission storage admission = state.admissions[datatrust];
        admission.wasAdmitted = _isAdmitted(admission);
        admission.isAdmitted = isAdmitted_;
        admission.effectiveAt = effectiveAt;
        emit AdmissionScheduled(market, datatrust, isAdmitted_, effectiveAt);
    }

    /// @inheritdoc IMarkets
    function isAdmitted(MarketId market, DatatrustId datatrust) external view returns (bool) {
        return _isAdmitted(_known(market).admissions[datatrust]);
    }

    /// @inheritdoc IMarkets
    function identityOf(MarketId market) external view returns (Identity memory) {
        return _identity(_known(market));
    }

    /// @inheritdoc IMarkets
    function saleTermsOf(MarketId market, DatatrustId datatrust) external view returns (SaleTerms memory) {
        Market storage state = _known(market);
        Rules storage rules = state.rules[_versionInForce(state)];
        return
            SaleTerms({
                asset: state.asset,
                makerBps: rules.makerBps,
                operatorBps: rules.operatorBps,
                curatorsBps: rules.curatorsBps,
                failureBps: rules.failureBps,
                complaintWindowSeconds: rules.complaintWindowSeconds,
                disputeWindowSeconds: rules.disputeWindowSeconds,
                minBond: rules.minBond,
                compensation: uint96((uint256(rules.minBond) * rules.compensationBps) / BPS),
                isAdmitted: _maySell(state, rules, datatrust)
            });
    }

    /// @inheritdoc IMarkets
    function pollTermsOf(MarketId market) external view returns (PollTerms memory) {
        Market storage state = _known(market);
        Rules storage rules = state.rules[_versionInForce(state)];
        return
            PollTerms({
                asset: state.asset,
                share: state.share,
                admin: state.admin,
                quorumBps: rules.quorumBps,
                challengeFeeBps: rules.challengeFeeBps,
                pollSeconds: rules.pollSeconds,
                challengeBond: rules.challengeBond
            });
    }

    /// @inheritdoc IMarkets
    function listingTermsOf(
        MarketId market,
        DatatrustId datatrust
    ) external view returns (address asset, uint24 version, uint32 activationSeconds, uint80 listingBond) {
        Market storage state = _known(market);
        version = _versionInForce(state);
        Rules storage rules = state.rules[version];
        require(_maySell(state, rules, datatrust), Markets_NotAdmitted(market, datatrust));
        return (state.asset, version, rules.activationSeconds, rules.listingBond);
    }

    /// @inheritdoc IMarkets
    function configOf(MarketId market) external view returns (Config memory config, uint24 version) {
        Market storage state = _known(market);
        version = _versionInForce(state);
        config = state.rules[version].toConfig();
    }

    /// @inheritdoc IMarkets
    function configAt(
        MarketId market,
        uint24 version
    ) external view returns (Config memory config, uint40 effectiveAt) {
        Rules memory rules = _known(market).rules[version];
        require(rules.effectiveAt != 0, Markets_UnknownConfig(market, version));
        return (rules.toConfig(), rules.effectiveAt);
    }

    /// @inheritdoc IMarkets
    function reserveOf(MarketId market) external view returns (Reserve memory reserve) {
        Market storage state = _known(market);
        reserve = _reserveWithSupply(state);
        reserve.bounty = state.bounty;
    }

    /// @inheritdoc IMarkets
    function quoteFund(
        MarketId market,
        uint128 amount
    ) external view returns (uint256 shares, uint256 toUnlocked, uint256 toLocked, uint256 tribute) {
        Market storage state = _known(market);
        Purchase memory purchase = _purchase(state, _reserveWithSupply(state), amount);
        return (purchase.shares, purchase.toUnlocked, purchase.toLocked, purchase.tribute);
    }

    /// @inheritdoc IMarkets
    function quoteRedeem(MarketId market, uint256 shares) external view returns (uint256 amount) {
        Reserve memory reserve = _reserveWithSupply(_known(market));
        require(shares <= reserve.supply, Markets_BadAmount(shares));
        return shares.mulDiv(reserve.unlocked, reserve.supply);
    }

    function _addRevenue(MarketId market, Market storage state, uint256 amount) private {
        Reserve memory reserve = _reserve(state);
        _joinDrip(state, reserve, amount);
        _storeReserve(state, reserve);
        emit RevenueAdded(market, amount, reserve.dripEnd);
    }

    /// @dev Adds to what is locked, in memory; `amount` is not zero.
    function _joinDrip(Market storage state, Reserve memory reserve, uint256 amount) private view {
        // Without locked revenue the stored end is that of an older drip.
        uint256 leftSeconds = reserve.locked == 0 ? 0 : reserve.dripEnd - block.timestamp;
        uint256 periodSeconds = state.rules[_versionInForce(state)].dripSeconds;
        reserve.dripEnd = uint40(block.timestamp + Drip.merged(reserve.locked, leftSeconds, amount, periodSeconds));
        reserve.locked = (reserve.locked + amount).toUint128();
    }

    function _storeReserve(Market storage state, Reserve memory reserve) private {
        state.unlocked = reserve.unlocked;
        state.locked = reserve.locked;
        // Without locked revenue the times mean nothing: their slot is left alone.
        if (reserve.locked == 0) return;
        state.accruedAt = uint40(block.timestamp);
        state.dripLeftSeconds = uint24(reserve.dripEnd - block.timestamp);
    }

    function _known(MarketId market) private view returns (Market storage state) {
        state = _markets[market];
        require(state.asset != address(0), Markets_Unknown(market));
    }

    /// @dev The drip accrued to now; `bounty` and `supply` are left zero.
    function _reserve(Market storage state) private view returns (Reserve memory reserve) {
        uint256 accruedAt = state.accruedAt;
        uint256 leftSeconds = state.dripLeftSeconds;
        uint256 locked = state.locked;
        uint256 released = Drip.released(locked, block.timestamp - accruedAt, leftSeconds);
        reserve.locked = uint128(locked - released);
        reserve.unlocked = (state.unlocked + released).toUint128();
        reserve.pending = state.pending;
        reserve.dripEnd = uint40(accruedAt + leftSeconds);
    }

    function _reserveWithSupply(Market storage state) private view returns (Reserve memory reserve) {
        reserve = _reserve(state);
        reserve.supply = IShare(state.share).totalSupply();
    }

    function _purchase(
        Market storage state,
        Reserve memory reserve,
        uint128 amount
    ) private view returns (Purchase memory purchase) {
        _checkAmount(amount);
        uint256 supply = reserve.supply;
        uint256 inMarket = uint256(reserve.unlocked) + reserve.locked;
        uint256 fromCurve = _askCurve(state.curve, amount, supply, inMarket, state.p0, state.k);
        uint256 spreadBps = state.rules[_versionInForce(state)].spreadBps;
        uint256 backing = (inMarket + reserve.pending) * (BPS + spreadBps);
        uint256 shares = fromCurve.min(uint256(amount).mulDiv(supply * BPS, backing));

        // shares / supply <= amount / (U + L + P), hence no product exceeds `amount`.
        purchase.shares = shares;
        purchase.toUnlocked = shares.mulDiv(reserve.unlocked, supply, Math.Rounding.Ceil);
        uint256 rest = amount - purchase.toUnlocked;
        // What a share of P costs stays with the patrons: as a tribute it would thin the older ones' claim on coming sales.
        uint256 claims = uint256(reserve.locked) + reserve.pending;
        uint256 forLocked = rest.min(shares.mulDiv(reserve.locked, supply, Math.Rounding.Ceil));
        purchase.toLocked = rest.min(shares.mulDiv(claims, supply, Math.Rounding.Ceil));
        purchase.forPending = purchase.toLocked - forLocked;
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

    function _maySell(Market storage state, Rules storage rules, DatatrustId datatrust) private view returns (bool) {
        return !rules.isCurated || _isAdmitted(state.admissions[datatrust]);
    }

    function _isAdmitted(Admission storage admission) private view returns (bool) {
        return block.timestamp >= admission.effectiveAt ? admission.isAdmitted : admission.wasAdmitted;
    }

    /// @dev The newest config, or the one before it, which was in force when the newest was scheduled.
    function _versionInForce(Market storage state) private view returns (uint24 version) {
        version = state.version;
        if (state.effectiveAt > block.timestamp) version -= 1;
    }

    function _identity(Market storage state) private view returns (Identity memory) {
        return
            Identity({
                asset: state.asset,
                curve: state.curve,
                share: state.share,
                admin: state.admin,
                p0: state.p0,
                k: state.k
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
