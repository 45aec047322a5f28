//! Private shares in a whole case: what the ledger counts, what is said, and what would be needed.

use crate::comparison::compare;
use crate::ledger::Component;
use crate::offer_value;
use crate::settings::Settings;
use counterweight_domain::assumptions::TaxBasis;
use counterweight_domain::grant::{Cadence, Exercise, GrantSize, Instrument, Refreshers, Tranche, Trigger};
use counterweight_domain::private_company::{Exit, FutureRound, Participation, Preference, Stance, UnitsOnLeaving};
use counterweight_domain::{Case, CivilDate, Currency, Entry, Findings, Grant, Offer, PrivateCompany, Vesting};
use rust_decimal::{Decimal, dec};

/// A job of 100,000 and 100,000 of 1,000,000 shares of a private company, beside one of 150,000, for a year.
fn case(tax: TaxBasis) -> Case {
    let mut case = Case::new("sale", Currency::USD, CivilDate::new(2026, 1, 1).expect("a date"));
    case.assumptions.horizon_years = Entry::typed("1");
    case.assumptions.tax = tax;
    let all = Tranche { after_months: Entry::typed("12"), percent: Entry::typed("100") };
    let grant = Grant {
        instrument: Instrument::PrivateRsu,
        size: GrantSize::Shares { count: Entry::typed("100000") },
        vesting: Vesting::Tranches { tranches: vec![all] },
        ..Grant::default()
    };
    let offer = |id: &str, base: &str| Offer {
        id: id.into(),
        company: id.into(),
        place: "US-TX".into(),
        base: Entry::typed(base),
        ..Offer::default()
    };
    case.offers = vec![
        Offer {
            grants: vec![grant],
            private_company: Some(PrivateCompany {
                fully_diluted: Entry::typed("1000000"),
                stance: Stance::Refuse,
                ..PrivateCompany::default()
            }),
            ..offer("Acme", "100000")
        },
        offer("Globex", "150000"),
    ];
    case
}

fn sale_needed(case: &Case) -> Option<Decimal> {
    compare(case).offers[0].private.as_ref().expect("a private company").sale_needed
}

/// Shares that are pay at the sale are taxed as pay: whatever the tax, 50,000 of them make up for 50,000 of base, and
/// 50,000 are a tenth of a company sold for 500,000.
#[test]
fn the_sale_that_is_needed_pays_the_tax_on_it() {
    for tax in [TaxBasis::BeforeTax, TaxBasis::AfterTax] {
        let needed = sale_needed(&case(tax)).expect("a sale is enough");
        assert!((needed - dec!(500000)).abs() <= dec!(1), "{tax:?}: {needed}");
    }
}

/// Holders of 2,000,000 preferred are paid first and do not convert below it: the common shares are then 900,000 and
/// get what is above 2,000,000; 50,000 for 100,000 of them are 0.50 a share, 450,000 for all: 2,450,000.
#[test]
fn the_sale_that_is_needed_pays_who_comes_first() {
    let mut case = case(TaxBasis::AfterTax);
    let company = case.offers[0].private_company.as_mut().expect("set above");
    company.preferences =
        vec![Preference { invested: Entry::typed("2000000"), shares: Entry::typed("100000"), ..Preference::default() }];
    let needed = sale_needed(&case).expect("a sale is enough");
    assert!((needed - dec!(2450000)).abs() <= dec!(1), "{needed}");
}

#[test]
fn an_offer_that_is_ahead_needs_no_sale() {
    let mut case = case(TaxBasis::AfterTax);
    case.offers[0].base = Entry::typed("160000");
    assert_eq!(sale_needed(&case), None);
}

/// 100,000 units that vest a quarter a year over four years, in a company of 1,000,000 shares.
fn four_years(instrument: Instrument) -> Case {
    let mut case = case(TaxBasis::BeforeTax);
    case.assumptions.horizon_years = Entry::typed("4");
    let offer = &mut case.offers[0];
    offer.grants[0].instrument = instrument;
    offer.grants[0].vesting =
        Vesting::Yearly { split: Entry::typed("25/25/25/25"), every: Cadence::Year, cliff_months: Entry::default() };
    company(&mut case).stance = Stance::Expected;
    case
}

fn company(case: &mut Case) -> &mut PrivateCompany {
    case.offers[0].private_company.as_mut().expect("set above")
}

fn exit(value: &str, probability: &str, months: &str) -> Exit {
    Exit {
        label: String::new(),
        value: Entry::typed(value),
        probability: Entry::typed(probability),
        after_months: Entry::typed(months),
    }
}

