//! Any settings of the console.

use proptest::prelude::*;
use url::Url;

use super::milliseconds;
use crate::{Console, Oidc, OidcRoles};

prop_compose! {
    fn oidc()(
        host in "[a-z]{1,8}", client_id in "[a-z]{1,8}", name in "[a-z]{1,8}", scopes in prop::collection::vec("[a-z]{1,8}", 0..3),
        roles_claim in "[a-z]{1,8}", reviewer in prop::collection::vec("[a-z/ -]{0,8}[a-z]", 1..3),
        admin in prop::collection::vec("[a-z]{1,8}", 0..3), email_domains in prop::collection::vec("[a-z]{1,8}\\.org", 0..3),
    ) -> Oidc {
        let reviewer = reviewer.into_iter().map(|group| group.trim().to_owned()).collect();
        let roles = OidcRoles { reviewer, admin, ..OidcRoles::default() };
        let issuer = format!("https://{host}.example");
        Oidc { issuer, client_id, client_secret: None, name, scopes, roles_claim, roles, email_domains }
    }
}

prop_compose! {
    pub(super) fn console()(
        enabled in any::<bool>(), host in prop::option::of("[a-z]{1,8}"), undo in milliseconds(0, 600_000),
        claim in milliseconds(15_000, 3_600_000), session_idle in milliseconds(60_000, 604_800_000),
        more in milliseconds(0, 604_800_000), double_check_percent in 0..=100_u32,
        oidc in prop::option::of(oidc()),
    ) -> Console {
        let public_url = host.map(|host| Url::parse(&format!("https://{host}.example/")).expect("an address"));
        Console {
            enabled, public_url, undo, claim, session_idle, session_max: session_idle + more, double_check_percent,
            oidc,
        }
    }
}
