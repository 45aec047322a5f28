//! A machine at a workload, found once and asked every month: one call on it, what it can serve, what it draws, and what
//! keeping it takes. What it costs against the cloud is in [`crate::breakeven`].

use crate::breakeven::machine::{self, End};
use crate::breakeven::{Electricity, Own, Purchase, Speed};
use crate::catalogue;
use crate::energy;
use crate::machine::{Machine, MachineKind, PowerKind};
use crate::problem::PredictionProblem;
use crate::setup::{Setup, Split};
use crate::throughput::{self, CallEstimate, CallShape};
use crate::workload::{Silent, Work};
use counterweight_domain::local_plan::{LocalRunning, MOST_CARDS, MOST_PUE, OWN_MACHINE, OwnMachine};
use counterweight_domain::number::Portion;
use counterweight_domain::{Amount, Entry, LocalPlan};
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use std::sync::OnceLock;

/// What stands in for what the owner does not say of keeping a machine.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each field is named in the data file, with unit and source")]
pub struct KeepingSilences {
    pub as_of: String,
    pub life_months: Silent<u32>,
    pub failure_percent: Silent<f64>,
    pub repair_percent: Silent<f64>,
    pub upkeep_hours: Silent<f64>,
    pub upkeep_hourly: Silent<f64>,
    pub retry_percent: Silent<f64>,
}

/// What stands in for blank fields.
pub fn silences() -> &'static KeepingSilences {
    static FILE: OnceLock<KeepingSilences> = OnceLock::new();
    FILE.get_or_init(|| toml::from_str(include_str!("../data/keeping.toml")).expect("the file is read by a test"))
}

/// What keeping a machine takes, beside its price and electricity. Money is in one currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keeping {
    /// Months until it has to be bought again.
    pub life_months: u32,
    /// Chance in a year that it fails.
    pub failure_per_year: f64,
    /// What a failure costs, of the price.
    pub repair_share: f64,
    /// Hours of upkeep a month.
    pub upkeep_hours: f64,
    /// What such an hour costs.
    pub upkeep_hourly: f64,
    /// Further calls that the local model takes, as a fraction.
    pub retry_tax: f64,
}

impl Keeping {
    /// What a plan says, blanks filled. `dollar` is one US dollar in the case's currency. None when a figure cannot be
    /// read or cannot be.
    pub fn of(plan: &LocalPlan, dollar: f64) -> Option<Self> {
        let silences = silences();
        let portion = |entry: &Entry<Portion>, silence: f64| match entry.value() {
            Some(value) => value.fraction().to_f64(),
            None if entry.is_blank() => Some(silence / 100.0),
            None => None,
        };
        let amount = |entry: &Entry<Amount>, silence: f64| match entry.value() {
            Some(value) => value.decimal().to_f64(),
            None if entry.is_blank() => Some(silence),
            None => None,
        };
        let life_months = match plan.life_months.value() {
            Some(months) => Some(months.get()).filter(|months| *months > 0)?,
            None if plan.life_months.is_blank() => silences.life_months.value,
            None => return None,
        };
        let retry_tax = match plan.retry_tax.value() {
            Some(tax) => tax.fraction().to_f64().filter(|tax| *tax >= 0.0)?,
            None if plan.retry_tax.is_blank() => silences.retry_percent.value / 100.0,
            None => return None,
        };
        Some(Self {
            life_months,
            failure_per_year: portion(&plan.failure, silences.failure_percent.value)?,
            repair_share: portion(&plan.repair, silences.repair_percent.value)?,
            upkeep_hours: amount(&plan.upkeep_hours, silences.upkeep_hours.value)?,
            upkeep_hourly: amount(&plan.upkeep_hourly, silences.upkeep_hourly.value * dollar)?,
            retry_tax,
        })
    }

    /// A machine of this price, kept like that.
    pub fn purchase(&self, price: f64, resale_per_year: f64) -> Purchase {
        Purchase {
            price,
            life_months: self.life_months,
            resale_per_year,
            failure_per_year: self.failure_per_year,
            repair_share: self.repair_share,
            upkeep_hours: self.upkeep_hours,
            upkeep_hourly: self.upkeep_hourly,
        }
    }
}

