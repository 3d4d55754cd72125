//! Any settings of what is too much alike.

use proptest::prelude::*;

use super::milliseconds;
use crate::{Similar, SimilarScope};

prop_compose! {
    pub(super) fn similar()(
        enabled in any::<bool>(), reject in 0.5..=1.0_f64, hold in 0.1..=0.5_f64, hold_parts in 0.1..=0.5_f64,
        scope in prop::sample::select(vec![SimilarScope::Everything, SimilarScope::Niche, SimilarScope::Account]),
        retention in milliseconds(86_400_000, 315_360_000_000), repeat_share in 0.1..=1.0_f64, repeats in 0..=1_000_u32,
        repeat_within in milliseconds(3_600_000, 31_536_000_000),
    ) -> Similar {
        Similar { enabled, reject, hold, hold_parts, scope, retention, repeat_share, repeats, repeat_within }
    }
}
