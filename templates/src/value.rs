//! What a TOML value holds, in the words of messages.

use std::fmt;

use toml::de::DeValue;

/// A function of its own: `DeValue::as_bool` is tied to one lifetime.
pub(crate) fn boolean_of(value: &DeValue<'_>) -> Option<bool> {
    value.as_bool()
}

/// A finite number, written with or without a point.
pub(crate) fn number_of(value: &DeValue<'_>) -> Option<f32> {
    let number = match (value.as_float(), value.as_integer()) {
        (Some(float), _) => float.as_str().parse::<f32>().ok()?,
        (None, Some(integer)) => i32::from_str_radix(integer.as_str(), integer.radix()).ok()? as f32,
        (None, None) => return None,
    };
    number.is_finite().then_some(number)
}

/// A value as an operator wrote it, cut to a readable length.
pub(crate) struct Found<'a>(pub(crate) &'a DeValue<'a>);
impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            DeValue::String(text) => {
                let cut: String = text.chars().take(40).collect();
                write!(f, "{cut:?}")
            }
            DeValue::Integer(number) => f.write_str(number.as_str()),
            DeValue::Float(number) => f.write_str(number.as_str()),
            DeValue::Boolean(value) => write!(f, "{value}"),
            DeValue::Datetime(_) => f.write_str("a date"),
            DeValue::Array(list) => write!(f, "a list of {}", list.len()),
            DeValue::Table(_) => f.write_str("a table"),
        }
    }
}
