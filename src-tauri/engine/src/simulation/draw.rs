//! The draws of a block of paths, side by side.

use super::exponential::exp_lanes;
use super::model::{ComputeModel, OfferModel, ShareVest, Told};
use super::told::{ToldCompany, ToldRun};
use crate::settings::Settings;
use counterweight_inference::balance::future::FutureDraws;
use counterweight_inference::balance::lanes::{LANES, Lanes};
use counterweight_inference::price_scenario::{self, PriceDraws, PriceScenario};
use pulp::{Arch, NullaryFnOnce};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

/// The share of the variance of log use that is one misjudgement for the whole time; the rest differs by month.
const LEVEL_SHARE: f64 = 0.5;
/// Years for which a payout is always drawn, so that a longer horizon changes no draw.
const MOST_YEARS: usize = 10;
/// Blocks of the stream that belong to one subject: 256 blocks are 4,096 words, many times what it draws.
const BLOCKS: u64 = 256;

/// Where a company's rare events lie, above every company's place: they leave the draws of its prices as they are.
const EVENTS: u64 = 1 << 33;
/// Standard deviation of the log of a jump's size around its mean.
const JUMP_SPREAD: f64 = 0.1;

const MARKET: u64 = 1;
const USE: u64 = 2;
const TOKENS: u64 = 3;
/// Where it lies when a company takes a budget back, above the rare events.
const REVOKED: u64 = 1 << 34;

