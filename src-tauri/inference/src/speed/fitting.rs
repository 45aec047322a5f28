//! Fits corrections to measured speeds: one logarithm per trait, drawn towards zero.
//!
//! A prediction is a sum of physical terms (weights read, layers, cache; or products, attention, weights, layers). Each
//! trait multiplies one term by `exp(amount * correction)`. Corrections are the most probable ones when each is expected
//! near zero (its `slack` is how far from zero would be no surprise) and the errors of single rows have heavy tails. Every
//! device and every model has a correction of its own in the fit, so that one device with many rows does not pass for a
//! law; those two are thrown away afterwards.

use std::collections::BTreeMap;

/// A trait of a run and how strongly it holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trait {
    /// Name, for example `weights.family.apple`.
    pub name: String,
    /// How strongly it holds, 1 for a plain yes.
    pub amount: f64,
    /// Standard deviation expected of its correction, natural logarithm.
    pub slack: f64,
}

impl Trait {
    pub(crate) fn new(name: impl Into<String>, amount: f64, slack: f64) -> Self {
        Self { name: name.into(), amount, slack }
    }
}

/// A physical term of the time one token or one prompt takes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Term {
    /// Seconds before corrections.
    pub seconds: f64,
    /// What corrects it.
    pub traits: Vec<Trait>,
}

/// The correction of a trait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Correction {
    /// Natural logarithm of the factor on the seconds of the term.
    pub log: f64,
    /// How unsure it is, standard deviation.
    pub sd: f64,
}

/// A measured run.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Its terms, uncorrected.
    pub terms: Vec<Term>,
    /// Seconds measured.
    pub seconds: f64,
    /// The machine.
    pub device: String,
    /// The model.
    pub model: String,
}

/// How much scatter is expected where, natural logarithms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scatter {
    /// Of one row around the rest of its device and model.
    pub row: f64,
    /// Of a device around its family.
    pub device: f64,
    /// Of a model around the formula.
    pub model: f64,
}

/// Freedom of the heavy-tailed error: at 4 a row five deviations out has a fifth of the pull.
const TAIL: f64 = 4.0;
/// Rounds after which the fit has long settled; it stops earlier.
const ROUNDS: usize = 60;

/// Where the traits of one term stand among all traits, and how strongly each holds.
type Places = Vec<(usize, f64)>;

/// The corrections by trait name.
pub(crate) type Corrections = BTreeMap<String, Correction>;

/// Seconds of the terms together, and the share of each.
pub(crate) fn total(terms: &[Term], log_of: impl Fn(&Trait) -> f64) -> (f64, Vec<f64>) {
    let parts: Vec<f64> = terms
        .iter()
        .map(|term| term.seconds * libm::exp(term.traits.iter().map(|one| one.amount * log_of(one)).sum::<f64>()))
        .collect();
    let sum: f64 = parts.iter().sum();
    let shares = parts.iter().map(|part| part / sum).collect();
    (sum, shares)
}

