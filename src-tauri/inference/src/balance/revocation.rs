//! A budget that can be taken back: how firm the promise is, and in which month it ends.

/// How firm a budget is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Revocation {
    /// Chance in a month that the employer ends it, once it may; 0 never.
    pub monthly_hazard: f64,
    /// Months from the start in which it cannot be ended.
    pub firm_months: u32,
    /// Months of notice: the budget lasts so much longer.
    pub notice_months: u32,
}

impl Revocation {
    /// A monthly chance from a yearly one: `1 − (1 − yearly)^(1/12)`.
    pub fn monthly(yearly: f64) -> f64 {
        -libm::expm1(libm::log1p(-yearly.clamp(0.0, 1.0)) / 12.0)
    }

    /// Chance that the budget still runs in a month, from 1: `(1 − h)^(months it could have ended before)`.
    pub fn survives(&self, month: u32) -> f64 {
        let before = month.saturating_sub(1).saturating_sub(self.firm_months).saturating_sub(self.notice_months);
        libm::pow(1.0 - self.monthly_hazard.clamp(0.0, 1.0), f64::from(before))
    }

    /// The first month without the budget, for a uniform draw between 0 and 1; `u32::MAX` is never.
    ///
    /// It ends in month `firm + notice + 1 + n`, where `n`, from 1, is the month in which it was ended.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn ends(&self, uniform: f64) -> u32 {
        let hazard = self.monthly_hazard.clamp(0.0, 1.0);
        if hazard <= 0.0 || uniform.is_nan() || uniform >= 1.0 {
            return u32::MAX;
        }
        let months = if hazard >= 1.0 { 1.0 } else { (libm::log1p(-uniform) / libm::log1p(-hazard)).floor() + 1.0 };
        let months = if months >= f64::from(u32::MAX) { u32::MAX } else { months as u32 };
        months.saturating_add(1).saturating_add(self.firm_months).saturating_add(self.notice_months)
    }
}