/// How the local model is run on a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Running {
    /// Equal cards in one computer; a whole machine is always one.
    pub cards: u32,
    /// How they share the model.
    pub split: Split,
    /// A draft model proposes tokens ahead.
    pub drafts: bool,
    /// Power limit of each card, W.
    pub power_cap_w: Option<f64>,
    /// Bandwidth of the memory beside the cards that takes what they cannot hold, 10^9 bytes a second.
    pub ram_gbs: Option<f64>,
    /// Power of the room over power of the machine: 1 at home.
    pub pue: f64,
    /// It is on day and night, not only in the hours in which it may work.
    pub always_on: bool,
}

impl Default for Running {
    fn default() -> Self {
        Self {
            cards: 1,
            split: Split::Layer,
            drafts: false,
            power_cap_w: None,
            ram_gbs: None,
            pue: 1.0,
            always_on: false,
        }
    }
}

impl Running {
    /// What a plan says. None when a figure cannot be read or cannot be.
    pub fn of(plan: &LocalRunning) -> Option<Self> {
        let above_zero = |entry: &Entry<Amount>| match entry.value() {
            Some(value) => value.decimal().to_f64().filter(|figure| *figure > 0.0).map(Some),
            None if entry.is_blank() => Some(None),
            None => None,
        };
        let cards = match plan.cards.value() {
            Some(cards) => u32::try_from(cards.get()).ok().filter(|_| (1..=MOST_CARDS).contains(&cards.get()))?,
            None if plan.cards.is_blank() => 1,
            None => return None,
        };
        Some(Self {
            cards,
            split: if plan.shared_layers { Split::Tensor } else { Split::Layer },
            drafts: plan.drafts,
            power_cap_w: above_zero(&plan.power_cap)?,
            ram_gbs: above_zero(&plan.memory_beside)?,
            pue: above_zero(&plan.pue)?
                .map_or(Some(1.0), |pue| (1.0..=f64::from(MOST_PUE)).contains(&pue).then_some(pue))?,
            always_on: plan.always_on,
        })
    }

    /// What it does to the figures, in sentences.
    pub fn remarks(&self, setup: &Setup) -> Vec<String> {
        let mut found = Vec::new();
        if setup.devices > 1 {
            found.push(match setup.split {
                Split::Layer => "Several cards hold layers in turn: more memory, no faster writing.".to_owned(),
                Split::Tensor => "The cards share every layer: more memory and more speed.".to_owned(),
            });
        }
        if setup.speculative {
            found.push(
                "Drafts are counted at 1.54 times the writing speed; published pairs lie between 1.00 and 2.12."
                    .to_owned(),
            );
        }
        if let (Some(cap), Some(stock)) = (setup.power_limit_w, setup.machine.power_w) {
            found.push(if cap < stock {
                format!("Capped at {cap:.0} of {stock:.0} W for each card.")
            } else {
                format!("A cap of {cap:.0} W is not below its {stock:.0} W, so it changes nothing.")
            });
        }
        if self.pue > 1.0 {
            found.push(format!("The room draws {:.2} times what the machine does.", self.pue));
        }
        if self.always_on {
            found.push("It is on day and night, and what it draws while it waits is counted for all hours.".to_owned());
        }
        if let Some(offload) = setup.offload {
            let what = if setup.model.is_moe() { "experts" } else { "weights" };
            found.push(format!(
                "{:.0} % of the {what} lie in the computer's memory, at {:.0} GB/s.",
                offload.share * 100.0,
                offload.ram_gbs
            ));
        }
        found
    }
}

