//! Any rules of which topics a niche takes.

use proptest::prelude::*;

use super::text;
use crate::{FormatsLearnt, HookType, NicheRouting, NicheSaturation, SensitiveClass, SensitivePolicy};

prop_compose! {
    pub(super) fn routing()(
        required in prop::collection::vec("[a-z]{3,8}\\*?", 0..3), block in prop::collection::vec("/[a-z]{1,8}/", 0..3),
        min_score in 0.0..1.0, about in text(), examples in prop::collection::vec("[a-zA-Zäß]{1,8}", 0..3),
        closeness in prop::option::of(0.0..=1.0), days in prop::option::of(1..=365_u32),
        limits in prop::array::uniform3(prop::option::of(0..=1_000_000_u32)),
        policies in prop::collection::btree_map(
            prop::sample::select(SensitiveClass::ALL.to_vec()),
            prop::sample::select(SensitivePolicy::WORDS.map(|(_, policy)| policy).to_vec()), 0..4,
        ),
        formats in formats(),
    ) -> NicheRouting {
        let [ours, videos, publishers] = limits;
        let saturation = NicheSaturation { days, ours, videos, publishers };
        NicheRouting { required, block, min_score, about, examples, closeness, sensitive: policies, saturation, formats }
    }
}

prop_compose! {
    fn formats()(
        learn in any::<bool>(), frozen in any::<bool>(), explore in 0.05..=1.0, min_posts in 2..=1_000_u32,
        hook in prop::option::of(prop::sample::select(HookType::ALL.to_vec())),
        words in prop::option::of((1..=500_u32, 500..=1_000_u32)), scenes in prop::option::of((1..=10_u32, 10..=50_u32)),
    ) -> FormatsLearnt {
        FormatsLearnt { learn, frozen, explore, min_posts, hook, words, scenes }
    }
}
