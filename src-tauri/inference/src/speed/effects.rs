//! What changes a speed beside machine and model: drafts, a power limit, a pipeline of cards. Each as a factor with a range.

use crate::setup::{Setup, Split};

/// A factor on a speed: the logarithm of its middle and the variance of that logarithm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Effect {
    /// Factor in the middle.
    pub factor: f64,
    /// Variance of its natural logarithm.
    pub variance: f64,
}

impl Effect {
    const NONE: Self = Self { factor: 1.0, variance: 0.0 };
}

/// Median gain of speculative decoding over 17 pairs on the same card, sudoingX/qwen38-mtp at c7bc4153.
const DRAFT_GAIN: f64 = 1.54;
/// The largest gain of those pairs, on a PRO 6000 Max-Q.
pub(crate) const LARGEST_DRAFT_GAIN: f64 = 2.12;
/// Scatter of that gain, natural logarithm: the pairs run from 1.00 to 2.12.
const DRAFT_SD: f64 = 0.20;
/// Gain beyond 1 by users at once, relative to one user: 1.41 at 1, 1.51 at 8, 1.32 at 32, 1.26 at 128 users, on four
/// cards, local-inference-lab/rtx6kpro at e2c2b957. The rise at 8 is not taken over.
const DRAFT_FADING: [(f64, f64); 4] = [(1.0, 1.0), (8.0, 1.0), (32.0, 0.78), (128.0, 0.63)];

/// What drafts do to writing for so many users.
pub(crate) fn drafts(setup: &Setup) -> Effect {
    if !setup.speculative {
        return Effect::NONE;
    }
    let users = libm::log(f64::from(setup.users));
    let mut share = DRAFT_FADING[DRAFT_FADING.len() - 1].1;
    for pair in DRAFT_FADING.windows(2) {
        let ((from, high), (to, low)) = (pair[0], pair[1]);
        if users <= libm::log(to) {
            let along = (users - libm::log(from)) / (libm::log(to) - libm::log(from));
            share = high + (low - high) * along.clamp(0.0, 1.0);
            break;
        }
    }
    Effect { factor: 1.0 + (DRAFT_GAIN - 1.0) * share, variance: DRAFT_SD * DRAFT_SD }
}

/// Exponents of a lower power limit: speed goes with (limit over stock limit) to this power.
///
/// Writing for one user: four RTX 3090 at 220 of 300 W lose 0 to 3 % (LottoLottoLotto at bd222811), a PRO 6000 at 300 of
/// 500 W 4 % (rtx6kpro): 0 to 0.10. Writing for 64 users: 30 % on the same card, 0.70. Reading: 0.41 across cards with
/// different limits, 0.87 in a pure compute load from 600 to 300 W.
const WRITING: (f64, f64) = (0.05, 0.04);
const WRITING_FOR_MANY: f64 = 0.70;
const READING: (f64, f64) = (0.64, 0.18);

fn below_stock(setup: &Setup) -> Option<f64> {
    let (limit, stock) = (setup.power_limit_w?, setup.machine.power_w?);
    (limit < stock).then(|| libm::log(limit / stock))
}

/// What the owner's power limit does to writing.
pub(crate) fn limit_on_writing(setup: &Setup) -> Effect {
    let Some(log) = below_stock(setup) else {
        return Effect::NONE;
    };
    // From one user, bound by memory, to 64 users, bound by compute.
    let many = (libm::log(f64::from(setup.users)) / libm::log(64.0)).clamp(0.0, 1.0);
    let exponent = WRITING.0 + (WRITING_FOR_MANY - WRITING.0) * many;
    let spread = log * (WRITING.1 + READING.1 * many);
    Effect { factor: libm::exp(exponent * log), variance: spread * spread }
}

/// What the owner's power limit does to reading.
pub(crate) fn limit_on_reading(setup: &Setup) -> Effect {
    let Some(log) = below_stock(setup) else {
        return Effect::NONE;
    };
    let spread = log * READING.1;
    Effect { factor: libm::exp(READING.0 * log), variance: spread * spread }
}