/// What is counted of the equity of the first offer.
fn equity(case: &Case) -> Decimal {
    let compared = compare(case);
    compared.offers[0].components.iter().filter(|c| c.component == Component::Equity).map(|c| c.amount).sum()
}

fn payout(case: &Case) -> Decimal {
    compare(case).offers[0].private.as_ref().expect("a private company").outcomes[0].payout
}

/// Whether something is said at the end of a path, and what is left out because of it.
fn said(case: &Case, id: &str) -> Option<String> {
    let found = compare(case).findings.into_iter().find(|finding| finding.id == id)?;
    assert!(!found.fix.is_empty() && found.path.as_str().starts_with("offers/0/"), "{found:?}");
    Some(format!("{} {}", found.path, found.left_out))
}

/// Everything that makes private shares count as nothing, or less, is said where it is, with what is left out.
#[test]
fn nothing_is_left_out_in_silence() {
    let with = |change: &dyn Fn(&mut PrivateCompany)| {
        let mut case = four_years(Instrument::PrivateRsu);
        company(&mut case).exits = vec![exit("10000000", "50", "48")];
        change(company(&mut case));
        case
    };
    let class = |invested: &str, shares: &str| Preference {
        invested: Entry::typed(invested),
        shares: Entry::typed(shares),
        ..Preference::default()
    };
    let its_shares = |path: &str| Some(format!("offers/0/privateCompany/{path} shares of this company"));
    let no_cap = with(&|c| {
        c.preferences = vec![Preference { participation: Participation::Capped, ..class("1000000", "100000") }];
    });
    assert_eq!(said(&no_cap, "preference.noCap"), its_shares("preferences/0/cap"));
    let no_investment = with(&|c| c.preferences = vec![class("", "100000")]);
    assert_eq!(said(&no_investment, "preference.noInvestment"), its_shares("preferences/0/invested"));
    let never_converts = with(&|c| c.preferences = vec![class("1000000", "")]);
    assert_eq!(
        said(&never_converts, "preference.neverConverts").as_deref(),
        Some("offers/0/privateCompany/preferences/0/shares ")
    );
    assert_eq!(said(&with(&|c| c.exits.clear()), "exits.none"), its_shares("exits"));
    let few = with(&|c| c.fully_diluted = Entry::typed("20000"));
    assert_eq!(said(&few, "private.tooMany"), its_shares("fullyDiluted"));
    assert_eq!(equity(&few), Decimal::ZERO);

    // One exit that cannot be counted leaves the other: half of 1,000,000, a tenth of 10,000,000.
    for (other, id, path) in [
        (exit("10000000", "", "48"), "exit.noProbability", "exits/1/probability"),
        (exit("", "20", "48"), "exit.noValue", "exits/1/value"),
        (exit("10000000", "20", "72"), "exit.late", "exits/1/afterMonths"),
    ] {
        let case = with(&|c| c.exits.push(other.clone()));
        assert_eq!(said(&case, id), Some(format!("offers/0/privateCompany/{path} this exit")));
        assert_eq!(equity(&case), dec!(500000), "{id}");
    }
    let mut counts = with(&|_| {});
    counts.offers[0].grants[0].size =
        GrantSize::Percent { percent: Entry::typed("10"), fully_diluted: Entry::typed("10000000") };
    assert_eq!(said(&counts, "grant.twoCounts").as_deref(), Some("offers/0/grants/0/size/fullyDiluted this grant"));
    assert_eq!(equity(&counts), Decimal::ZERO);
}

/// Series A put in 2,000,000 at 10 a share, the price of the last round: 200,000 shares. At 20,000,000 all convert and a
/// share is 20, so 100,000 units are 2,000,000. Without the shares it would keep 2,000,000, and the others 18,000,000.
#[test]
fn the_last_class_converts_at_the_price_of_the_last_round() {
    let mut case = four_years(Instrument::PrivateRsu);
    let company = company(&mut case);
    company.preferred_price = Entry::typed("10");
    company.preferences = vec![Preference { invested: Entry::typed("2000000"), ..Preference::default() }];
    company.exits = vec![exit("20000000", "100", "48")];
    assert_eq!(equity(&case), dec!(2000000));
    assert_eq!(said(&case, "preference.neverConverts"), None);
}

