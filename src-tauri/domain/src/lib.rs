//! The vocabulary of a job-offer decision: offers, grants, token budgets, hardware stipends, workloads,
//! cases, money, rates, dates, and what is wrong with them.
//!
//! A [`Case`] is one person's decision, held as it was typed: every figure is an [`Entry`], which keeps the
//! text beside the value it was read as. A text that cannot be read does not make the case unreadable. It
//! becomes a [`Finding`] with a path, a reason and one fix, and what depends on it is left out, by name.
//!
//! **Never here:** input or output, the clock, chance, SQL, rendering, untyped JSON, or what anything is worth.
//!
//! Start reading at [`case`], then [`entry`], then [`offer`].

pub mod assumptions;
pub mod budget;
pub mod case;
pub mod currency;
pub mod date;
pub mod entry;
pub mod finding;
pub mod grant;
pub mod local_plan;
pub mod money;
pub mod number;
pub mod offer;
pub mod payment;
pub mod person;
pub mod private_company;
pub mod purchase_plan;
pub mod workload;

pub use assumptions::Assumptions;
pub use budget::{HardwareStipend, TokenBudget};
pub use case::{Case, ExchangeRate};
pub use currency::Currency;
pub use date::CivilDate;
pub use entry::Entry;
pub use finding::{Finding, Findings, Path, Problem, Severity};
pub use grant::{Grant, Vesting};
pub use local_plan::LocalPlan;
pub use money::Money;
pub use number::{Amount, Count, Factor, Months, Percent, PercentSplit, Quantity, SharePrice, Shares};
pub use offer::{Benefit, Bonus, Clawback, Match, Offer, SignOn};
pub use payment::{BaseChange, Commission, Payment};
pub use person::Person;
pub use private_company::PrivateCompany;
pub use purchase_plan::PurchasePlan;
pub use workload::{ClassOfWork, OwnPrice, PriceFile, Workload};
