//! Currencies by their ISO 4217 code.

use crate::entry::FromText;
use crate::finding::Problem;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use ts_rs::TS;

/// A currency of ISO 4217. On the wire its three-letter code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TS)]
#[ts(type = "string")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The dollar of the United States, in which inference is priced.
    pub const USD: Currency = Currency(iso_currency::Currency::USD);

    /// The currency with this code, in any case.
    pub fn from_code(code: &str) -> Option<Self> {
        iso_currency::Currency::from_code(&code.to_ascii_uppercase()).map(Self)
    }

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The sign of the currency in English text, or its code when it has none.
    ///
    /// Source: Unicode CLDR, locale `en`, `numbers/currencies`, standard symbols.
    pub fn sign(self) -> &'static str {
        match self.code() {
            "AUD" => "A$",
            "BRL" => "R$",
            "CAD" => "CA$",
            "CNY" => "CN¥",
            "EUR" => "€",
            "GBP" => "£",
            "HKD" => "HK$",
            "ILS" => "₪",
            "INR" => "₹",
            "JPY" => "¥",
            "KRW" => "₩",
            "MXN" => "MX$",
            "NZD" => "NZ$",
            "PHP" => "₱",
            "TWD" => "NT$",
            "USD" => "$",
            "VND" => "₫",
            code => code,
        }
    }

    /// Digits after the point: two for the dollar, none for the yen.
    pub fn decimals(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(2))
    }
}

/// True when `code` is a currency of ISO 4217.
pub(crate) fn is_code(code: &str) -> bool {
    iso_currency::Currency::from_code(code).is_some()
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromText for Currency {
    const FORM: &'static str = "a currency code of three letters, such as USD";
    fn from_text(text: &str) -> Result<Self, Problem> {
        Self::from_code(text).ok_or_else(|| {
            let shown: String = text.chars().take(12).collect();
            Problem::new(
                "currency.unknown",
                format!("“{shown}” is not a currency code."),
                "Write the three letters, such as USD, EUR or GBP.",
            )
        })
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| serde::de::Error::custom(format!("unknown currency {code}")))
    }
}
