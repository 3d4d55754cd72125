//! What is signed and what is checked: `[provenance]`, `[screen]`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::press::not_above;
use super::table::Table;
use super::{safety, similar};
use crate::settings::{OwnCertificate, Provenance, QUALITY_RULES, QualityWeight, Screen, ScreenQuality};

pub(super) fn provenance(table: &mut Table<'_, '_>) -> Provenance {
    let enabled = table.boolean("enabled", Provenance::default().enabled);
    let (certificate, key) = (table.optional_path("certificate"), table.optional_path("key"));
    let own = match (certificate, key) {
        (Some(certificate), Some(key)) => Some(OwnCertificate { certificate, key }),
        (None, None) => None,
        (certificate, _) => {
            let (there, lacks) = if certificate.is_some() { ("certificate", "key") } else { ("key", "certificate") };
            let message = format!("`provenance.{there}` is there and `provenance.{lacks}` is not");
            table.report_at(
                there,
                message,
                Some("they belong together; without both, a development certificate signs"),
            );
            None
        }
    };
    Provenance { enabled, own }
}

pub(super) fn screen(table: &mut Table<'_, '_>, library: Option<&Path>) -> Screen {
    let default = Screen::default();
    let range = Duration::from_millis(100)..=Duration::from_hours(1);
    let read = Screen {
        policy: table.optional_path("policy"),
        min_duration: table.duration("min_duration", default.min_duration, range.clone()),
        max_duration: table.duration("max_duration", default.max_duration, range),
        similar: table.section("similar", similar::similar),
        quality: table.section("quality", quality),
        safety: table.section("safety", |table| safety::safety(table, library)),
    };
    not_above(table, ("min_duration", read.min_duration), ("max_duration", read.max_duration));
    read
}

fn quality(table: &mut Table<'_, '_>) -> ScreenQuality {
    let default = ScreenQuality::default();
    let range = Duration::from_millis(100)..=Duration::from_mins(1);
    ScreenQuality {
        black: table.duration("black", default.black, range.clone()),
        frozen: table.duration("frozen", default.frozen, range.clone()),
        silence: table.duration("silence", default.silence, range),
        speech_db: table.number("speech_db", default.speech_db, 0.0..=30.0),
        letters_percent: table.number("letters_percent", default.letters_percent, 1.0..=20.0),
        contrast: table.number("contrast", default.contrast, 1.0..=21.0),
        characters_per_second: table.number("characters_per_second", default.characters_per_second, 5.0..=100.0),
        weights: weights(table),
    }
}

/// A rule may be named once.
fn weights(table: &mut Table<'_, '_>) -> BTreeMap<&'static str, QualityWeight> {
    let names = QUALITY_RULES.map(|rule| (rule, rule));
    let mut weights = BTreeMap::new();
    let lists = [("note", QualityWeight::Note), ("hold", QualityWeight::Hold), ("block", QualityWeight::Block)];
    for (key, weight) in lists {
        let rules = table.list(key, Vec::new(), |value| {
            let rule = value.choice(&names)?;
            if weights.contains_key(rule) {
                value.report(format!("`{}` names `{rule}` again", value.path), Some("a rule has one weight"));
                return None;
            }
            Some(rule)
        });
        weights.extend(rules.into_iter().map(|rule| (rule, weight)));
    }
    weights
}