/// A machine that is in no catalogue, from what its owner knows of it. None without its memory; what else is blank stays
/// unknown.
pub fn own_machine(own: &OwnMachine) -> Option<Machine> {
    // What is said to be too much is unknown.
    let [memory, bandwidth, compute, watts, idle] = own.figures().map(|(_, entry, most)| {
        entry.value().and_then(|value| value.decimal().to_f64()).filter(|figure| *figure <= f64::from(most))
    });
    let [memory, bandwidth, compute, watts] =
        [memory, bandwidth, compute, watts].map(|figure| figure.filter(|figure| *figure > 0.0));
    let memory_gib = memory?;
    Some(Machine {
        key: OWN_MACHINE.to_owned(),
        name: if own.name.is_empty() { "Your own machine".to_owned() } else { own.name.clone() },
        family: OWN_MACHINE.to_owned(),
        kind: if own.unified { MachineKind::Unified } else { MachineKind::Gpu },
        memory_gib,
        usable_gib: Some(memory_gib),
        bandwidth_gbs: bandwidth,
        stacked_memory: false,
        fp16_tflops: compute,
        fp16_fp32acc_tflops: compute,
        fp8_tflops: None,
        int8_tops: None,
        fp4_tflops: None,
        power_w: watts,
        power_kind: watts.map(|_| if own.unified { PowerKind::WallMeasured } else { PowerKind::BoardLimit }),
        decode_w: None,
        decode_source: None,
        idle_w: idle,
        idle_source: None,
        released: None,
        memory_source: "entered by you".to_owned(),
        compute_source: compute.map(|_| "entered by you".to_owned()),
        link: None,
        verified: "entered by you".to_owned(),
        notes: Vec::new(),
        prices: Vec::new(),
    })
}

/// A machine at a workload, found once and asked every month.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned {
    /// One call on it.
    pub call: CallEstimate,
    /// Calls a month it can serve in the hours it may work, at its median speed, retries counted.
    pub calls_per_month: f64,
    /// Hours a month in which it may work.
    pub hours_per_month: f64,
    /// Hours a month in which it is switched on.
    pub hours_on: f64,
    /// Kilowatt-hours of one call above idling.
    kwh_per_call: Option<f64>,
    /// Kilowatt-hours of a month switched on and idle.
    idle_kwh: f64,
}

impl Work {
    /// The facts of a machine: the catalogue's, or the owner's own.
    ///
    /// # Errors
    /// When nobody knows it.
    pub fn machine_facts(&self, key: &str) -> Result<&Machine, PredictionProblem> {
        match &self.own {
            Some(own) if key == OWN_MACHINE => Ok(own),
            _ => catalogue::machine(key),
        }
    }

    /// The local model on a machine, with what its owner has measured of it.
    ///
    /// # Errors
    /// When machine, model or quantisation is unknown.
    pub fn setup_on(&self, machine: &str) -> Result<Setup<'_>, PredictionProblem> {
        let facts = self.machine_facts(machine)?;
        let setup = Setup::new(facts, catalogue::model(&self.local_model)?, catalogue::quant(&self.quant)?);
        Ok(self.run(setup, self.running.cards))
    }

    /// A setup run as the plan says on so many cards, with the owner's own runs when they are of its machine. Only cards
    /// are put several into one computer, capped, and helped out by the computer's memory.
    #[must_use]
    pub fn run<'a>(&self, setup: Setup<'a>, cards: u32) -> Setup<'a> {
        let mut setup = Setup { speculative: self.running.drafts, ..setup };
        if let Some((machine, calibration)) = &self.calibration
            && *machine == setup.machine.key
        {
            setup = setup.with_calibration(*calibration);
        }
        if setup.machine.kind != MachineKind::Gpu {
            return setup;
        }
        setup.power_limit_w = self.running.power_cap_w;
        setup = setup.on(cards.max(1), self.running.split);
        match self.running.ram_gbs {
            Some(ram_gbs) => setup.beside_memory(ram_gbs, self.shape().context_tokens()),
            None => setup,
        }
    }

    /// Hours a month in which a machine is switched on: those in which it may work, or all.
    pub fn hours_on(&self) -> f64 {
        let all = 24.0 * crate::plan::DAYS_PER_MONTH;
        if self.running.always_on { all } else { (self.hours_per_day * self.days_per_month).min(all) }
    }

    /// The tokens of a call on a machine: what the provider's cache holds lies in the machine's own cache too.
    pub fn shape(&self) -> CallShape {
        CallShape::of(&self.call())
    }
}

