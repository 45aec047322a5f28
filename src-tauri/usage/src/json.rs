//! Log lines are read with goodwill: a field that is null, missing or of another type is left out and does
//! not void its neighbours, a number may be a text or `3.0`, and of two fields with one name the last counts.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A count above this is no count of tokens but damage.
const LARGEST: u64 = 1 << 50;

/// A whole number that is not negative; a text such as `"12"` and a fraction such as `12.0` are read too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) Option<u64>);

impl Number {
    pub(crate) fn or_zero(self) -> u64 {
        self.0.unwrap_or(0)
    }

    fn from_float(number: f64) -> Number {
        // Casting is exact below the bound, which is below 2^53.
        Number((number >= 0.0 && number <= LARGEST as f64).then_some(number as u64))
    }

    pub(crate) fn of_text(text: &str) -> Number {
        let text = text.trim();
        match text.parse::<u64>() {
            Ok(number) => Number((number <= LARGEST).then_some(number)),
            Err(_) => text.parse::<f64>().map(Number::from_float).unwrap_or_default(),
        }
    }
}

/// A text; may be borrowed from the line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text<'de>(pub(crate) Option<Cow<'de, str>>);

impl Text<'_> {
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("")
    }

    /// The text, unless it is missing or empty.
    pub(crate) fn some(&self) -> Option<&str> {
        Some(self.as_str()).filter(|text| !text.is_empty())
    }
}

/// True only if the log says `true`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flag(pub(crate) bool);

/// A value of which only matters whether it is there and not null.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Present(pub(crate) bool);

/// A moment: RFC 3339, or seconds or milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Option<jiff::Timestamp>);

impl Moment {
    pub(crate) fn of_text(text: &str) -> Moment {
        let text = text.trim();
        match text.parse() {
            Ok(instant) => Moment(Some(instant)),
            Err(_) => text.parse().map(Moment::from_float).unwrap_or_default(),
        }
    }

    fn from_float(number: f64) -> Moment {
        // Seconds stay below 10^11 until the year 5138; milliseconds are above it since 1973.
        let milliseconds = if number.abs() < 1e11 { number * 1e3 } else { number };
        if milliseconds <= 0.0 || milliseconds > 2.5e14 {
            return Moment(None);
        }
        Moment(jiff::Timestamp::from_millisecond(milliseconds as i64).ok())
    }
}

/// A number that need not be whole, such as dollars; a text such as `"0.5"` is read too.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Float(pub(crate) Option<f64>);

/// What a scalar of any type becomes.
trait Scalar<'de>: Default {
    fn integer(_: u64) -> Self {
        Self::default()
    }
    fn float(_: f64) -> Self {
        Self::default()
    }
    fn truth(_: bool) -> Self {
        Self::default()
    }
    fn text(_: Cow<'de, str>) -> Self {
        Self::default()
    }
    fn compound() -> Self {
        Self::default()
    }
}

impl<'de> Scalar<'de> for Number {
    fn integer(number: u64) -> Self {
        Number((number <= LARGEST).then_some(number))
    }
    fn float(number: f64) -> Self {
        Number::from_float(number)
    }
    fn text(text: Cow<'de, str>) -> Self {
        Number::of_text(&text)
    }
}

impl<'de> Scalar<'de> for Float {
    fn integer(number: u64) -> Self {
        Float(Some(number as f64))
    }
    fn float(number: f64) -> Self {
        Float(Some(number))
    }
    fn text(text: Cow<'de, str>) -> Self {
        Float(text.trim().parse().ok())
    }
}

impl<'de> Scalar<'de> for Text<'de> {
    fn text(text: Cow<'de, str>) -> Self {
        Text(Some(text))
    }
}

impl<'de> Scalar<'de> for Flag {
    fn truth(truth: bool) -> Self {
        Flag(truth)
    }
    fn text(text: Cow<'de, str>) -> Self {
        Flag(text == "true")
    }
}

impl<'de> Scalar<'de> for Present {
    fn integer(_: u64) -> Self {
        Present(true)
    }
    fn float(_: f64) -> Self {
        Present(true)
    }
    fn truth(_: bool) -> Self {
        Present(true)
    }
    fn text(_: Cow<'de, str>) -> Self {
        Present(true)
    }
    fn compound() -> Self {
        Present(true)
    }
}