/// The most probable corrections for these runs.
pub(crate) fn fit(runs: &[&Run], scatter: Scatter) -> Corrections {
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    let mut slack: Vec<f64> = Vec::new();
    let mut place = |name: &str, sd: f64| -> usize {
        if let Some(at) = index.get(name) {
            return *at;
        }
        slack.push(sd);
        index.insert(name.to_owned(), slack.len() - 1);
        slack.len() - 1
    };
    // Each run as columns: per term its traits, and the device and the model on all terms alike.
    let columns: Vec<(Vec<Places>, usize, usize)> = runs
        .iter()
        .map(|run| {
            let by_term = run
                .terms
                .iter()
                .map(|term| term.traits.iter().map(|one| (place(&one.name, one.slack), one.amount)).collect())
                .collect();
            let device = place(&format!("device {}", run.device), scatter.device);
            let model = place(&format!("model {}", run.model), scatter.model);
            (by_term, device, model)
        })
        .collect();
    let count = slack.len();
    let mut logs = vec![0.0; count];
    let mut factor = Vec::new();
    for _ in 0..ROUNDS {
        let mut normal = vec![0.0; count * count];
        let mut pull = vec![0.0; count];
        for (at, sd) in slack.iter().enumerate() {
            // Heavy tails here as well: one strange family must not bend what all families share.
            let scaled = logs[at] / sd;
            let weight = (TAIL + 1.0) / (TAIL + scaled * scaled) / (sd * sd);
            normal[at * count + at] = weight;
            pull[at] = -weight * logs[at];
        }
        for (run, (by_term, device, model)) in runs.iter().zip(&columns) {
            let parts: Vec<f64> = run
                .terms
                .iter()
                .zip(by_term)
                .map(|(term, traits)| {
                    term.seconds * libm::exp(traits.iter().map(|(at, amount)| amount * logs[*at]).sum::<f64>())
                })
                .collect();
            let sum: f64 = parts.iter().sum();
            let error = libm::log(run.seconds / sum) - logs[*device] - logs[*model];
            let scaled = error / scatter.row;
            let weight = (TAIL + 1.0) / (TAIL + scaled * scaled) / (scatter.row * scatter.row);
            let mut slope: Vec<(usize, f64)> = vec![(*device, 1.0), (*model, 1.0)];
            for (part, traits) in parts.iter().zip(by_term) {
                slope.extend(traits.iter().map(|(at, amount)| (*at, part / sum * amount)));
            }
            for (a, by_a) in &slope {
                pull[*a] += weight * by_a * error;
                for (b, by_b) in &slope {
                    normal[a * count + b] += weight * by_a * by_b;
                }
            }
        }
        factor = cholesky(normal, count);
        let step = solve(&factor, &pull, count);
        let longest = step.iter().fold(0.0f64, |most, one| most.max(one.abs()));
        // A long step is shortened, because the terms are not straight lines.
        let reach = if longest > 0.5 { 0.5 / longest } else { 1.0 };
        for (log, one) in logs.iter_mut().zip(&step) {
            *log += reach * one;
        }
        if longest < 1e-9 {
            break;
        }
    }
    index
        .into_iter()
        .filter(|(name, _)| !name.starts_with("device ") && !name.starts_with("model "))
        .map(|(name, at)| {
            let mut unit = vec![0.0; count];
            unit[at] = 1.0;
            let sd = solve(&factor, &unit, count)[at].max(0.0).sqrt();
            (name, Correction { log: logs[at], sd })
        })
        .collect()
}

/// The lower triangle whose product with its transpose is the matrix. The priors keep it positive definite.
fn cholesky(mut matrix: Vec<f64>, count: usize) -> Vec<f64> {
    for column in 0..count {
        for row in column..count {
            let mut value = matrix[row * count + column];
            for k in 0..column {
                value -= matrix[row * count + k] * matrix[column * count + k];
            }
            matrix[row * count + column] =
                if row == column { value.max(1e-12).sqrt() } else { value / matrix[column * count + column] };
        }
    }
    matrix
}

/// Solves with the triangle of [`cholesky`].
fn solve(lower: &[f64], right: &[f64], count: usize) -> Vec<f64> {
    let mut x = right.to_vec();
    for row in 0..count {
        for k in 0..row {
            x[row] -= lower[row * count + k] * x[k];
        }
        x[row] /= lower[row * count + row];
    }
    for row in (0..count).rev() {
        for k in row + 1..count {
            x[row] -= lower[k * count + row] * x[k];
        }
        x[row] /= lower[row * count + row];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(device: &str, traits: &[&str], seconds: f64) -> Run {
        let traits = traits.iter().map(|name| Trait::new(*name, 1.0, 0.3)).collect();
        let terms = vec![Term { seconds: 1.0, traits }];
        Run { terms, seconds, device: device.to_owned(), model: "m".to_owned() }
    }

    /// One trait of slack 0.3 seen once at ln 2 above the formula, with device and model almost fixed and a row scatter of
    /// 0.3: prior and error have the same shape and width, so each takes exactly half.
    #[test]
    fn one_run_moves_one_correction_half_way() {
        let one = run("a", &["t"], 2.0);
        let found = fit(&[&one], Scatter { row: 0.3, device: 0.001, model: 0.001 });
        assert!((found["t"].log - core::f64::consts::LN_2 / 2.0).abs() < 1e-3, "{:?}", found["t"]);
    }

    #[test]
    fn many_devices_overcome_the_pull_to_zero() {
        let runs: Vec<Run> = (0..40).map(|n| run(&format!("d{n}"), &["t"], 1.5)).collect();
        let found = fit(&runs.iter().collect::<Vec<_>>(), Scatter { row: 0.1, device: 0.1, model: 0.001 });
        assert!((found["t"].log - libm::log(1.5)).abs() < 0.01, "{:?}", found["t"]);
        assert!(found["t"].sd < 0.05);
    }

    #[test]
    fn one_device_with_many_rows_stays_one_device() {
        let runs: Vec<Run> = (0..40).map(|_| run("only", &["t"], 1.5)).collect();
        let found = fit(&runs.iter().collect::<Vec<_>>(), Scatter { row: 0.1, device: 0.3, model: 0.001 });
        // Slack of the trait and of the device are equal, so each takes half of what was seen.
        assert!((found["t"].log - libm::log(1.5) / 2.0).abs() < 0.01, "{:?}", found["t"]);
    }
}