impl Owned {
    /// The machine, model and quantisation of a workload, at the size of its calls.
    ///
    /// # Errors
    /// When one of them is unknown, does not fit, or has no figure for bandwidth or compute.
    pub fn of(work: &Work) -> Result<Self, PredictionProblem> {
        Self::on(&work.machine, work)
    }

    /// The same on another machine.
    ///
    /// # Errors
    /// As [`Owned::of`].
    pub fn on(machine: &str, work: &Work) -> Result<Self, PredictionProblem> {
        Self::running(&work.setup_on(machine)?, work)
    }

    /// The same on a setup.
    ///
    /// # Errors
    /// When it does not fit, or has no figure for bandwidth or compute.
    pub fn running(setup: &Setup, work: &Work) -> Result<Self, PredictionProblem> {
        let call = throughput::call(setup, &work.shape())?;
        let made = 1.0 + work.keeping.retry_tax;
        let hours_per_month = work.hours_per_day * work.days_per_month;
        let calls_per_month = call.calls_per_hour.p50 * hours_per_month / made;
        let idle_watts = call.power.and_then(|power| power.idle_w);
        // What it draws while it waits is left out when that is unknown, and what it draws at work still counts.
        let idle = idle_watts.unwrap_or(0.0);
        let (pue, hours_on) = (work.running.pue, work.hours_on());
        let above_idle = |joules: f64| energy::kwh(joules) - idle * call.seconds.p50 / 3.6e6;
        let kwh_per_call = call.joules.map(|joules| pue * made * above_idle(joules.p50));
        let idle_kwh = pue * idle * hours_on / 1000.0;
        Ok(Self { call, calls_per_month, hours_per_month, hours_on, kwh_per_call, idle_kwh })
    }

    /// Calls of `wanted` that it serves in a month.
    pub fn served(&self, wanted: f64) -> f64 {
        wanted.min(self.calls_per_month)
    }

    /// Electricity of a month with `calls` calls, kWh: idle through its hours where that is known, more for each call. None
    /// when its watts at work are unknown.
    pub fn kwh(&self, calls: f64) -> Option<f64> {
        self.kwh_per_call.map(|each| self.idle_kwh + calls * each.max(0.0))
    }

    /// Seconds of a call at the median, read and written, retries counted.
    pub fn speed(&self, work: &Work) -> Speed {
        machine::speed(&self.call, work.output_tokens, work.keeping.retry_tax, End::Middle)
    }

    /// The machine as one that is bought at `price`. Without known watts its electricity is left out, which the caller
    /// says.
    pub fn bought(&self, work: &Work, price: f64) -> Own {
        let purchase = work.keeping.purchase(price, work.resale);
        let speed = self.speed(work);
        let power = (work.running.pue, work.electricity);
        let own = machine::own(&self.call, speed, purchase, self.hours_per_month, power).unwrap_or(Own {
            purchase,
            electricity: Electricity { idle_w: 0.0, busy_w: 0.0, pue: 1.0, per_kwh: 0.0 },
            speed,
            hours_per_month: self.hours_per_month,
            hours_on: self.hours_on,
        });
        Own { hours_on: self.hours_on, ..own }
    }
}

