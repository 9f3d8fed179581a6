// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DatatrustId, MarketId} from "../types/Ids.sol";
import {Payment} from "../types/Payment.sol";

/// @notice Markets funded by patrons: rising ask, pro-rata bid.
/// @dev Amounts in units of the asset's decimals, shares with 18 decimals, rates in basis points, times in Unix seconds.
/// Letters as in the formulas: U unlocked reserve, L locked revenue that drips into U, P pending (what orders in escrow may
/// still bring), B bounty (pays makers), S supply of shares. Solvency does not depend on the curve.
interface IMarkets {
    /// @dev Rules of a market. They bind new orders and listings only. Hard bounds are stated in `create`.
    struct Config {
        uint16 spreadBps; // the ask is at least (1 + spread) * NAV
        uint16 makerBps; // split of a sale: maker, operator, curators; the rest is reserve
        uint16 operatorBps;
        uint16 curatorsBps;
        uint16 failureBps; // of the price, due for a run without an acknowledged model
        uint16 compensationBps; // of minBond: most a proven wrong delivery brings its buyer
        uint16 quorumBps; // of the shares that can vote, those of the dead seed not counted
        uint16 challengeFeeBps; // of the bond, due from who opens a poll that misses its quorum
        bool isCurated; // only admitted datatrusts serve
        uint32 dripSeconds; // over which revenue unlocks
        uint32 exitDelaySeconds; // of a listing
        uint32 activationSeconds; // between publishing and the first order
        uint32 complaintWindowSeconds; // between a reveal and its settlement without an Acceptance
        uint32 disputeWindowSeconds; // between a run and its settlement without an Acceptance
        uint32 pollSeconds; // in which votes are cast
        uint32 timelockSeconds; // before a new config binds; effective: max(this, drip, exit delay)
        uint80 listReward; // most a listing earns from the bounty by its sales
        uint80 listingBond; // of a maker, returned after exit
        uint80 challengeBond; // of who opens a poll
        uint96 minBond; // of a datatrust, for new orders
    }

    /// @dev What a market is, fixed at creation.
    struct Identity {
        address asset; // ERC-20
        address curve; // ICurve
        address share; // IShare
        address admin; // may set the config; zero: nobody, ever
        uint128 p0; // asset units per 1e18 share units
        uint128 k; // shares, 18 decimals
    }

    /// @dev The part of a market that an order agrees to; fields as in Identity and Config. `compensation` in units of the
    /// asset's decimals: floor(minBond * compensationBps / 1e4).
    struct SaleTerms {
        address asset;
        uint16 makerBps;
        uint16 operatorBps;
        uint16 curatorsBps;
        uint16 failureBps;
        uint32 complaintWindowSeconds;
        uint32 disputeWindowSeconds;
        uint96 minBond;
        uint96 compensation;
        bool isAdmitted; // the datatrust asked about
    }

    /// @dev What a poll opened now goes by; fields as in Identity and Config.
    struct PollTerms {
        address asset;
        address share;
        address admin;
        uint16 quorumBps;
        uint16 challengeFeeBps;
        uint32 pollSeconds;
        uint80 challengeBond;
    }

    /// @dev Where a market's money is, with the drip accrued to now.
    struct Reserve {
        uint128 unlocked; // U
        uint128 locked; // L
        uint128 pending; // P; money in Orders, no part of the reserve
        uint128 bounty; // B
        uint40 dripEnd; // when L is all unlocked
        uint256 supply; // S
    }

    event MarketCreated(
        MarketId indexed market,
        address indexed creator,
        address indexed asset,
        address share,
        Identity identity,
        Config config,
        uint256 seed
    );
    /// @notice Emitted when a patron bought `shares` for `amount` = toUnlocked + toLocked + tribute.
    /// @dev The part of toLocked above ceil(shares*L/S) pays for what is pending and may move the drip's end, see `fund`.
    event Funded(
        MarketId indexed market,
        address indexed patron,
        uint256 amount,
        uint256 shares,
        uint256 toUnlocked,
        uint256 toLocked,
        uint256 tribute
    );
    event Redeemed(MarketId indexed market, address indexed patron, uint256 shares, uint256 amount);
    event RevenueAdded(MarketId indexed market, uint256 amount, uint40 dripEnd);
    event Rewarded(MarketId indexed market, address indexed maker, uint256 amount);
    event BountyAdded(MarketId indexed market, uint256 amount);
    event AdmissionScheduled(
        MarketId indexed market,
        DatatrustId indexed datatrust,
        bool isAdmitted,
        uint40 effectiveAt
    );
    event ConfigScheduled(MarketId indexed market, uint24 indexed version, uint40 effectiveAt, Config config);

