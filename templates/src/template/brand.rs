//! A niche's own colours, type and logo.

use serde::Serialize;

use super::{LayerKind, Place, Template};
use crate::colour::Colour;
use crate::parts::Palette;

/// A niche's own colours, type and logo, laid over any template.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Brand {
    /// Replaces colours of the palette, by task.
    pub colours: BrandColours,
    /// Replaces the headline's families.
    pub headline: Option<Vec<String>>,
    /// Replaces the body's families.
    pub body: Option<Vec<String>>,
    /// Where the logo is; `None` leaves it where the template has it.
    pub logo_place: Option<Place>,
    /// `{handle}` in texts, such as `@harbour.daily`; may be empty.
    pub handle: String,
}

/// Colours that replace those of a palette.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "as in `Palette`")]
pub struct BrandColours {
    pub base: Option<Colour>,
    pub tone: Option<Colour>,
    pub glow: Option<Colour>,
    pub ink: Option<Colour>,
    pub surface: Option<Colour>,
    pub accent: Option<Colour>,
}

impl BrandColours {
    /// The palette with these colours. Where the brand says what the ground is but not what goes with it, the rest is
    /// mixed from what it says: half a template's colours and half a brand's would be nobody's palette.
    fn over(self, old: Palette) -> Palette {
        let palette = Palette {
            base: self.base.unwrap_or(old.base),
            ink: self.ink.unwrap_or(old.ink),
            accent: self.accent.unwrap_or(old.accent),
            ..old
        };
        let mixed = if self.base.is_some() { palette.with_mixed_rest() } else { palette };
        Palette {
            tone: self.tone.unwrap_or(mixed.tone),
            glow: self.glow.unwrap_or(mixed.glow),
            surface: self.surface.unwrap_or(mixed.surface),
            ..mixed
        }
    }
}

impl Template {
    /// The template in a brand's colours and type.
    #[must_use]
    pub fn branded(mut self, brand: &Brand) -> Self {
        self.palette = brand.colours.over(self.palette);
        for (face, families) in [(&mut self.fonts.headline, &brand.headline), (&mut self.fonts.body, &brand.body)] {
            if let Some(families) = families {
                // The template's own come after the brand's: a host without the brand's font still sets type.
                face.families.splice(0..0, families.iter().cloned());
            }
        }
        if let Some(place) = brand.logo_place {
            for layer in self.layers.iter_mut().filter(|layer| layer.kind == LayerKind::Logo) {
                layer.place = place;
            }
        }
        self
    }
}