/// What a block of paths draws, each series by month or year and then by path. Made once per task and filled again for
/// each block.
#[derive(Debug)]
pub struct Draws {
    rng: ChaCha8Rng,
    count: usize,
    months: usize,
    market_weight: f64,
    own_weight: f64,
    payout_spread: f64,
    use_spread: f64,
    /// Standard shocks of the market by month.
    market: Vec<Lanes>,
    /// For each company: its place in the stream, the running sum of its shocks by month, and its payouts.
    companies: Vec<Company>,
    /// For each offer, which company is its own.
    company_of: Vec<usize>,
    /// The standard normal of the level of use.
    level: Lanes,
    /// Use against plan, by month.
    uses: Vec<Lanes>,
    wants_market: bool,
    wants_use: bool,
    /// The stated path of prices, and it at plan.
    scenario: Option<(&'static PriceScenario, Vec<f64>)>,
    /// Prices of tokens against plan, by month; empty where nothing is stated.
    token_prices: Vec<Lanes>,
    /// Room for the normals of a path of prices, and for the path.
    steps: Vec<f64>,
    path: Vec<f64>,
    raise_spread: f64,
    jumps: Jumps,
    /// Chance of being let go in a month, by offer.
    layoffs: Vec<f64>,
}

/// Sudden moves of a share price, Merton's way: a number of them a month, each of a lognormal size; the drift takes the
/// mean of them back, so that the expected path stays.
#[derive(Debug, Clone, Copy)]
struct Jumps {
    a_month: f64,
    log_mean: f64,
    mean: f64,
}

#[derive(Debug, Clone)]
struct Company {
    subject: u64,
    wants_price: bool,
    wants_payout: bool,
    /// Sum of standard shocks up to each month; the price is exp(σ × sum ÷ √12 − σ² × years ÷ 2).
    walk: Vec<Lanes>,
    /// Payout against plan, by year.
    payout: [Lanes; MOST_YEARS],
    wants_events: bool,
    /// Sum of the logs of the jumps up to each month, less their mean; empty without jumps.
    leaps: Vec<Lanes>,
    /// Which exit happens, 0 to 1.
    exit: Lanes,
    /// The number that decides when a person is let go, 0 to 1.
    fate: Lanes,
    /// Base against plan, by year.
    raised: [Lanes; MOST_YEARS],
    wants_revoked: bool,
    /// When the company takes a budget back, 0 to 1; 1 is never.
    revoked: Lanes,
}

impl Draws {
    pub(super) fn new(settings: &Settings, offers: &[OfferModel]) -> Self {
        let months = settings.stay_months as usize;
        let mut companies: Vec<Company> = Vec::new();
        let company_of = offers
            .iter()
            .map(|offer| {
                let subject = subject(&offer.company);
                let place = companies.iter().position(|c| c.subject == subject).unwrap_or_else(|| {
                    companies.push(Company {
                        subject,
                        wants_price: false,
                        wants_payout: false,
                        walk: vec![NONE; months],
                        payout: [ONE; MOST_YEARS],
                        wants_events: settings.raise_spread > 0.0,
                        leaps: if settings.jumps > 0.0 { vec![NONE; months] } else { Vec::new() },
                        exit: ONE,
                        fate: ONE,
                        raised: [ONE; MOST_YEARS],
                        wants_revoked: false,
                        revoked: ONE,
                    });
                    companies.len() - 1
                });
                companies[place].wants_price |= offer.vests.iter().any(|v| v.volatility > 0.0);
                companies[place].wants_events |= settings.jumps > 0.0 || offer.layoff > 0.0 || !offer.exits.is_empty();
                let budget = offer.compute.as_ref().and_then(|compute| compute.budget.as_ref());
                companies[place].wants_revoked |= budget.is_some_and(|budget| budget.revocation.monthly_hazard > 0.0);
                companies[place].wants_payout |= settings.payout_spread > 0.0 && !offer.bonus.is_empty();
                place
            })
            .collect();
        let computes = || offers.iter().filter_map(|o| o.compute.as_ref());
        let use_spread = computes().map(|c| c.spread).fold(0.0, f64::max);
        let mut draws = Self {
            rng: ChaCha8Rng::seed_from_u64(settings.seed),
            count: LANES,
            months,
            market_weight: settings.market_share.sqrt(),
            own_weight: (1.0 - settings.market_share).sqrt(),
            payout_spread: settings.payout_spread,
            use_spread,
            market: vec![NONE; months],
            wants_market: companies.iter().any(|c| c.wants_price),
            companies,
            company_of,
            level: NONE,
            uses: vec![ONE; months],
            wants_use: use_spread > 0.0,
            scenario: None,
            token_prices: Vec::new(),
            steps: Vec::new(),
            path: Vec::new(),
            raise_spread: settings.raise_spread,
            jumps: Jumps {
                a_month: settings.jumps / 12.0,
                log_mean: libm::log1p(settings.jump_size) - 0.5 * JUMP_SPREAD * JUMP_SPREAD,
                mean: settings.jump_size,
            },
            layoffs: offers.iter().map(|offer| offer.layoff).collect(),
        };
        for compute in computes() {
            draws.want_tokens(compute);
        }
        draws
    }

    /// Draws of one offer's token budget alone.
    pub(super) fn of_tokens(settings: &Settings, offer: &OfferModel) -> Self {
        let mut draws = Self::new(settings, std::slice::from_ref(offer));
        draws.wants_market = false;
        for company in &mut draws.companies {
            (company.wants_price, company.wants_payout, company.wants_events) = (false, false, false);
        }
        draws
    }

    fn want_tokens(&mut self, model: &ComputeModel) {
        if let Some(scenario) = model.scenario {
            let planned = price_scenario::planned(scenario.scenario, u32::try_from(self.months).unwrap_or(0));
            self.token_prices = vec![ONE; self.months];
            self.steps = vec![0.0; self.months];
            self.path = vec![1.0; self.months];
            self.scenario = Some((scenario, planned));
        }
    }