    /// @notice Thrown when no market has this id.
    error Markets_Unknown(MarketId market);

    /// @notice Thrown when a creator reuses a salt.
    error Markets_Exists(MarketId market);

    /// @notice Thrown when a field of a config is outside its hard bound.
    error Markets_ConfigOutOfBounds(bytes32 field, uint256 value, uint256 min, uint256 max);

    /// @notice Thrown when a market has no config of this version.
    error Markets_UnknownConfig(MarketId market, uint24 version);

    /// @notice Thrown when p0 or k is outside its hard bound.
    error Markets_CurveOutOfBounds(bytes32 field, uint256 value, uint256 min, uint256 max);

    /// @notice Thrown when a token does not say that it has 6 to 18 decimals.
    error Markets_BadAsset(address asset);

    /// @notice Thrown when the seed is below p0, the price of the one share that stays for ever.
    error Markets_SeedTooSmall(uint256 seed, uint256 min);

    /// @notice Thrown when a call of somebody else's curve fails or answers nonsense.
    error Markets_CurveFailed(address curve);

    /// @notice Thrown when a patron would get no shares, or fewer than accepted.
    error Markets_TooFewShares(uint256 shares, uint256 minShares);

    /// @notice Thrown when a patron would get less money than accepted.
    error Markets_TooLittleMoney(uint256 amount, uint256 minAmount);

    /// @notice Thrown when an amount is zero or above 2^112 - 1.
    error Markets_BadAmount(uint256 amount);

    /// @notice Thrown after the caller's deadline.
    error Markets_Expired(uint256 deadline);

    /// @notice Thrown when the caller is not the market's admin.
    error Markets_NotAdmin(MarketId market, address caller);

    /// @notice Thrown when a curated market has not admitted a datatrust.
    error Markets_NotAdmitted(MarketId market, DatatrustId datatrust);

    /// @notice Thrown when anybody but Orders books a sale.
    error Markets_NotOrders(address caller);

    /// @notice Thrown when the Share implementation names other Markets.
    error Markets_WrongShare(address share);

