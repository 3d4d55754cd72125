//! Colours as written in a look: `#RRGGBB`, sRGB.

use std::fmt;

use serde::{Serialize, Serializer};

/// One opaque sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour {
    /// 0 to 255.
    pub red: u8,
    /// 0 to 255.
    pub green: u8,
    /// 0 to 255.
    pub blue: u8,
}

impl Colour {
    /// Black.
    pub const BLACK: Self = Self { red: 0, green: 0, blue: 0 };
    /// White.
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255 };

    /// Reads `#RRGGBB`; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        Some(Self { red: (value >> 16) as u8, green: (value >> 8) as u8, blue: value as u8 })
    }

    /// Red, green and blue from 0.0 to 1.0, still gamma-encoded.
    #[must_use]
    pub fn channels(self) -> [f32; 3] {
        [self.red, self.green, self.blue].map(|channel| f32::from(channel) / 255.0)
    }

    /// How much one can be told from the other: 1.0 (not at all) to 21.0 (black on white), as WCAG 2 defines it.
    #[must_use]
    pub fn contrast(self, other: Self) -> f32 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour with `share` (0.0 to 1.0) of the other laid over it, as gamma-encoded values are mixed.
    #[must_use]
    pub fn mixed(self, other: Self, share: f32) -> Self {
        let mix = |one: u8, two: u8| (f32::from(one) + (f32::from(two) - f32::from(one)) * share).round() as u8;
        Self { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }

    fn luminance(self) -> f32 {
        let [red, green, blue] = self
            .channels()
            .map(|encoded| if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.red, self.green, self.blue)
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