    /// The person's use, prices and the fate of offer `index`'s budget in path `lane` of the block, laid into `room`.
    pub(super) fn tokens<'a>(&self, index: usize, lane: usize, room: &'a mut TokenRoom) -> FutureDraws<'a> {
        let lay = |series: &[Lanes], into: &mut Vec<f64>| {
            into.clear();
            into.extend(series.iter().map(|month| month[lane]));
        };
        lay(&self.uses, &mut room.used);
        lay(&self.token_prices, &mut room.price);
        let revoked = self.companies[self.company_of[index]].revoked[lane];
        FutureDraws { used: &room.used, price: &room.price, revoked }
    }

    /// The price of tokens against plan in `month` (from 1) of each path, where a path of prices is stated.
    #[inline(always)]
    pub(super) fn token_price(&self, month: u32) -> Option<&Lanes> {
        self.token_prices.get(month as usize - 1)
    }

    /// When the company of offer `index` takes a budget back in each path.
    pub(super) fn revoked(&self, index: usize) -> &Lanes {
        &self.companies[self.company_of[index]].revoked
    }

    /// Draws of use alone.
    pub(super) fn of_use(settings: &Settings, spread: f64) -> Self {
        Self { use_spread: spread, wants_use: spread > 0.0, ..Self::new(settings, &[]) }
    }

    /// The person's use against plan in each path, by month.
    pub(super) fn uses(&self) -> &[Lanes] {
        &self.uses
    }

    /// Draws `count` paths (at most [`LANES`]) from `first` on; what lies beside them is of no path.
    pub(super) fn sample(&mut self, first: u64, count: usize) {
        self.count = count.min(LANES);
        for lane in 0..self.count {
            self.draw(first + lane as u64, lane);
        }
        self.shape();
    }

    /// How many paths it holds.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Takes the normals of a block from `normals`, in the order of [`ToldRun::normals`], instead of drawing them.
    pub(super) fn take(&mut self, normals: &[Lanes]) {
        let mut normals = normals.iter();
        let mut take = |into: &mut Lanes| *into = *normals.next().expect("a normal of each subject");
        if self.wants_market {
            self.market.iter_mut().for_each(&mut take);
        }
        for company in self.companies.iter_mut().filter(|c| c.wants_price || c.wants_payout) {
            company.payout.iter_mut().for_each(&mut take);
            if company.wants_price {
                company.walk.iter_mut().for_each(&mut take);
            }
        }
        if self.wants_use {
            take(&mut self.level);
            self.uses.iter_mut().for_each(&mut take);
        }
        self.shape();
    }

    /// Draws what path `path` needs into `lane`: normals as they come, and what is rare as it is used.
    fn draw(&mut self, path: u64, lane: usize) {
        let rng = &mut self.rng;
        rng.set_stream(path);
        let normal = |rng: &mut ChaCha8Rng| -> f64 { StandardNormal.sample(rng) };
        if self.wants_market {
            rng.set_block_pos(MARKET * BLOCKS);
            self.market.iter_mut().for_each(|month| month[lane] = normal(rng));
        }
        for company in self.companies.iter_mut().filter(|c| c.wants_events) {
            rng.set_block_pos((company.subject + EVENTS) * BLOCKS);
            company.exit[lane] = rng.random();
            company.fate[lane] = rng.random();
            let mut base = 1.0;
            for (year, raised) in company.raised.iter_mut().enumerate() {
                // The first year's base is written in the letter.
                let z = normal(rng);
                if year > 0 && self.raise_spread > 0.0 {
                    base *= (1.0 + self.raise_spread * z).max(0.0);
                }
                raised[lane] = base;
            }
            let mut sum = 0.0;
            for leap in &mut company.leaps {
                sum -= self.jumps.a_month * self.jumps.mean;
                let mut left = -libm::log(1.0 - rng.random::<f64>());
                while left < self.jumps.a_month {
                    sum += self.jumps.log_mean + JUMP_SPREAD * normal(rng);
                    left += -libm::log(1.0 - rng.random::<f64>());
                }
                leap[lane] = sum;
            }
        }
        for company in self.companies.iter_mut().filter(|c| c.wants_price || c.wants_payout) {
            rng.set_block_pos(company.subject * BLOCKS);
            // Payouts come first and are always ten, so that they do not depend on the number of months.
            company.payout.iter_mut().for_each(|year| year[lane] = normal(rng));
            if company.wants_price {
                company.walk.iter_mut().for_each(|month| month[lane] = normal(rng));
            }
        }
        if self.wants_use {
            rng.set_block_pos(USE * BLOCKS);
            self.level[lane] = normal(rng);
            self.uses.iter_mut().for_each(|month| month[lane] = normal(rng));
        }
        for company in self.companies.iter_mut().filter(|c| c.wants_revoked) {
            rng.set_block_pos((company.subject + REVOKED) * BLOCKS);
            company.revoked[lane] = rng.random();
        }
        if let Some((stated, planned)) = &self.scenario {
            rng.set_block_pos(TOKENS * BLOCKS);
            let when = rng.random();
            for step in &mut self.steps {
                *step = normal(rng);
            }
            let draws = PriceDraws { when, steps: &self.steps };
            price_scenario::factors(stated.scenario, stated.spread, &draws, &mut self.path);
            for ((price, path), planned) in self.token_prices.iter_mut().zip(&self.path).zip(planned) {
                price[lane] = path / planned;
            }
        }
    }

    /// Makes payouts, walks and use of the normals drawn.
    fn shape(&mut self) {
        Arch::new().dispatch(Shaping(self));
    }

    /// The run in figures; the error names what cannot be told.
    pub(super) fn told(&self, settings: &Settings, offers: Vec<Told>) -> Result<ToldRun, &'static str> {
        if self.scenario.is_some() {
            return Err("a stated path of token prices");
        }
        if self.companies.iter().any(|c| c.wants_events || c.wants_revoked) {
            return Err("exits, layoffs, jumps, spread of raises or budgets taken back");
        }
        let companies: Vec<_> =
            self.companies.iter().map(|c| ToldCompany { price: c.wants_price, payout: c.wants_payout }).collect();
        let of_company = |c: &ToldCompany| match (c.price, c.payout) {
            (false, false) => 0,
            (price, _) => MOST_YEARS + if price { self.months } else { 0 },
        };
        let market = if self.wants_market { self.months } else { 0 };
        let usage = if self.wants_use { 1 + self.months } else { 0 };
        Ok(ToldRun {
            years: settings.horizon_years,
            months: settings.stay_months,
            weights: [self.market_weight, self.own_weight],
            payout_spread: self.payout_spread,
            use_spread: self.use_spread,
            level_share: LEVEL_SHARE,
            normals: market + companies.iter().map(of_company).sum::<usize>() + usage,
            market: self.wants_market,
            companies,
            company_of: self.company_of.clone(),
            offers,
        })
    }

    /// The normals of path `path`, in the order that [`ToldRun::normals`] names.
    pub(super) fn normals(&mut self, path: u64) -> Vec<f64> {
        let (mut all, rng) = (Vec::new(), &mut self.rng);
        rng.set_stream(path);
        let mut take = |block: u64, count: usize| {
            rng.set_block_pos(block * BLOCKS);
            all.extend((0..count).map(|_| -> f64 { StandardNormal.sample(rng) }));
        };
        if self.wants_market {
            take(MARKET, self.months);
        }
        for company in self.companies.iter().filter(|c| c.wants_price || c.wants_payout) {
            take(company.subject, MOST_YEARS + if company.wants_price { self.months } else { 0 });
        }
        if self.wants_use {
            take(USE, 1 + self.months);
        }
        all
    }

    /// Writes the share price of offer `index`'s company at a vest against its expected path, in each path.
    #[inline(always)]
    pub(super) fn price(&self, index: usize, vest: &ShareVest, price: &mut Lanes) {
        let company = &self.companies[self.company_of[index]];
        let years = f64::from(vest.month.saturating_sub(vest.from)) / 12.0;
        let drift = 0.5 * vest.volatility * years;
        let (end, start) = (at(&company.walk, vest.month), at(&company.walk, vest.from));
        for lane in 0..LANES {
            price[lane] = vest.volatility * ((end[lane] - start[lane]) * MONTH_ROOT - drift);
        }
        if !company.leaps.is_empty() {
            let (end, start) = (at(&company.leaps, vest.month), at(&company.leaps, vest.from));
            for lane in 0..LANES {
                price[lane] += end[lane] - start[lane];
            }
        }
        exp_lanes(price);
    }

    /// Which exit of offer `index`'s company happens in each path, as a number from 0 to 1.
    pub(super) fn exit(&self, index: usize) -> &Lanes {
        &self.companies[self.company_of[index]].exit
    }

    /// Base of offer `index` in `year` (from 0) against plan; none where it does not spread.
    #[inline(always)]
    pub(super) fn raised(&self, index: usize, year: usize) -> Option<&Lanes> {
        (self.raise_spread > 0.0).then(|| &self.companies[self.company_of[index]].raised[year])
    }

    /// The month after which the person is let go from offer `index` in each path, `u32::MAX` when that does not happen
    /// within the months counted: each month carries the same chance. None where there is no chance of it.
    pub(super) fn let_go(&self, index: usize) -> Option<[u32; LANES]> {
        let chance = self.layoffs.get(index).copied().unwrap_or(0.0);
        if chance <= 0.0 {
            return None;
        }
        let a_month = libm::log1p(-chance.min(0.999_999));
        Some(self.companies[self.company_of[index]].fate.map(|fate| {
            let months = libm::ceil(libm::log((1.0 - fate).max(f64::MIN_POSITIVE)) / a_month);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            if months <= self.months as f64 { (months as u32).max(1) } else { u32::MAX }
        }))
    }

    /// The bonus payout of offer `index` in `year` (from 0) against plan, in each path; none where it does not spread.
    #[inline(always)]
    pub(super) fn payout(&self, index: usize, year: usize) -> Option<&Lanes> {
        let company = &self.companies[self.company_of[index]];
        company.wants_payout.then(|| &company.payout[year])
    }
}

