//! Any settings of the console.

use proptest::prelude::*;
use url::Url;

use super::milliseconds;
use crate::Console;

prop_compose! {
    pub(super) fn console()(
        enabled in any::<bool>(), host in prop::option::of("[a-z]{1,8}"), undo in milliseconds(0, 600_000),
        claim in milliseconds(15_000, 3_600_000), session_idle in milliseconds(60_000, 604_800_000),
        more in milliseconds(0, 604_800_000), double_check_percent in 0..=100_u32,
    ) -> Console {
        let public_url = host.map(|host| Url::parse(&format!("https://{host}.example/")).expect("an address"));
        Console {
            enabled, public_url, undo, claim, session_idle, session_max: session_idle + more, double_check_percent,
        }
    }
}
