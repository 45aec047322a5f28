//! The draws of one path.

use super::exponential::exp_all;
use super::model::{ComputeModel, OfferModel, ShareVest, Told};
use super::told::{ToldCompany, ToldRun};
use crate::settings::Settings;
use counterweight_inference::balance::future::FutureDraws;
use counterweight_inference::price_scenario::{self, PriceDraws, PriceScenario};
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

/// What one path draws. Made once per task and filled again for each path.
#[derive(Debug)]
pub struct Draws {
    rng: ChaCha8Rng,
    months: usize,
    market_weight: f64,
    own_weight: f64,
    payout_spread: f64,
    use_spread: f64,
    /// Market shocks by month.
    market: Vec<f64>,
    /// For each company: its place in the stream, the running sum of its shocks by month, and its payouts.
    companies: Vec<Company>,
    /// For each offer, which company is its own.
    company_of: Vec<usize>,
    /// Use against plan, by month.
    uses: Vec<f64>,
    wants_market: bool,
    wants_use: bool,
    /// The stated path of prices, and it at plan.
    scenario: Option<(&'static PriceScenario, Vec<f64>)>,
    /// Prices of tokens against plan, by month; empty where nothing is stated.
    token_prices: Vec<f64>,
    /// Room for the normals of a path of prices.
    steps: Vec<f64>,
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
    walk: Vec<f64>,
    /// Payout against plan, by year.
    payout: [f64; MOST_YEARS],
    wants_events: bool,
    /// Sum of the logs of the jumps up to each month, less their mean; empty without jumps.
    leaps: Vec<f64>,
    /// Which exit happens, 0 to 1.
    exit: f64,
    /// The number that decides when a person is let go, 0 to 1.
    fate: f64,
    /// Base against plan, by year.
    raised: [f64; MOST_YEARS],
    wants_revoked: bool,
    /// When the company takes a budget back, 0 to 1; 1 is never.
    revoked: f64,
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
                        walk: vec![0.0; months],
                        payout: [1.0; MOST_YEARS],
                        wants_events: settings.raise_spread > 0.0,
                        leaps: if settings.jumps > 0.0 { vec![0.0; months] } else { Vec::new() },
                        exit: 1.0,
                        fate: 1.0,
                        raised: [1.0; MOST_YEARS],
                        wants_revoked: false,
                        revoked: 1.0,
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
            months,
            market_weight: settings.market_share.sqrt(),
            own_weight: (1.0 - settings.market_share).sqrt(),
            payout_spread: settings.payout_spread,
            use_spread,
            market: vec![0.0; months],
            wants_market: companies.iter().any(|c| c.wants_price),
            companies,
            company_of,
            uses: vec![1.0; months],
            wants_use: use_spread > 0.0,
            scenario: None,
            token_prices: Vec::new(),
            steps: Vec::new(),
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
            self.token_prices = vec![1.0; self.months];
            self.steps = vec![0.0; self.months];
            self.scenario = Some((scenario, planned));
        }
    }

    /// The person's use, prices and the fate of offer `index`'s budget in this path.
    pub(super) fn tokens(&self, index: usize) -> FutureDraws<'_> {
        let revoked = self.companies[self.company_of[index]].revoked;
        FutureDraws { used: &self.uses, price: &self.token_prices, revoked }
    }

    /// Draws of use alone.
    pub(super) fn of_use(settings: &Settings, spread: f64) -> Self {
        Self { use_spread: spread, wants_use: spread > 0.0, ..Self::new(settings, &[]) }
    }

    /// The person's use against plan, by month.
    pub(super) fn uses(&self) -> &[f64] {
        &self.uses
    }

    /// Draws path `path`.
    pub(super) fn sample(&mut self, path: u64) {
        let rng = &mut self.rng;
        rng.set_stream(path);
        let normal = |rng: &mut ChaCha8Rng| -> f64 { StandardNormal.sample(rng) };
        if self.wants_market {
            rng.set_block_pos(MARKET * BLOCKS);
            for shock in &mut self.market {
                *shock = self.market_weight * normal(rng);
            }
        }
        for company in self.companies.iter_mut().filter(|c| c.wants_events) {
            rng.set_block_pos((company.subject + EVENTS) * BLOCKS);
            company.exit = rng.random();
            company.fate = rng.random();
            let mut base = 1.0;
            for (year, raised) in company.raised.iter_mut().enumerate() {
                // The first year's base is written in the letter.
                let z = normal(rng);
                if year > 0 && self.raise_spread > 0.0 {
                    base *= (1.0 + self.raise_spread * z).max(0.0);
                }
                *raised = base;
            }
            let mut sum = 0.0;
            for leap in &mut company.leaps {
                sum -= self.jumps.a_month * self.jumps.mean;
                let mut left = -libm::log(1.0 - rng.random::<f64>());
                while left < self.jumps.a_month {
                    sum += self.jumps.log_mean + JUMP_SPREAD * normal(rng);
                    left += -libm::log(1.0 - rng.random::<f64>());
                }
                *leap = sum;
            }
        }
        for company in self.companies.iter_mut().filter(|c| c.wants_price || c.wants_payout) {
            rng.set_block_pos(company.subject * BLOCKS);
            // Payouts come first and are always ten, so that they do not depend on the number of months.
            for payout in &mut company.payout {
                let z = normal(rng);
                *payout = if company.wants_payout { lognormal(self.payout_spread, z) } else { 0.0 };
            }
            exp_all(&mut company.payout);
            if company.wants_price {
                let mut sum = 0.0;
                for (walk, market) in company.walk.iter_mut().zip(&self.market) {
                    sum += market + self.own_weight * normal(rng);
                    *walk = sum;
                }
            }
        }
        if self.wants_use {
            rng.set_block_pos(USE * BLOCKS);
            let level = LEVEL_SHARE.sqrt() * normal(rng);
            let weight = (1.0 - LEVEL_SHARE).sqrt();
            for used in &mut self.uses[..self.months] {
                *used = lognormal(self.use_spread, level + weight * normal(rng));
            }
            exp_all(&mut self.uses[..self.months]);
        }
        for company in self.companies.iter_mut().filter(|c| c.wants_revoked) {
            rng.set_block_pos((company.subject + REVOKED) * BLOCKS);
            company.revoked = rng.random();
        }
        if let Some((stated, planned)) = &self.scenario {
            rng.set_block_pos(TOKENS * BLOCKS);
            let when = rng.random();
            for step in &mut self.steps {
                *step = normal(rng);
            }
            let draws = PriceDraws { when, steps: &self.steps };
            price_scenario::factors(stated.scenario, stated.spread, &draws, &mut self.token_prices);
            for (price, planned) in self.token_prices.iter_mut().zip(planned) {
                *price /= planned;
            }
        }
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

    /// Adds the normals of path `path`, in the order that [`ToldRun::normals`] names.
    pub(super) fn normals(&mut self, path: u64, all: &mut Vec<f64>) {
        let rng = &mut self.rng;
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
    }

    /// The share prices of offer `index`'s company at each vest against their expected path, into `prices`.
    pub(super) fn prices(&self, index: usize, vests: &[ShareVest], prices: &mut Vec<f64>) {
        let company = &self.companies[self.company_of[index]];
        let at = |series: &[f64], month: u32| match month {
            0 => 0.0,
            month => series.get(month as usize - 1).copied().unwrap_or(0.0),
        };
        prices.clear();
        prices.extend(vests.iter().map(|vest| {
            let years = f64::from(vest.month.saturating_sub(vest.from)) / 12.0;
            let walked = at(&company.walk, vest.month) - at(&company.walk, vest.from);
            let leapt = at(&company.leaps, vest.month) - at(&company.leaps, vest.from);
            vest.volatility * (walked * MONTH_ROOT - 0.5 * vest.volatility * years) + leapt
        }));
        exp_all(prices);
    }

    /// Which exit of offer `index`'s company happens, as a number from 0 to 1.
    pub(super) fn exit(&self, index: usize) -> f64 {
        self.companies[self.company_of[index]].exit
    }

    /// Base of offer `index` in `year` (from 0) against plan.
    pub(super) fn raised(&self, index: usize, year: usize) -> f64 {
        self.companies[self.company_of[index]].raised[year]
    }

    /// The month after which the person is let go from offer `index`, when that happens within the months counted: each
    /// month carries the same chance.
    pub(super) fn let_go(&self, index: usize) -> Option<u32> {
        let chance = self.layoffs.get(index).copied().unwrap_or(0.0);
        if chance <= 0.0 {
            return None;
        }
        let fate = 1.0 - self.companies[self.company_of[index]].fate;
        let months = libm::ceil(libm::log(fate.max(f64::MIN_POSITIVE)) / libm::log1p(-chance.min(0.999_999)));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        (months <= self.months as f64).then_some((months as u32).max(1))
    }

    /// The bonus payout of offer `index` in `year` (from 0) against plan.
    pub(super) fn payout(&self, index: usize, year: usize) -> f64 {
        self.companies[self.company_of[index]].payout[year]
    }
}

/// √(1/12).
const MONTH_ROOT: f64 = 0.288_675_134_594_812_9;

/// The logarithm of a lognormal factor of mean one.
fn lognormal(spread: f64, z: f64) -> f64 {
    spread * z - 0.5 * spread * spread
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