/// [`Draws::shape`], compiled for each width of instructions that a processor may have; the bits are the same.
struct Shaping<'a>(&'a mut Draws);

impl NullaryFnOnce for Shaping<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let draws = self.0;
        for company in &mut draws.companies {
            if company.wants_payout {
                for payout in &mut company.payout {
                    lognormal(draws.payout_spread, payout);
                    exp_lanes(payout);
                }
            }
            if company.wants_price {
                let mut sum = NONE;
                for (walk, market) in company.walk.iter_mut().zip(&draws.market) {
                    for lane in 0..LANES {
                        sum[lane] += draws.market_weight * market[lane] + draws.own_weight * walk[lane];
                    }
                    *walk = sum;
                }
            }
        }
        if draws.wants_use {
            let (share, weight) = (LEVEL_SHARE.sqrt(), (1.0 - LEVEL_SHARE).sqrt());
            for used in &mut draws.uses {
                for (used, level) in used.iter_mut().zip(&draws.level) {
                    *used = share * level + weight * *used;
                }
                lognormal(draws.use_spread, used);
                exp_lanes(used);
            }
        }
    }
}

/// Room for one path's use and prices of tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct TokenRoom {
    used: Vec<f64>,
    price: Vec<f64>,
}

const NONE: Lanes = [0.0; LANES];
const ONE: Lanes = [1.0; LANES];

/// A series at the end of `month`; nothing at the start, and beyond the months counted.
#[inline(always)]
fn at(series: &[Lanes], month: u32) -> &Lanes {
    if month == 0 || month as usize > series.len() { &NONE } else { &series[month as usize - 1] }
}

/// √(1/12).
const MONTH_ROOT: f64 = 0.288_675_134_594_812_9;

/// The logarithm of a lognormal factor of mean one, of each normal in place.
#[inline(always)]
fn lognormal(spread: f64, normals: &mut Lanes) {
    for z in normals {
        *z = spread * *z - 0.5 * spread * spread;
    }
}

/// A company's place in the stream, from its name: the same company is the same place in any case and any
/// order. FNV-1a, folded to 32 bits, above the places of the market and of use.
fn subject(company: &str) -> u64 {
    let hash = company
        .trim()
        .to_lowercase()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    ((hash >> 32) ^ (hash & 0xffff_ffff)) + 16
}
