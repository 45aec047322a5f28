//! What the futures say: quantiles and which offer is worth more how often.

/// The sampled values: for each path, each offer's cumulative value at the end of each year.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcomes {
    pub(super) values: Vec<f64>,
    pub(super) offers: usize,
    pub(super) years: usize,
}

impl Outcomes {
    /// The number of paths.
    pub fn paths(&self) -> usize {
        match self.offers * self.years {
            0 => 0,
            width => self.values.len() / width,
        }
    }

    /// All values as they lie: by path, then offer, then year.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Cumulative value of `offer` at the end of `year` (from 0) in each path.
    pub fn column(&self, offer: usize, year: usize) -> Vec<f64> {
        let width = self.offers * self.years;
        self.values.iter().skip(offer * self.years + year).step_by(width.max(1)).copied().collect()
    }
}

/// The quantile of `p` (0 to 1) by type 7 of Hyndman and Fan: linear between order statistics. `values` is
/// reordered. An empty sample has none.
pub fn quantile(values: &mut [f64], p: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    #[allow(clippy::cast_precision_loss)]
    let place = p.clamp(0.0, 1.0) * last as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let below = place.floor() as usize;
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    #[allow(clippy::cast_precision_loss)]
    let part = place - below as f64;
    if part == 0.0 {
        return Some(low);
    }
    let next = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    Some(low + (next - low) * part)
}

/// The share of paths in which `a` is above `b`; a tie counts half.
#[allow(clippy::cast_precision_loss)]
pub fn better(a: &[f64], b: &[f64]) -> f64 {
    if a.is_empty() {
        return 0.5;
    }
    let halves: u64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| match a.total_cmp(b) {
            std::cmp::Ordering::Greater => 2,
            std::cmp::Ordering::Equal => 1,
            std::cmp::Ordering::Less => 0,
        })
        .sum();
    halves as f64 / (2.0 * a.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// numpy.quantile([15, 20, 35, 40, 50], [0.1, 0.4, 0.5, 0.9]) with its default, linear (type 7): 17, 29, 35, 46.
    #[test]
    fn quantiles_are_type_seven() {
        let mut values = [50.0, 15.0, 40.0, 20.0, 35.0];
        for (p, expected) in [(0.1, 17.0), (0.4, 29.0), (0.5, 35.0), (0.9, 46.0)] {
            let got = quantile(&mut values, p).expect("not empty");
            assert!((got - expected).abs() < 1e-12, "{p}: {got}");
        }
        assert_eq!(quantile(&mut [], 0.5), None);
    }

    #[test]
    fn a_tie_counts_half() {
        assert_eq!(better(&[1.0, 2.0, 3.0, 4.0], &[1.0, 1.0, 4.0, 4.0]), 0.5);
    }
}