    /// @notice Creates a market and seeds its reserve with the caller's money; S0 = floor(seed * 1e18 / p0).
    /// @dev 1e18 of the seed's shares go to 0x...dEaD for ever, the rest to the caller. The curve is tried once.
    /// Hard bounds: spread <= 5000, curators <= 1000, operator <= 5000, maker >= 2500, their sum <= 10000, failure <= 3000,
    /// listReward <= 100 * p0, challengeBond <= max(listingBond, 100 * p0), 1 h <= drip <= 30 d, exit delay, activation and
    /// timelock <= 30 d, complaint and dispute window <= 13 d, 1 s <= poll <= 30 d, quorum and challenge fee <= 5000,
    /// 1e18 <= k <= 1e30, p0 >= 10^(decimals - 6), p0 < 2^96, seed >= p0.
    /// @param salt The creator's own; the id is keccak256(abi.encode(Markets, creator, salt)).
    /// @param curve Called with a gas cap and staticcall; a bad curve can cost its patrons shares, never the reserve.
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
    ) external returns (MarketId market);

    /// @notice Buys shares for `amount` at the ask.
    /// @dev shares d = min(curve, floor(amount * S * 1e4 / ((U + L + P) * (1e4 + spreadBps)))); ceil(d*U/S) goes to U,
    /// min(ceil(d*(L+P)/S), the rest) to L, what remains (the tribute) to B. Of what goes to L, min(ceil(d*L/S), all) keeps
    /// the end of the drip; more, which is for P, joins it as revenue does, see `book`. Hence neither (U + L)/S nor
    /// (U + L + P)/S falls: who comes while a sale is pending takes nothing of it from the others.
    /// Revenue known before its `place` is in a block can still be bought into; minShares bounds what a patron risks.
    function fund(
        MarketId market,
        uint128 amount,
        uint256 minShares,
        uint256 deadline,
        Payment calldata payment
    ) external returns (uint256 shares);

    /// @notice Burns the caller's shares for floor(shares * U / S), credited to `to` in the Vault.
    /// @dev Locked revenue is left to those who stay.
    function redeem(
        MarketId market,
        uint256 shares,
        uint256 minAmount,
        uint256 deadline,
        address to
    ) external returns (uint256 amount);

    /// @notice Gives money to a market as revenue: it drips into the reserve. Anyone may.
    function addRevenue(MarketId market, uint128 amount, Payment calldata payment) external;

    /// @notice Gives money to a market's bounty, from which listings are rewarded. Anyone may.
    function addBounty(MarketId market, uint128 amount, Payment calldata payment) external;

    /// @notice Books the effect of orders; Orders only, which has credited `revenue` to Markets in the Vault before and
    /// names no market that does not exist.
    /// @dev L joins the drip: seconds left = floor((L * left + revenue * dripSeconds) / (L + revenue)).
    /// @param pendingUp Added to P. @param pendingDown Taken from P. @param revenue Added to L.
    function book(MarketId market, uint256 pendingUp, uint256 pendingDown, uint256 revenue) external;

    /// @notice Pays min(amount, B/100) from the bounty to `maker` in the Vault; Orders only.
    function reward(MarketId market, address maker, uint256 amount) external returns (uint256 paid);

    /// @notice Moves the drip of a market to now; anyone may, nobody has to.
    function accrue(MarketId market) external;

    /// @notice Schedules a new config, replacing one not yet in force, whose version it takes; admin only.
    /// @return version Number of the config. @return effectiveAt Unix seconds from which it binds.
    function setConfig(MarketId market, Config calldata config) external returns (uint24 version, uint40 effectiveAt);

    /// @notice Schedules that a datatrust may or may not serve in the market while its config says `isCurated`; after the
    /// same delay as a config, replacing what was scheduled for that datatrust. Binds new listings and orders. Admin only.
    function setAdmission(
        MarketId market,
        DatatrustId datatrust,
        bool isAdmitted
    ) external returns (uint40 effectiveAt);

    /// @notice True if the datatrust is on the market's admission list now, whether or not the list is in use.
    function isAdmitted(MarketId market, DatatrustId datatrust) external view returns (bool);

    /// @notice What a market is; reverts for an unknown one.
    function identityOf(MarketId market) external view returns (Identity memory);

    /// @notice What binds an order placed now with `datatrust`.
    function saleTermsOf(MarketId market, DatatrustId datatrust) external view returns (SaleTerms memory);

    /// @notice What binds a poll opened now.
    function pollTermsOf(MarketId market) external view returns (PollTerms memory);

    /// @notice What binds a listing published now with `datatrust`; `listingBond` in units of the asset's decimals. Reverts
    /// with Markets_NotAdmitted.
    function listingTermsOf(
        MarketId market,
        DatatrustId datatrust
    ) external view returns (address asset, uint24 version, uint32 activationSeconds, uint80 listingBond);

    /// @notice The config in force now and its version.
    function configOf(MarketId market) external view returns (Config memory config, uint24 version);

    /// @notice A config by version, and since when it is or will be in force.
    function configAt(MarketId market, uint24 version) external view returns (Config memory config, uint40 effectiveAt);

    /// @notice Where a market's money is, with the drip accrued to now.
    function reserveOf(MarketId market) external view returns (Reserve memory);

    /// @notice Shares that `fund(amount)` would give now, and how the amount would be divided.
    function quoteFund(
        MarketId market,
        uint128 amount
    ) external view returns (uint256 shares, uint256 toUnlocked, uint256 toLocked, uint256 tribute);

    /// @notice Money that `redeem(shares)` would give now.
    function quoteRedeem(MarketId market, uint256 shares) external view returns (uint256 amount);

    /// @notice The contract that may book sales.
    function ORDERS() external view returns (address);

    /// @notice The implementation that the markets' shares are clones of.
    function SHARE() external view returns (address);

    /// @notice The ledger that holds the money.
    function VAULT() external view returns (address);
}
