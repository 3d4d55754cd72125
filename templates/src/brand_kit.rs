//! A niche's brand kit, as its settings give it, in the words of templates.

use reelpress_config::Brand as Settings;

use crate::colour::Colour;
use crate::template::{Brand, BrandColours, Place, Within};

impl From<&Settings> for Brand {
    fn from(settings: &Settings) -> Self {
        let colour = |channels: Option<[u8; 3]>| channels.map(|[red, green, blue]| Colour { red, green, blue });
        let families = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
        let place = |shares: [u16; 4]| {
            let [x, y, width, height] = shares.map(|share| f32::from(share) / 1_000.0);
            Place { within: Within::Safe, x, y, width, height }
        };
        Self {
            colours: BrandColours {
                base: colour(settings.base),
                tone: colour(settings.tone),
                glow: colour(settings.glow),
                ink: colour(settings.ink),
                surface: colour(settings.surface),
                accent: colour(settings.accent),
            },
            headline: families(&settings.headline),
            body: families(&settings.body),
            logo_place: settings.logo_place.map(place),
            handle: settings.handle.clone(),
        }
    }
}
