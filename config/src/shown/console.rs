//! `[console]`

use toml::Value;

use super::sections::duration;
use super::{Section, show_reference};
use crate::settings::{Console, Oidc};

pub(super) fn console(console: &Console, sections: &mut Vec<Section>) {
    sections.push(
        Section::new("console")
            .with("enabled", console.enabled.into())
            .optional("public_url", console.public_url.as_ref().map(|url| url.to_string().into()))
            .with("undo", duration(console.undo))
            .with("claim", duration(console.claim))
            .with("session_idle", duration(console.session_idle))
            .with("session_max", duration(console.session_max))
            .with("double_check_percent", console.double_check_percent.into()),
    );
    sections.extend(console.oidc.iter().flat_map(oidc));
}

fn oidc(oidc: &Oidc) -> [Section; 2] {
    let texts = |texts: &[String]| Value::from(texts.to_vec());
    let reference = oidc.client_secret.as_ref().and_then(crate::Secret::reference);
    let roles = &oidc.roles;
    [
        Section::new("console.oidc")
            .with("issuer", oidc.issuer.clone().into())
            .with("client_id", oidc.client_id.clone().into())
            .optional("client_secret", reference.map(show_reference))
            .with("name", oidc.name.clone().into())
            .with("scopes", texts(&oidc.scopes))
            .with("roles_claim", oidc.roles_claim.clone().into())
            .with("email_domains", texts(&oidc.email_domains)),
        Section::new("console.oidc.roles")
            .with("viewer", texts(&roles.viewer))
            .with("reviewer", texts(&roles.reviewer))
            .with("operator", texts(&roles.operator))
            .with("admin", texts(&roles.admin)),
    ]
}
