//! Whatever case goes in comes out equal, through save, restart, undo and backup.
#![allow(missing_docs)]

mod common;

use common::{case, offer, open};
use counterweight_domain::grant::{GrantSize, Tranche};
use counterweight_domain::{
    Benefit, Case, Entry, ExchangeRate, Grant, HardwareStipend, Offer, Vesting, budget::TokenBudget,
};
use counterweight_store::{LARGEST_BODY, LARGEST_SETTING, StoreError};
use proptest::collection::vec;
use proptest::prelude::*;
use std::path::PathBuf;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        vec(any::<char>(), 0..24).prop_map(String::from_iter),
        Just("12,5 %".to_owned()),
        Just("182k".to_owned()),
        Just(" 40/30/20/10 ".to_owned()),
        Just("2027-02-30".to_owned()),
        Just("\0\u{1}\u{202e}\"\\'; DROP TABLE offer; --".to_owned()),
    ]
}

fn an_offer() -> impl Strategy<Value = Offer> {
    (vec(text(), 26), any::<bool>(), any::<bool>()).prop_map(|(t, budget, hardware)| {
        let mut t = t.into_iter();
        let mut next = || t.next().unwrap();
        let mut offer = offer(&next(), &next(), &next());
        offer.role = next();
        offer.currency = Entry::typed(next());
        offer.start = Entry::typed(next());
        offer.raise = Entry::typed(next());
        offer.bonus.target = Entry::typed(next());
        offer.bonus.payout = Entry::typed(next());
        offer.sign_on.amount = Entry::typed(next());
        offer.sign_on.clawback_months = Entry::typed(next());
        let mut grant = Grant { label: next(), share_price: Entry::typed(next()), ..Grant::default() };
        grant.size = GrantSize::Shares { count: Entry::typed(next()) };
        let tranche = Tranche { after_months: Entry::typed(next()), percent: Entry::typed(next()) };
        grant.vesting = Vesting::Tranches { tranches: vec![tranche] };
        offer.grants = vec![grant, Grant::default()];
        offer.retirement_match.rate = Entry::typed(next());
        offer.retirement_match.up_to = Entry::typed(next());
        offer.benefits = vec![Benefit { label: next(), amount: Entry::typed(next()), ..Benefit::default() }];
        offer.token_budget = budget.then(|| TokenBudget {
            amount: Entry::typed(next()),
            provider: next(),
            output_ownership: next(),
            ..TokenBudget::default()
        });
        offer.hardware = hardware.then(|| HardwareStipend {
            amount: Entry::typed(next()),
            machine: next(),
            ..HardwareStipend::default()
        });
        offer.notes = next();
        offer
    })
}

