//! Any settings of brand safety, and what is wrong with some.

use proptest::prelude::*;

use super::{check, count, milliseconds, path};
use crate::testing::settings;
use crate::{ModerationEndpoint, Safety, Secret};

prop_compose! {
    fn endpoint()(
        host in "[a-z]{1,8}", model in "[a-z]{1,8}", timeout in milliseconds(1_000, 600_000), attempts in count(10),
        longest_wait in milliseconds(1_000, 600_000), calls_per_minute in count(100_000), pictures in 0..=48_u32,
    ) -> ModerationEndpoint {
        let base_url = format!("https://{host}.example/v1").parse().expect("an address");
        ModerationEndpoint {
            base_url, model, api_key: None, timeout, attempts, longest_wait, calls_per_minute, pictures,
        }
    }
}

prop_compose! {
    pub(super) fn safety()(
        nsfw_model in prop::option::of(path()), hash in prop::option::of("[0-9a-f]{64}"),
        pictures in 1..=48_usize, timeout in milliseconds(1_000, 600_000), hold_below in 0..=100_u32,
        reject in prop::option::of(0..=100_u32), required in any::<bool>(), endpoint in prop::option::of(endpoint()),
    ) -> Safety {
        let nsfw_model_hash = hash.filter(|_| nsfw_model.is_some());
        let required = required && (nsfw_model.is_some() || endpoint.is_some());
        let pictures = pictures.try_into().expect("from 1");
        let reject_below = reject.map(|reject| reject.min(hold_below));
        Safety {
            nsfw_model, nsfw_model_hash, library: None, pictures, timeout, hold_below, reject_below, required, endpoint,
        }
    }
}

#[test]
fn what_changes_in_safety_is_a_difference_and_its_key_is_not_shown() {
    check("", "screen.safety.hold_below = 70", &["screen.safety.hold_below"]);
    check("", "screen.safety.nsfw_model = \"m.onnx\"", &["screen.safety.nsfw_model"]);
    let with = |text: &str| {
        let mut settings = settings("screen.safety.endpoint.base_url = \"http://h/v1\"");
        settings.screen.safety.endpoint.as_mut().expect("it is in the text").api_key =
            Some(Secret::new(text.to_owned()));
        settings
    };
    assert_eq!(with("sk-first").differences(&with("sk-second")), ["screen.safety.endpoint.api_key"]);
    assert!(!with("sk-first").to_toml().contains("sk-first"));
}
