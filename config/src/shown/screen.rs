//! `[provenance]`, `[screen]`.

use toml::Value;

use super::{Section, safety, show_path, similar};
use crate::settings::{QualityWeight, Settings};
use crate::units::show_duration;

pub(super) fn screen(settings: &Settings, sections: &mut Vec<Section>) {
    let (provenance, screen) = (&settings.provenance, &settings.screen);
    let own = provenance.own.as_ref();
    sections.push(
        Section::new("provenance")
            .with("enabled", provenance.enabled.into())
            .optional("certificate", own.map(|own| show_path(&own.certificate).into()))
            .optional("key", own.map(|own| show_path(&own.key).into())),
    );
    sections.push(
        Section::new("screen")
            .optional("policy", screen.policy.as_deref().map(|policy| show_path(policy).into()))
            .with("min_duration", show_duration(screen.min_duration).into())
            .with("max_duration", show_duration(screen.max_duration).into()),
    );
    sections.push(similar::similar(&screen.similar));
    let quality = &screen.quality;
    let rules = |weight: QualityWeight| {
        let of = quality.weights.iter().filter(|(_, own)| **own == weight);
        Value::from(of.map(|(rule, _)| (*rule).to_owned()).collect::<Vec<String>>())
    };
    sections.push(
        Section::new("screen.quality")
            .with("black", show_duration(quality.black).into())
            .with("frozen", show_duration(quality.frozen).into())
            .with("silence", show_duration(quality.silence).into())
            .with("speech_db", quality.speech_db.into())
            .with("letters_percent", quality.letters_percent.into())
            .with("contrast", quality.contrast.into())
            .with("characters_per_second", quality.characters_per_second.into())
            .with("note", rules(QualityWeight::Note))
            .with("hold", rules(QualityWeight::Hold))
            .with("block", rules(QualityWeight::Block)),
    );
    safety::safety(&screen.safety, sections);
}