fn a_case() -> impl Strategy<Value = Case> {
    (vec(text(), 12), vec(an_offer(), 0..4)).prop_map(|(t, offers)| {
        let mut t = t.into_iter();
        let mut next = || t.next().unwrap();
        let mut case = case();
        case.format = next();
        case.name = next();
        case.currency = Entry::typed(next());
        case.start = Entry::typed(next());
        case.exchange = vec![ExchangeRate {
            currency: Entry::typed(next()),
            rate: Entry::typed(next()),
            as_of: Entry::typed(next()),
        }];
        case.assumptions.seed = Entry::typed(next());
        case.workload.input_tokens = Entry::typed(next());
        case.workload.cloud_model = next();
        case.workload.local.machine = next();
        case.notes = next();
        case.offers = offers;
        case
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_in_comes_out(first in a_case(), second in a_case()) {
        let folder = common::folder();
        let mut store = open(folder.path()).unwrap();
        let made = store.create(&first, "New case", "main").unwrap();
        prop_assert_eq!(&made.case, &first);
        let saved = store.save(&made.id, made.revision, &second, "Everything", "main").unwrap();
        drop(store);

        let mut store = open(folder.path()).unwrap();
        let loaded = store.load(&made.id).unwrap().unwrap();
        prop_assert_eq!(&loaded.case, &second);
        prop_assert_eq!(loaded.revision, saved.revision);
        if first != second {
            prop_assert_eq!(&store.undo(&made.id).unwrap().unwrap().case, &first);
            prop_assert_eq!(&store.redo(&made.id).unwrap().unwrap().case, &second);
        }
        let listed = store.cases().unwrap();
        prop_assert_eq!(&listed[0].name, &second.name);
        let names: Vec<&str> = second.offers.iter().map(Offer::name).collect();
        prop_assert_eq!(&listed[0].offers, &names);

        // A backup put in the place of the library is the library.
        let copy = store.back_up().unwrap();
        drop(store);
        let elsewhere = common::folder();
        std::fs::copy(copy, elsewhere.path().join("library.sqlite")).unwrap();
        let restored = open(elsewhere.path()).unwrap();
        prop_assert_eq!(&restored.load(&made.id).unwrap().unwrap().case, &second);
    }
}

/// A case with `text` in fields of every kind: names of things, free notes, figures, ids.
fn with_everywhere(text: &str) -> Case {
    let mut case = case();
    case.name = text.into();
    case.notes = text.into();
    case.start = Entry::typed(text);
    case.workload.tasks_per_day = Entry::typed(text);
    let mut offer = offer(text, text, text);
    offer.role = text.into();
    offer.notes = text.into();
    offer.benefits = vec![Benefit { label: text.into(), amount: Entry::typed(text), ..Benefit::default() }];
    offer.grants = vec![Grant { label: text.into(), share_price: Entry::typed(text), ..Grant::default() }];
    case.offers = vec![offer.clone(), offer];
    case
}

#[test]
fn very_long_texts_are_kept() {
    let folder = common::folder();
    let mut store = open(folder.path()).unwrap();
    for text in ["x".repeat(240_000), "🦀".repeat(60_000), "\"\\".repeat(100_000)] {
        let case = with_everywhere(&text);
        let made = store.create(&case, "New case", "main").unwrap();
        assert!(made.case == case, "a long text was changed");
        let other = with_everywhere(&text[..text.len() / 2]);
        let saved = store.save(&made.id, made.revision, &other, &text, &text).unwrap();
        assert!(saved.undo.is_some_and(|label| label.chars().count() == 301), "a label is cut at 300 characters");
        assert!(store.undo(&made.id).unwrap().unwrap().case == case, "undo of a long text");
    }
}

#[test]
fn the_largest_body_still_has_room_in_the_undo_log() {
    let folder = common::folder();
    let mut store = open(folder.path()).unwrap();
    // The worst there is: quotes, which grow to two bytes in the body and to four in its image, here and in `company`.
    let mut case = case();
    let filler = |case: &mut Case, c: &str| {
        case.offers[0].company = c.repeat(LARGEST_BODY / 4 - 1_000);
        case.offers[0].notes = c.repeat(LARGEST_BODY / 4 - 1_000);
    };
    filler(&mut case, "\"");
    let made = store.create(&case, "New case", "main").unwrap();
    let mut other = case.clone();
    filler(&mut other, "\\");
    store.save(&made.id, made.revision, &other, "Notes", "main").unwrap();
    assert!(store.undo(&made.id).unwrap().unwrap().case == case, "undo of the largest body");
    assert!(store.redo(&made.id).unwrap().unwrap().case == other, "redo of the largest body");
}

#[test]
fn too_large_is_refused_and_changes_nothing() {
    let folder = common::folder();
    let mut store = open(folder.path()).unwrap();
    let made = store.create(&case(), "New case", "main").unwrap();
    for field in 0..2 {
        let mut huge = case();
        let text = "x".repeat(LARGEST_BODY);
        if field == 0 {
            huge.notes = text
        } else {
            huge.offers[1].notes = text
        }
        let refused = store.save(&made.id, made.revision, &huge, "Notes", "main").unwrap_err();
        assert!(matches!(refused, StoreError::TooLarge { most: LARGEST_BODY, .. }), "{refused:?}");
        assert!(matches!(store.create(&huge, "New case", "main"), Err(StoreError::TooLarge { .. })));
    }
    assert_eq!(store.load(&made.id).unwrap().unwrap(), made);
    assert_eq!(store.cases().unwrap().len(), 1);
    let refused = store.set_setting("x", &"x".repeat(LARGEST_SETTING + 1));
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
    assert_eq!(store.setting("x").unwrap(), None);
}

#[test]
fn settings_survive_with_every_character() {
    let folder = common::folder();
    let mut store = open(folder.path()).unwrap();
    assert_eq!(store.setting("theme").unwrap(), None);
    store.set_setting("theme", "dark").unwrap();
    store.set_setting("theme", "a\0b\u{202e}c").unwrap();
    store.set_setting("", "").unwrap();
    drop(store);
    let store = open(folder.path()).unwrap();
    assert_eq!(store.setting("theme").unwrap().as_deref(), Some("a\0b\u{202e}c"));
    assert_eq!(store.setting("").unwrap().as_deref(), Some(""));
}

/// A set of awkward texts that is not part of the project, when a folder of it is named.
fn hostile() -> Option<PathBuf> {
    std::env::var_os("COUNTERWEIGHT_HOSTILE").map(PathBuf::from).filter(|folder| folder.is_dir())
}

#[test]
fn hostile_texts_come_out_equal() {
    let Some(folder) = hostile() else {
        println!("the hostile set is absent; set COUNTERWEIGHT_HOSTILE to its folder to run this test");
        return;
    };
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let strings = read("naughty_strings/blns.json");
    let fields = read("fields/fields.json");
    let texts: Vec<&str> = (strings.as_array().unwrap().iter())
        .chain(fields.as_array().unwrap().iter().map(|f| &f["value"]))
        .map(|t| t.as_str().unwrap())
        .collect();
    // 515 naughty strings and 45 fields, as their list of origins says.
    assert!(texts.len() >= 560, "only {} texts were found", texts.len());
    let library = common::folder();
    let mut store = open(library.path()).unwrap();
    let ids: Vec<String> = (texts.iter())
        .map(|text| {
            let made = store.create(&case(), "New case", "main").unwrap();
            store.save(&made.id, made.revision, &with_everywhere(text), text, text).unwrap();
            store.set_setting(text, text).unwrap();
            made.id
        })
        .collect();
    drop(store);
    let store = open(library.path()).unwrap();
    for (id, text) in ids.iter().zip(&texts) {
        let loaded = store.load(id).unwrap().unwrap();
        assert!(loaded.case == with_everywhere(text), "changed: {text:?}");
        assert_eq!(loaded.case.offers[0].company.as_bytes(), text.as_bytes());
        assert_eq!(loaded.case.offers[0].base.text().as_bytes(), text.as_bytes());
        assert_eq!(store.setting(text).unwrap().as_deref(), Some(*text));
    }
    println!("{} texts came out equal", texts.len());
}