/// How much of an ideal pipeline's gain is reached, as an exponent. With it 4,096 tokens (8 steps) gain 1.48, 2.06 and 2.69
/// on 2, 4 and 8 cards (1.5, 2.1, 2.7 measured), 8,192 tokens 1.54, 2.28, 3.21 (1.6, 2.4, 3.2 measured by XiongjieDai).
const PIPELINE_EXPONENT: f64 = 0.68;

/// What several cards that hold different layers do to reading: steps follow each other through the cards.
pub(crate) fn pipeline(setup: &Setup, new: f64) -> f64 {
    if setup.split != Split::Layer || setup.devices < 2 {
        return 1.0;
    }
    let (cards, steps) = (f64::from(setup.devices), (new / f64::from(setup.ubatch)).ceil());
    libm::pow(steps * cards / (steps + cards - 1.0), PIPELINE_EXPONENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup() -> Setup<'static> {
        Setup::by_key("rtx4090", "llama3-8b", "Q4_K_M").unwrap()
    }

    /// Measured on 2, 4 and 8 cards by XiongjieDai: 1.5, 2.1, 2.7 at 4,096 tokens; 1.6, 2.4, 3.2 at 8,192.
    #[test]
    fn the_pipeline_gains_what_was_measured() {
        for (tokens, cards, gain) in
            [(4096.0, 2, 1.5), (4096.0, 4, 2.1), (4096.0, 8, 2.7), (8192.0, 2, 1.6), (8192.0, 4, 2.4), (8192.0, 8, 3.2)]
        {
            let found = pipeline(&setup().on(cards, Split::Layer), tokens);
            assert!((found / gain - 1.0).abs() < 0.06, "{tokens} tokens on {cards}: {found} against {gain}");
        }
        assert!((pipeline(&setup().on(4, Split::Layer), 512.0) - 1.0).abs() < 1e-12);
    }

    /// rtx6kpro: 1.41 at one user falls to 1.32 at 32 and 1.26 at 128, so 0.78 and 0.63 of the gain are left.
    #[test]
    fn drafts_fade_with_users() {
        let gain = |users| drafts(&Setup { speculative: true, ..setup().for_users(users) }).factor;
        assert!((gain(1) - 1.54).abs() < 1e-9 && (gain(8) - 1.54).abs() < 1e-9);
        assert!((gain(32) - 1.4212).abs() < 1e-3, "{}", gain(32)); // 1 + 0.54 * 0.78
        assert!((gain(128) - 1.3402).abs() < 1e-3 && (gain(4000) - 1.3402).abs() < 1e-3); // 1 + 0.54 * 0.63
        assert!(gain(16) < gain(8) && gain(16) > gain(32));
        assert!((drafts(&setup()).factor - 1.0).abs() < 1e-12);
    }

    /// A PRO 6000 at 300 of 500 W loses 4 % for one user and up to 30 % for 64.
    #[test]
    fn a_lower_limit_costs_little_alone_and_much_together() {
        let mut machine = crate::catalogue::machine("rtxpro6000").unwrap().clone();
        machine.power_w = Some(500.0);
        let capped = |users| {
            let setup = Setup { machine: &machine, power_limit_w: Some(300.0), ..setup().for_users(users) };
            limit_on_writing(&setup).factor
        };
        assert!(capped(1) > 0.95 && capped(1) < 1.0, "{}", capped(1)); // 0.6^0.05 = 0.975, between none and 4 %
        assert!((capped(64) - 0.70).abs() < 0.01, "{}", capped(64)); // 0.6^0.70 = 0.699
        let stock = Setup { machine: &machine, power_limit_w: Some(600.0), ..setup() };
        assert!((limit_on_reading(&stock).factor - 1.0).abs() < 1e-12);
    }
}