impl<'de> Scalar<'de> for Moment {
    fn integer(number: u64) -> Self {
        Moment::from_float(number as f64)
    }
    fn float(number: f64) -> Self {
        Moment::from_float(number)
    }
    fn text(text: Cow<'de, str>) -> Self {
        Moment::of_text(&text)
    }
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<'de, T: Scalar<'de>> Visitor<'de> for ScalarVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::integer(number))
    }
    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(u64::try_from(number).map(T::integer).unwrap_or_default())
    }
    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        Ok(T::float(number))
    }
    fn visit_bool<E>(self, truth: bool) -> Result<T, E> {
        Ok(T::truth(truth))
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::text(Cow::Owned(text.to_owned())))
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<T, E> {
        Ok(T::text(Cow::Borrowed(text)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(T::compound())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(T::compound())
    }
}

macro_rules! scalar {
    ($($type:ty),*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(ScalarVisitor::<$type>(PhantomData))
            }
        }
    )*};
}
scalar!(Number, Flag, Present, Moment, Float);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor::<Text<'de>>(PhantomData))
    }
}

/// A key of an object, borrowed where it can be.
pub(crate) struct Key<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Key(Text::deserialize(deserializer)?.0.unwrap_or_default()))
    }
}

/// An object of which some fields are read; anything else in its place reads as empty.
pub(crate) trait Object<'de>: Default {
    fn fill<A: MapAccess<'de>>(&mut self, map: A) -> Result<(), A::Error>;
}

pub(crate) struct ObjectVisitor<T>(pub(crate) PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_str<E>(self, _: &str) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(T::default())
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let mut object = T::default();
        object.fill(map)?;
        Ok(object)
    }
}

/// Declares objects of which some fields are read. `present` tells an object from anything else.
macro_rules! objects {
    ($($name:ident { $($field:ident: $type:ty = $($key:literal)|+,)* })*) => {$(
        #[derive(Debug, Default)]
        struct $name<'de> {
            $($field: $type,)*
            #[allow(dead_code, reason = "not every object is asked whether it is there")]
            present: bool,
            life: std::marker::PhantomData<&'de ()>,
        }

        impl<'de> $crate::json::Object<'de> for $name<'de> {
            fn fill<A: serde::de::MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
                self.present = true;
                while let Some(key) = map.next_key::<$crate::json::Key<'de>>()? {
                    match key.0.as_ref() {
                        $($($key)|+ => self.$field = map.next_value()?,)*
                        _ => {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name<'de> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any($crate::json::ObjectVisitor::<$name<'de>>(std::marker::PhantomData))
            }
        }
    )*};
}
pub(crate) use objects;

/// Reads a line; one with bytes that are not UTF-8 is read with those replaced.
pub(crate) fn line<T>(
    line: &[u8],
    mut read: impl for<'a> FnMut(&'a [u8]) -> Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    match read(line) {
        Err(error) if std::str::from_utf8(line).is_err() => {
            // A cut inside a character makes damaged JSON too: then the first error is the right one.
            read(String::from_utf8_lossy(line).as_bytes()).map_err(|_| error)
        }
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    objects! {
        Inner { count: Number = "count" | "n", }
        Outer { inner: Inner<'de> = "inner", name: Text<'de> = "name", on: Flag = "on", at: Moment = "at", }
    }

    #[test]
    fn numbers_may_be_texts_fractions_or_missing() {
        for (json, expected) in [
            ("3", Some(3)),
            ("3.0", Some(3)),
            ("\"3\"", Some(3)),
            ("\" 3.0 \"", Some(3)),
            ("null", None),
            ("-3", None),
            ("\"x\"", None),
            ("[3]", None),
            ("{\"a\":3}", None),
            ("true", None),
            ("1e300", None),
            ("18446744073709551615", None),
        ] {
            assert_eq!(serde_json::from_str::<Number>(json).unwrap().0, expected, "{json}");
        }
    }

    #[test]
    fn a_field_of_another_type_does_not_void_its_neighbours() {
        let outer: Outer = serde_json::from_str(
            r#"{"name":null,"inner":{"n":1,"x":[[{}]],"count":"2"},"on":true,"at":{"no":1},"name":"b"}"#,
        )
        .unwrap();
        assert_eq!((outer.inner.count.0, outer.name.as_str(), outer.on.0, outer.at.0), (Some(2), "b", true, None));
        let outer: Outer = serde_json::from_str(r#"{"inner":[1,2],"name":5}"#).unwrap();
        assert!(!outer.inner.present && outer.name.some().is_none());
    }

    #[test]
    fn moments_in_three_forms_agree() {
        // 2026-01-02T03:04:05Z is 1767323045 seconds after 1970-01-01 (date -u -d @1767323045).
        let expected = Some("2026-01-02T03:04:05Z".parse().unwrap());
        for json in ["\"2026-01-02T03:04:05Z\"", "1767323045", "1767323045000", "\"2026-01-02T04:04:05+01:00\""] {
            assert_eq!(serde_json::from_str::<Moment>(json).unwrap().0, expected, "{json}");
        }
        for json in ["null", "0", "-5", "1e99", "\"yesterday\"", "\"\""] {
            assert_eq!(serde_json::from_str::<Moment>(json).unwrap().0, None, "{json}");
        }
    }
}