/// The company has no count of shares: 50,000 are 0.50 for each of 100,000, and the sale is unknown. Where a percent is
/// all that is known, 10 % of it must be 50,000. An offer of ¥ is not held to what is large in dollars.
#[test]
fn the_price_that_is_needed_asks_for_the_own_shares_alone() {
    let mut unknown = case(TaxBasis::BeforeTax);
    company(&mut unknown).fully_diluted = Entry::default();
    let view = compare(&unknown).offers[0].private.clone().expect("a private company");
    assert_eq!((view.price_needed, view.sale_needed, view.behind), (Some(dec!(0.5)), None, true));

    unknown.offers[0].grants[0].size =
        GrantSize::Percent { percent: Entry::typed("10"), fully_diluted: Entry::default() };
    let view = compare(&unknown).offers[0].private.clone().expect("a private company");
    assert_eq!((view.price_needed, view.sale_needed), (None, Some(dec!(500000))));

    // A thousandth of the company must bring 1,000,000,000: the company 1,000,000,000,000, above any sale in dollars.
    let mut yen = case(TaxBasis::BeforeTax);
    yen.offers[0].grants[0].size = GrantSize::Shares { count: Entry::typed("1000") };
    yen.offers[1].base = Entry::typed("1000100000");
    assert_eq!(sale_needed(&yen), Some(dec!(1000000000000)));

    // 100,000 options at 1 need 1.50.
    let mut options = case(TaxBasis::BeforeTax);
    options.offers[0].grants[0].instrument = Instrument::Nso;
    options.offers[0].grants[0].strike = Entry::typed("1");
    company(&mut options).fully_diluted = Entry::default();
    assert_eq!(compare(&options).offers[0].private.as_ref().and_then(|view| view.price_needed), Some(dec!(1.5)));
}

/// An exit at 10 a share after three years, of a stay of four: 75,000 pay then and 25,000 a year later.
#[test]
fn what_vests_after_the_exit_gets_its_price() {
    for instrument in [Instrument::PrivateRsu, Instrument::Nso] {
        let mut case = four_years(instrument);
        case.offers[0].grants[0].strike = Entry::typed("4");
        company(&mut case).exits = vec![exit("10000000", "100", "36")];
        let each = if instrument == Instrument::Nso { dec!(6) } else { dec!(10) };
        let years = compare(&case).offers[0].years.iter().map(|y| y.total - dec!(100000)).collect::<Vec<_>>();
        assert_eq!(years, [dec!(0), dec!(0), dec!(75000) * each, dec!(25000) * each]);
    }
}

/// A quarter is taken off 1,000,000 on the screen as in the ledger, and an exit after two years finds half vested.
#[test]
fn the_screen_and_the_ledger_say_the_same() {
    let mut case = four_years(Instrument::PrivateRsu);
    company(&mut case).illiquidity = Entry::typed("25");
    company(&mut case).exits = vec![exit("10000000", "100", "48")];
    assert_eq!((payout(&case), equity(&case)), (dec!(750000), dec!(750000)));
    case.assumptions.stay_months = Entry::typed("24");
    company(&mut case).exits = vec![exit("10000000", "100", "24")];
    assert_eq!((payout(&case), equity(&case)), (dec!(375000), dec!(375000)));
}

/// Who leaves after two years has 50,000 options at 4 vested. A window of ten years reaches an exit at 10 a year later:
/// 300,000. The usual 90 days do not, and the options lapse.
#[test]
fn options_are_kept_after_leaving_as_long_as_their_window() {
    let mut case = four_years(Instrument::Iso);
    case.assumptions.stay_months = Entry::typed("24");
    case.offers[0].grants[0].strike = Entry::typed("4");
    case.offers[0].grants[0].window_months = Entry::typed("120");
    company(&mut case).exits = vec![exit("10000000", "100", "36")];
    assert_eq!((equity(&case), payout(&case)), (dec!(300000), dec!(300000)));
    assert_eq!(compare(&case).offers[0].years[2].total, dec!(300000));
    assert!(said(&case, "grant.windowReaches").is_some());
    case.offers[0].grants[0].window_months = Entry::default();
    assert_eq!((equity(&case), payout(&case)), (dec!(0), dec!(0)));
    assert_eq!(said(&case, "grant.lapse").as_deref(), Some("offers/0/grants/0/windowMonths "));

    // Exercised as they vest, 200,000 are paid and 500,000 received, whatever the window.
    case.offers[0].grants[0].exercise = Exercise::Hold;
    assert_eq!((equity(&case), payout(&case)), (dec!(300000), dec!(500000)));
}

/// Vested units are lost on leaving, unless the letter keeps them: half of 100,000 at 10.
#[test]
fn units_are_lost_on_leaving_unless_they_are_kept() {
    let mut case = four_years(Instrument::PrivateRsu);
    case.assumptions.stay_months = Entry::typed("24");
    company(&mut case).exits = vec![exit("10000000", "100", "36")];
    assert_eq!(equity(&case), dec!(0));
    assert!(said(&case, "private.unitsLost").is_some());
    company(&mut case).units_on_leaving = UnitsOnLeaving::Kept;
    assert_eq!(equity(&case), dec!(500000));
    // What is kept is taxed in the year of the exit, which has no other pay.
    case.assumptions.tax = TaxBasis::AfterTax;
    let third = compare(&case).offers[0].years[2].total;
    assert!(third > dec!(250000) && third < dec!(500000), "{third}");
}

