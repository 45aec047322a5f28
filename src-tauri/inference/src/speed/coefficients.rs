//! The corrections the program carries, fitted on every measured row, and the prediction they give.

use super::fitting::{self, Correction, Corrections, Run, Scatter, Term};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Standard deviations between the middle and the 10th or 90th percentile of a normal distribution.
const TENTH: f64 = 1.281_551_565_544_6;

/// One speed's corrections and scatter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fitted {
    /// Scatter used in the fit and, widened, in the range.
    pub scatter: Scatter,
    /// How much wider the range is than the scatter alone would make it, so that 80 of 100 held-out rows lie inside.
    pub widen: f64,
    /// Correction by trait.
    pub corrections: Corrections,
}

/// A prediction: seconds in the middle, and how unsure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Predicted {
    /// Seconds, middle.
    pub seconds: f64,
    /// Variance of the logarithm that all runs on one device share: the device itself and its family.
    pub shared: f64,
    /// Variance of the logarithm of one run around that.
    pub own: f64,
}

impl Fitted {
    /// Fits runs with the scatter of this kind of speed.
    pub(crate) fn from_runs(runs: &[&Run], scatter: Scatter, widen: f64) -> Self {
        Self { scatter, widen, corrections: fitting::fit(runs, scatter) }
    }

    /// Seconds and how unsure they are. A trait nobody measured corrects nothing and widens the range.
    pub(crate) fn predict(&self, terms: &[Term]) -> Predicted {
        let (seconds, shares) = fitting::total(terms, |one| self.corrections.get(&one.name).map_or(0.0, |c| c.log));
        let mut traits = 0.0;
        for (term, share) in terms.iter().zip(&shares) {
            for one in &term.traits {
                let sd = self.corrections.get(&one.name).map_or(one.slack, |c| c.sd);
                let by = share * one.amount * sd;
                traits += by * by;
            }
        }
        let widen = self.widen * self.widen;
        let Scatter { row, device, model } = self.scatter;
        Predicted { seconds, shared: (device * device + traits) * widen, own: (row * row + model * model) * widen }
    }
}

/// Low and high multiples of a speed whose logarithm has this variance: 10th and 90th percentile.
pub(crate) fn range(variance: f64) -> (f64, f64) {
    let reach = TENTH * variance.max(0.0).sqrt();
    (libm::exp(-reach), libm::exp(reach))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    as_of: String,
    method: String,
    decode: Part,
    prefill: Part,
    users: Part,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    rows: usize,
    devices: usize,
    row_sd: f64,
    device_sd: f64,
    model_sd: f64,
    widen: f64,
    corrections: std::collections::BTreeMap<String, (f64, f64)>,
}

impl Part {
    fn read(self) -> Fitted {
        let corrections =
            self.corrections.into_iter().map(|(name, (log, sd))| (name, Correction { log, sd })).collect();
        let scatter = Scatter { row: self.row_sd, device: self.device_sd, model: self.model_sd };
        Fitted { scatter, widen: self.widen, corrections }
    }

    fn write(fitted: &Fitted, runs: &[Run]) -> Self {
        let devices: std::collections::BTreeSet<&str> = runs.iter().map(|run| run.device.as_str()).collect();
        let rounded = |value: f64| (value * 1e5).round() / 1e5;
        Self {
            rows: runs.len(),
            devices: devices.len(),
            row_sd: fitted.scatter.row,
            device_sd: fitted.scatter.device,
            model_sd: fitted.scatter.model,
            widen: fitted.widen,
            corrections: fitted
                .corrections
                .iter()
                .map(|(name, one)| (name.clone(), (rounded(one.log), rounded(one.sd))))
                .collect(),
        }
    }
}

/// The three sets of corrections.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shipped {
    /// Day of the fit, ISO 8601.
    pub as_of: String,
    /// Writing, one user.
    pub decode: Fitted,
    /// Reading, one user.
    pub prefill: Fitted,
    /// Writing, several users.
    pub users: Fitted,
}

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../data/speed_fit.toml"))
        .unwrap_or_else(|error| panic!("the embedded speed corrections cannot be read: {error}"));
    let (decode, prefill, users) = (file.decode.read(), file.prefill.read(), file.users.read());
    Shipped { as_of: file.as_of, decode, prefill, users }
});

/// The corrections of `data/speed_fit.toml`.
pub(crate) fn shipped() -> &'static Shipped {
    &SHIPPED
}

/// The text of `data/speed_fit.toml` for these fits.
pub(crate) fn text(as_of: &str, fits: [(&Fitted, &[Run]); 3]) -> String {
    let [decode, prefill, users] = fits.map(|(fitted, runs)| Part::write(fitted, runs));
    let method = "Each trait multiplies one physical term of the time by exp(amount * correction). Pairs are the correction \
                  and its standard deviation, natural logarithms, fitted on measured.csv and drawn towards zero; see docs/speed.md."
        .to_owned();
    let file = File { as_of: as_of.to_owned(), method, decode, prefill, users };
    let body = toml::to_string(&file).unwrap_or_default();
    format!(
        "# Corrections to the published speed formulas. Written by `cargo run -p counterweight-inference --example fit_speed`.\n\n{body}"
    )
}
