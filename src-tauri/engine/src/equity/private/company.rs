//! What is known of a private company: who is paid first, the rounds to come, and the exits that count.

use crate::private::cap_table::{CapTable, CapTableError, Participation, Preference, Round, ShareClass, Standing};
use crate::private::exits::{Exit, diluted};
use crate::private::waterfall::Waterfall;
use counterweight_domain::private_company::{Participation as Sharing, Stance};
use counterweight_domain::{Findings, Path, PrivateCompany, Problem};
use rust_decimal::Decimal;

/// What is left out when the company cannot be read.
const ITS_SHARES: &str = "shares of this company";

/// A company, read.
pub(super) struct Company {
    table: CapTable,
    rounds: Vec<Round>,
    /// The exits that count, in the order of the case.
    pub exits: Vec<Possible>,
}

/// An exit that is thought possible and comes within the horizon.
pub(super) struct Possible {
    /// Its place in the case.
    pub place: usize,
    /// Months after the start, its value and its chance.
    pub exit: Exit,
    /// The chance of those before it in the list, and with its own.
    pub range: (Decimal, Decimal),
}

impl Company {
    /// Reads it for a holder of `held` shares over `horizon` months. None, with a finding, when its shares cannot be
    /// worked out. An exit that cannot be read, or comes later, is left out by its finding.
    pub fn read(
        company: &PrivateCompany,
        held: Decimal,
        horizon: u32,
        path: &Path,
        findings: &mut Findings,
    ) -> Option<Self> {
        let mut wrong = Findings::default();
        company.check(path, &mut wrong);
        let of_one_exit = |at: &Path| (0..company.exits.len()).any(|i| at.is_within(&path.join("exits").join(i)));
        let errors = wrong.as_slice().iter().filter(|f| !f.left_out.is_empty());
        if errors.into_iter().any(|finding| !of_one_exit(&finding.path)) {
            return None;
        }
        let all = count(company, path, findings)?;
        let table = table(company, all, path, findings)?;
        let common = table.classes.last().map_or(Decimal::ZERO, |common| common.shares);
        if held > common {
            findings.error(
                &path.join("fullyDiluted"),
                Problem::new(
                    "private.tooMany",
                    format!(
                        "These grants hold {} shares, and the company has {} that are not preferred.",
                        counterweight_domain::money::grouped(held),
                        counterweight_domain::money::grouped(common)
                    ),
                    "Check the size of the grants against the count of all shares; a split changes both.",
                ),
                ITS_SHARES,
            );
            return None;
        }
        let exits = if company.stance == Stance::Refuse { Vec::new() } else { exits(company, horizon, path, findings) };
        Some(Self { table, rounds: rounds(company), exits })
    }

    /// The waterfall of a sale after `months`.
    pub fn waterfall(&self, months: u32) -> Result<Waterfall, CapTableError> {
        Waterfall::new(&diluted(&self.table, &self.rounds, months)?)
    }
}

/// The number of all shares.
fn count(company: &PrivateCompany, path: &Path, findings: &mut Findings) -> Option<Decimal> {
    let all = company.fully_diluted.value().map(|n| n.decimal()).filter(|n| !n.is_zero());
    if all.is_none() && company.fully_diluted.problem().is_none() {
        findings.error(
            &path.join("fullyDiluted"),
            Problem::new(
                "private.noCount",
                "Shares of a private company have no value without the number of all shares.",
                "Ask for the fully diluted count, and enter it.",
            ),
            ITS_SHARES,
        );
    }
    all
}

/// Who owns the company. None, with a finding, when its preferred shares are as many as all of them.
fn table(company: &PrivateCompany, all: Decimal, path: &Path, findings: &mut Findings) -> Option<CapTable> {
    let highest = company.preferences.iter().filter_map(|p| p.rank.value()).map(|r| r.get()).max().unwrap_or(1).max(1);
    let mut classes = Vec::new();
    for (i, class) in company.preferences.iter().enumerate().filter(|(_, class)| !class.is_blank()) {
        let invested = class.invested.value()?.decimal();
        let times = if class.multiple.is_blank() { Decimal::ONE } else { class.multiple.value()?.decimal() };
        let rank = if class.rank.is_blank() { 1 } else { class.rank.value()?.get() };
        let participation = match class.participation {
            Sharing::None => Participation::None,
            Sharing::Full => Participation::Full,
            Sharing::Capped => Participation::Capped { total: invested * class.cap.value()?.decimal() },
        };
        classes.push(ShareClass {
            name: class.label.clone(),
            shares: company.converts_to(i).unwrap_or_default(),
            preference: Some(Preference {
                amount: invested * times,
                seniority: u32::try_from(highest - rank.min(highest)).unwrap_or(0),
                participation,
            }),
        });
    }
    let preferred: Decimal = classes.iter().map(|class| class.shares).sum();
    if preferred >= all {
        findings.error(
            &path.join("fullyDiluted"),
            Problem::new(
                "private.count",
                "The preferred shares are as many as all shares together.",
                "Enter the count of all shares, preferred and common, options included.",
            ),
            ITS_SHARES,
        );
        return None;
    }
    classes.push(ShareClass { name: "Common".into(), shares: all - preferred, preference: None });
    Some(CapTable { classes, options: Vec::new() })
}

/// The rounds to come: those without a month come before any exit.
fn rounds(company: &PrivateCompany) -> Vec<Round> {
    let undated = company.dilution.value().map_or(&[] as &[Decimal], |parts| parts.parts());
    let undated = undated.iter().map(|part| (0, part / Decimal::ONE_HUNDRED, Decimal::ZERO));
    let dated = company.rounds.iter().filter_map(|round| {
        let months = round.after_months.value().map_or(0, |months| months.get());
        let raised = round.invested.value().map_or(Decimal::ZERO, |raised| raised.decimal());
        Some((months, round.dilution.value()?.fraction(), raised))
    });
    let named = (1..).zip(undated.chain(dated));
    named
        .map(|(i, (months, dilution, preference))| Round {
            name: format!("Round {i}"),
            months,
            dilution,
            preference,
            standing: Standing::PariPassu,
            participation: Participation::None,
        })
        .collect()
}

/// The exits that count.
fn exits(company: &PrivateCompany, horizon: u32, path: &Path, findings: &mut Findings) -> Vec<Possible> {
    let mut counted = Vec::new();
    let mut before = Decimal::ZERO;
    for (place, terms) in company.exits.iter().enumerate().filter(|(_, exit)| !exit.is_blank()) {
        let months =
            if terms.after_months.is_blank() { Some(horizon) } else { terms.after_months.value().map(|m| m.get()) };
        let (Some(months), Some(value), Some(chance)) = (months, terms.value.value(), terms.probability.value()) else {
            continue;
        };
        let range = (before, before + chance.fraction());
        before = range.1;
        if months > horizon {
            findings.error(
                &path.join("exits").join(place).join("afterMonths"),
                Problem::new(
                    "exit.late",
                    format!(
                        "This exit comes after {months} months, and {horizon} are counted, so it pays nothing here."
                    ),
                    "Count more years, or let the exit come sooner.",
                ),
                "this exit",
            );
            continue;
        }
        counted.push(Possible {
            place,
            exit: Exit { value: value.decimal(), probability: chance.fraction(), months },
            range,
        });
    }
    if company.exits.iter().all(|exit| exit.is_blank()) {
        findings.error(
            &path.join("exits"),
            Problem::new(
                "exits.none",
                "No exit is named, so these shares count as nothing.",
                "Enter the exits you think possible, or choose not to count the shares and see what they would have to be worth.",
            ),
            ITS_SHARES,
        );
    }
    counted
}