/// 100,000 options at 1 on shares valued at 2, sold at 10 with a chance of one half after four years. Exercised as they
/// vest: 25,000 a year are paid whatever comes, and half of 1,000,000 received. Three vests are held for over a year, or
/// over two from the grant: 75,000 × 8 of long-term gain for nonstatutory options, taxed on 2 − 1 when they vest.
#[test]
fn options_exercised_as_they_vest_cost_their_strike_whatever_comes() {
    let mut case = four_years(Instrument::Nso);
    let grant = &mut case.offers[0].grants[0];
    (grant.strike, grant.share_price, grant.exercise) = (Entry::typed("1"), Entry::typed("2"), Exercise::Hold);
    company(&mut case).exits = vec![exit("10000000", "50", "48")];
    let years = compare(&case).offers[0].years.iter().map(|y| y.total - dec!(100000)).collect::<Vec<_>>();
    // In year 4 the exit comes on the day the last quarter vests: bought and sold then, 9 each, in half the ways, and paid
    // for in the other half: 0.5 × (750,000 + 225,000) − 0.5 × 25,000.
    assert_eq!(years, [dec!(-25000), dec!(-25000), dec!(-25000), dec!(475000)]);
    let view = compare(&case).offers[0].private.clone().expect("a private company");
    assert_eq!((view.outcomes[0].payout, view.paid_before), (dec!(975000), dec!(100000)));

    case.assumptions.tax = TaxBasis::AfterTax;
    let settings = Settings::of(&case);
    let ledger = offer_value::value(&case, &case.offers[0], 0, &settings, &mut Findings::default());
    let wages: Vec<Decimal> = ledger.taxes.iter().map(|year| year.taxed_pay - dec!(100000)).collect();
    // Pay is 25,000 × (2 − 1) a year. Held for a year and a day, the first two quarters gain 50,000 × 8 in the long
    // term; the third, held for a year and no more, gains 200,000 in the short term, counted as pay with the 225,000
    // of the last: 0.5 × (200,000 + 225,000) + 0.5 × 25,000.
    assert_eq!(wages, [dec!(25000), dec!(25000), dec!(25000), dec!(225000)]);
    let gain = ledger.model.tax[3].as_ref().expect("a taxed year").situation.long_term_gains;
    assert_eq!(gain, dec!(200000));
}

/// Incentive options bought as they vest are no pay: 25,000 × (2 − 1) a year is counted for the alternative minimum tax.
/// Bought at the grant with an election, all 100,000 × (2 − 1) are counted at once, and 100,000 paid.
#[test]
fn incentive_options_that_are_held_are_no_pay() {
    let mut case = four_years(Instrument::Iso);
    case.assumptions.tax = TaxBasis::AfterTax;
    let grant = &mut case.offers[0].grants[0];
    (grant.strike, grant.share_price, grant.exercise) = (Entry::typed("1"), Entry::typed("2"), Exercise::Hold);
    company(&mut case).exits = vec![exit("10000000", "50", "48")];
    let year = |case: &Case, index: usize| {
        let ledger = offer_value::value(case, &case.offers[0], 0, &Settings::of(case), &mut Findings::default());
        ledger.model.tax[index].as_ref().expect("a taxed year").situation
    };
    let first = year(&case, 0);
    assert_eq!((first.wages, first.iso_bargain), (dec!(100000), dec!(25000)));
    // The $100,000 limit: at 2 a share, 50,000 of the grant bought early stay incentive options and the others are pay.
    case.offers[0].grants[0].exercise = Exercise::Early;
    let first = year(&case, 0);
    assert_eq!((first.wages, first.iso_bargain), (dec!(150000), dec!(50000)));
    assert_eq!(compare(&case).offers[0].private.as_ref().map(|view| view.paid_before), Some(dec!(100000)));
}