/// What a machine of `price` sells for after `months`, when it keeps `resale` of its value each year.
pub fn resale(price: f64, resale: f64, months: u32) -> f64 {
    price * libm::pow(resale, f64::from(months) / 12.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterweight_domain::Workload;

    fn work() -> Work {
        Work::of(&Workload::default(), 1.0).expect("blank is readable")
    }

    #[test]
    fn the_silences_name_their_sources() {
        let silences = silences();
        assert!(silences.life_months.value > 0 && !silences.failure_percent.source.is_empty());
    }

    /// By hand: 15,000 kept at 75 % a year is 15,000 × 0.75² = 8,437.50 after two years.
    #[test]
    fn resale_by_hand() {
        assert!((resale(15_000.0, 0.75, 24) - 8_437.5).abs() < 1e-9);
    }

    /// A bought machine draws in a month what the machine at the workload says, beside upkeep and repairs: 1 h × 50 and
    /// 5 % ÷ 12 × 30 % of 5,000 = 6.25.
    #[test]
    fn a_bought_machine_runs_at_the_price_of_its_electricity() {
        let work = work();
        let owned = Owned::of(&work).expect("the silent machine fits its model");
        let by_hand = owned.kwh(500.0).expect("watts are known") * work.electricity + 50.0 + 6.25;
        let running = owned.bought(&work, 5_000.0).running(500.0);
        assert!((running - by_hand).abs() < 1e-9, "{running} {by_hand}");
    }

    /// Hours by hand: calls × seconds of a call ÷ 3600 is the time it is on; with a retry in four it serves a quarter
    /// less than one and a quarter times as many.
    #[test]
    fn a_machine_serves_no_more_than_its_hours() {
        let work = work();
        let owned = Owned::of(&work).expect("the silent machine fits its model");
        assert!((owned.calls_per_month * owned.call.seconds.p50 / 3600.0 - owned.hours_per_month).abs() < 1e-6);
        assert!((owned.bought(&work, 1.0).capacity() - owned.calls_per_month).abs() < 1e-6);
        let retried = Work { keeping: Keeping { retry_tax: 0.25, ..work.keeping }, ..work };
        let slower = Owned::of(&retried).expect("it fits");
        assert!((slower.calls_per_month * 1.25 - owned.calls_per_month).abs() < 1e-6);
    }

    /// The plan's cards, drafts, cap and memory beside reach the prediction. Published: a layer split adds memory and no
    /// writing speed; drafts gain 1.54 at the median; a capped card draws its cap, 0.85 × 220 + 80 = 267 W while writing;
    /// gpt-oss-120b (59 GiB) runs on one 24 GB card only with its experts beside it.
    #[test]
    fn the_way_it_is_run_changes_the_figures() {
        let small = Work {
            machine: "rtx3090".into(),
            local_model: "llama3-8b".into(),
            quant: "Q4_K_M".into(),
            input_tokens: 8_000,
            ..work()
        };
        let on = |running: Running| Owned::of(&Work { running, ..small.clone() }).expect("it fits").call;
        let usual = on(Running::default());
        let layered = on(Running { cards: 2, ..Running::default() });
        assert!((layered.fit.usable_gib - 48.0).abs() < 1e-9 && layered.decode == usual.decode);
        assert!(
            on(Running { cards: 2, split: Split::Tensor, ..Running::default() }).decode.p50 > 1.3 * usual.decode.p50
        );
        assert!((on(Running { drafts: true, ..Running::default() }).decode.p50 / usual.decode.p50 - 1.54).abs() < 1e-9);
        let capped = on(Running { power_cap_w: Some(220.0), ..Running::default() });
        let power = capped.power.expect("known");
        assert!((power.decode_w - 267.0).abs() < 1e-9 && capped.decode.p50 < usual.decode.p50, "{power:?}");
        let large = Work { machine: "rtx3090".into(), ..work() };
        assert!(matches!(Owned::of(&large), Err(PredictionProblem::DoesNotFit { .. })));
        let beside = Work { running: Running { ram_gbs: Some(89.6), ..Running::default() }, ..large };
        let setup = beside.setup_on("rtx3090").expect("known");
        assert!(setup.offload.is_some_and(|offload| offload.share > 0.5 && offload.share <= 1.0));
        assert!(Owned::of(&beside).expect("it fits").call.decode.p50 > 1.0);
        // A whole machine stays one, and nothing lies beside it.
        let mac = Work {
            machine: "dgx-spark".into(),
            running: Running { cards: 4, ram_gbs: Some(50.0), ..Running::default() },
            ..work()
        };
        assert!(mac.setup_on("dgx-spark").is_ok_and(|setup| setup.devices == 1 && setup.offload.is_none()));
    }

    #[test]
    fn a_model_that_does_not_fit_is_an_error() {
        let small = Work { machine: "rtx3060".into(), ..work() };
        assert!(matches!(Owned::of(&small), Err(PredictionProblem::DoesNotFit { .. })));
    }

    /// By hand: a DGX Spark that is on day and night in a room with a PUE of 1.5 draws, without any call, its idle watts for
    /// 24 × 365.25 ÷ 12 = 730.5 hours times 1.5; and each call 1.5 times what it adds at home. Bought, it costs that much at
    /// the price of a kWh beyond what it costs to keep.
    #[test]
    fn a_room_and_the_hours_of_waiting_reach_the_cost() {
        let home = work();
        let mut room = work();
        room.running = Running { pue: 1.5, always_on: true, ..Running::default() };
        let (at_home, there) = (Owned::on("dgx-spark", &home).unwrap(), Owned::on("dgx-spark", &room).unwrap());
        let idle = at_home.call.power.unwrap().idle_w.unwrap();
        assert!((there.kwh(0.0).unwrap() - 1.5 * idle * 730.5 / 1000.0).abs() < 1e-9);
        let each = |owned: &Owned| owned.kwh(1.0).unwrap() - owned.kwh(0.0).unwrap();
        assert!((each(&there) - 1.5 * each(&at_home)).abs() < 1e-12);
        assert_eq!((there.calls_per_month, there.hours_per_month), (at_home.calls_per_month, at_home.hours_per_month));
        let (bought, kept) = (there.bought(&room, 4_000.0), at_home.bought(&home, 4_000.0));
        let power = |own: &Own, owned: &Owned, calls: f64| {
            let keeping = own.purchase.upkeep_hours * own.purchase.upkeep_hourly
                + own.purchase.failure_per_year / 12.0 * own.purchase.repair_share * own.purchase.price;
            (own.running(calls) - keeping - owned.kwh(calls).unwrap() * room.electricity).abs()
        };
        assert!(power(&bought, &there, 1_000.0) < 1e-6 && power(&kept, &at_home, 1_000.0) < 1e-6);
    }

    /// By hand: an own machine of 140 W under load whose idle watts nobody says draws what its calls take: their joules over
    /// 3.6 million, and nothing for waiting.
    #[test]
    fn unknown_watts_at_idle_leave_those_at_work() {
        let mut plan = LocalPlan { machine: OWN_MACHINE.into(), ..LocalPlan::default() };
        plan.own = OwnMachine {
            unified: true,
            memory: Entry::typed("119"),
            bandwidth: Entry::typed("273"),
            compute: Entry::typed("100"),
            watts: Entry::typed("140"),
            ..OwnMachine::default()
        };
        let work = Work::of(&Workload { local: plan, ..Workload::default() }, 1.0).expect("readable");
        let owned = Owned::of(&work).expect("it fits");
        let joules = owned.call.joules.expect("known").p50;
        assert!(owned.call.power.is_some_and(|power| power.idle_w.is_none()) && joules > 0.0);
        let found = owned.kwh(100.0).expect("at work it is known");
        assert!((found - 100.0 * joules / 3.6e6).abs() < 1e-12, "{found}");
        assert!(owned.bought(&work, 1_000.0).running(100.0) > owned.bought(&work, 1_000.0).running(0.0));
    }

    /// A machine of the owner's with the figures of one in the catalogue, but without its family, does what such a
    /// machine does; without its bandwidth nothing is said of its speed.
    #[test]
    fn an_own_machine_is_predicted_from_its_figures() {
        let mut plan = LocalPlan { machine: OWN_MACHINE.into(), ..LocalPlan::default() };
        plan.own = OwnMachine {
            unified: true,
            memory: Entry::typed("119"),
            bandwidth: Entry::typed("273"),
            compute: Entry::typed("100"),
            watts: Entry::typed("140"),
            ..OwnMachine::default()
        };
        let own = Work::of(&Workload { local: plan.clone(), ..Workload::default() }, 1.0).expect("readable");
        let found = Owned::of(&own).expect("it fits");
        assert!(found.call.decode.p50 > 5.0 && found.call.decode.p50 < 273.0 / 2.0, "{:?}", found.call.decode);
        plan.own.bandwidth = Entry::default();
        let blind = Work::of(&Workload { local: plan, ..Workload::default() }, 1.0).expect("readable");
        assert!(matches!(Owned::of(&blind), Err(PredictionProblem::UnknownBandwidth { .. })));
    }
}
