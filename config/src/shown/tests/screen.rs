//! Any settings of signing and screening.

use proptest::prelude::*;

use super::safety::safety;
use super::similar::similar;
use super::{milliseconds, path};
use crate::{OwnCertificate, Provenance, QUALITY_RULES, QualityWeight, Review, Screen, ScreenQuality};

prop_compose! {
    fn provenance()(
        enabled in any::<bool>(), own in prop::option::of((path(), path())),
    ) -> Provenance {
        Provenance { enabled, own: own.map(|(certificate, key)| OwnCertificate { certificate, key }) }
    }
}

prop_compose! {
    fn quality()(
        (black, frozen, silence) in (milliseconds(100, 60_000), milliseconds(100, 60_000), milliseconds(100, 60_000)),
        speech_db in 0.0..=30.0_f64, letters_percent in 1.0..=20.0_f64, contrast in 1.0..=21.0_f64,
        characters_per_second in 5.0..=100.0_f64,
        weights in prop::collection::btree_map(
            prop::sample::select(&QUALITY_RULES[..]),
            prop::sample::select(vec![QualityWeight::Note, QualityWeight::Hold, QualityWeight::Block]),
            0..4,
        ),
    ) -> ScreenQuality {
        ScreenQuality {
            black, frozen, silence, speech_db, letters_percent, contrast, characters_per_second, weights,
        }
    }
}

prop_compose! {
    fn screen()(
        policy in prop::option::of(path()), min_duration in milliseconds(100, 1_800_000),
        more in milliseconds(0, 1_800_000), quality in quality(), similar in similar(), safety in safety(),
    ) -> Screen {
        Screen { policy, min_duration, max_duration: min_duration + more, similar, quality, safety }
    }
}

prop_compose! {
    pub(super) fn checks()(
        screen in screen(), provenance in provenance(), auto_approve in any::<bool>(), sample_percent in 0..=100_u32,
    ) -> (Screen, Provenance, Review) {
        (screen, provenance, Review { auto_approve, sample_percent })
    }
}