/// A single trigger and an exit after a year at 10, half likely: all of 100,000 vest, 500,000; of half of the 75,000 that
/// are unvested, 37,500 a third of the rest each year: 1,000,000 × half in the end as well.
#[test]
fn a_single_trigger_vests_at_each_exit() {
    let mut case = four_years(Instrument::PrivateRsu);
    company(&mut case).exits = vec![exit("10000000", "50", "12")];
    case.offers[0].grants[0].acceleration.trigger = Trigger::Single;
    assert_eq!(compare(&case).offers[0].years[0].total, dec!(600000));
    assert_eq!(equity(&case), dec!(500000));
    case.offers[0].grants[0].acceleration.percent = Entry::typed("50");
    let years = compare(&case).offers[0].years.iter().map(|y| y.total - dec!(100000)).collect::<Vec<_>>();
    assert_eq!(years, [dec!(312500), dec!(62500), dec!(62500), dec!(62500)]);
    case.offers[0].grants[0].acceleration.trigger = Trigger::Double;
    assert!(said(&case, "acceleration.double").is_some());
}

/// A round after two years takes a fifth for 5,000,000: an exit for 10,000,000 after one year pays 100,000 shares
/// 1,000,000 in all; one for 4,000,000 after three goes to the new holders; one for 30,000,000 is shared by 1,250,000
/// shares at 24 each.
#[test]
fn a_round_dilutes_the_exits_after_it_and_is_paid_first() {
    let with = |value: &str, months: &str| {
        let mut case = four_years(Instrument::PrivateRsu);
        let company = company(&mut case);
        company.rounds = vec![FutureRound {
            label: "B".into(),
            dilution: Entry::typed("20"),
            after_months: Entry::typed("24"),
            invested: Entry::typed("5000000"),
        }];
        company.exits = vec![exit(value, "100", months)];
        equity(&case)
    };
    assert_eq!(with("10000000", "12"), dec!(1000000));
    assert_eq!(with("4000000", "36"), dec!(0));
    assert_eq!(with("30000000", "36"), dec!(2400000));
}

/// Refreshers in a private company are no cash: they are not counted, and that is said.
#[test]
fn refreshers_of_a_private_company_are_no_cash() {
    let mut case = four_years(Instrument::PrivateRsu);
    company(&mut case).exits = vec![exit("10000000", "50", "48")];
    case.offers[0].refreshers = Some(Refreshers { amount: Entry::typed("100000"), ..Refreshers::default() });
    assert_eq!(equity(&case), dec!(500000));
    assert_eq!(said(&case, "refreshers.private").as_deref(), Some("offers/0/refreshers/amount refreshers"));
}

/// The discount of Finnerty (2012) and Chaffe (1993) at a volatility of 90 %, three years and 4 %, worked from the printed
/// formulas: 28.1 % and 47.7 % (`options/marketability.rs`). Of 500,000, half of 1,000,000, they leave 359,500 and 261,500.
/// Hull's example of Black, Scholes and Merton: a share of 42, a strike of 40, 10 %, 20 % and half a year is 4.76, here of an
/// option granted nine years and a half before.
#[test]
fn models_are_shown_beside_and_not_counted() {
    let mut case = four_years(Instrument::PrivateRsu);
    case.offers[0].grants[0].volatility = Entry::typed("90");
    case.assumptions.discount = Entry::typed("4.0811");
    company(&mut case).exits = vec![exit("13333333.33", "50", "36")];
    let seen = |case: &Case| compare(case).offers[0].private.clone().expect("a private company").references;
    // 75,000 of the 100,000 have vested by then: at 13.33 a share 1,000,000, and 333,333 vest in the year after.
    let found = seen(&case).expect("an exit that pays");
    assert!((found.discount[0] - 0.281).abs() < 5e-4 && (found.discount[1] - 0.477).abs() < 5e-4, "{found:?}");
    assert!((found.years - 3.0).abs() < 1e-9 && found.options.is_none());
    let expected = dec!(666666.67);
    for (amount, left) in found.expected.into_iter().zip([dec!(0.523), dec!(0.719)]) {
        assert!((amount - expected * left).abs() < dec!(340), "{amount}");
    }
    assert!((equity(&case) - expected).abs() < dec!(1), "the discount is the person's own: none");

    let grant = &mut case.offers[0].grants[0];
    (grant.instrument, grant.strike, grant.share_price) = (Instrument::Nso, Entry::typed("40"), Entry::typed("42"));
    (grant.volatility, grant.granted) = (Entry::typed("20"), Entry::typed("2016-07-01"));
    grant.size = GrantSize::Shares { count: Entry::typed("1000") };
    // e^0.1 − 1.
    case.assumptions.discount = Entry::typed("10.517092");
    company(&mut case).exits = vec![exit("100000000", "50", "4")];
    case.offers[0].grants[0].acceleration.trigger = Trigger::Single;
    let options = seen(&case).expect("an exit that pays").options.expect("a valuation");
    assert!((options - dec!(4760)).abs() <= dec!(5), "{options}");
}
