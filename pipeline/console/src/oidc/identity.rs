//! Who somebody is by a provider's word, and what the config makes of it.

use reelpress_config::{Oidc as Settings, OidcRoles};
use serde_json::{Map, Value};
use url::Url;

use crate::users::Role;

/// Longest address that a person is called by (RFC 5321, section 4.5.3.1).
const ADDRESS_MAX: usize = 254;
/// Letters of another name that are kept.
const LABEL_MAX: usize = 40;

/// A person whom a provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    issuer: String,
    client_id: String,
    subject: String,
    name: String,
    domain: Option<String>,
    /// Those of their groups that gave a role when they signed in.
    groups: Vec<String>,
}

/// What a verified token says.
pub(super) struct Claims<'a> {
    pub(super) subject: &'a str,
    /// Only if the provider verified it.
    pub(super) address: Option<&'a str>,
    pub(super) username: Option<&'a str>,
    pub(super) others: &'a Map<String, Value>,
}

impl Identity {
    pub(super) fn of(settings: &Settings, claims: &Claims<'_>) -> Self {
        let address = claims.address.and_then(address);
        let name = address.clone().unwrap_or_else(|| called(settings, claims));
        let domain = address.and_then(|address| address.rsplit_once('@').map(|(_, domain)| domain.to_owned()));
        let mut groups = groups(claims.others, &settings.roles_claim);
        groups.retain(|group| role_of(&settings.roles, std::slice::from_ref(group)).is_some());
        let (issuer, client_id) = (settings.issuer.clone(), settings.client_id.clone());
        Self { issuer, client_id, subject: claims.subject.to_owned(), name, domain, groups }
    }

    /// What they are called on pages and in records. There is an `@` in it, so it is never the name of a user of our own.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// By whose word, for the audit record.
    pub(crate) fn vouched(&self) -> String {
        let plain = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
        format!("by {}, subject {}", plain(&self.issuer), plain(&self.subject))
    }

    /// What the settings in force let them do; `None` lets them do nothing.
    pub(crate) fn role(&self, settings: &Settings) -> Option<Role> {
        let is_same = self.issuer == settings.issuer && self.client_id == settings.client_id;
        let may = is_same && self.is_of_a_domain(settings);
        may.then(|| role_of(&settings.roles, &self.groups)).flatten()
    }

    pub(super) fn is_of_a_domain(&self, settings: &Settings) -> bool {
        let domain = self.domain.as_ref();
        settings.email_domains.is_empty() || domain.is_some_and(|domain| settings.email_domains.contains(domain))
    }
}

/// The highest role that one of the groups gives.
fn role_of(roles: &OidcRoles, groups: &[String]) -> Option<Role> {
    let mut by_rank = [
        (Role::Admin, &roles.admin),
        (Role::Operator, &roles.operator),
        (Role::Reviewer, &roles.reviewer),
        (Role::Viewer, &roles.viewer),
    ]
    .into_iter();
    by_rank.find(|(_, named)| groups.iter().any(|group| named.contains(group))).map(|(role, _)| role)
}

/// A text, or a list of texts, at a claim; anything else is no group.
fn groups(claims: &Map<String, Value>, path: &str) -> Vec<String> {
    // Some providers use addresses as names of claims, so the whole is looked for first.
    let mut parts = path.split('.');
    let nested = || {
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |found, part| found.get(part))
    };
    match claims.get(path).or_else(nested) {
        Some(Value::String(group)) => vec![group.clone()],
        Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Vec::new(),
    }
}

fn address(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let is_plain = text.chars().all(|c| c.is_ascii_graphic() && !"<>\"'&@".contains(c) || c == '@');
    let fits = text.len() <= ADDRESS_MAX && !local.is_empty() && !domain.is_empty() && !local.contains('@');
    (is_plain && fits).then(|| text.to_lowercase())
}

/// Where there is no verified address: what they call themselves with a mark that nobody else can have.
fn called(settings: &Settings, claims: &Claims<'_>) -> String {
    let label = claims.username.unwrap_or(claims.subject).chars();
    let label = label.filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).take(LABEL_MAX).collect::<String>();
    let mark = blake3::hash(format!("{}\n{}", settings.issuer, claims.subject).as_bytes()).to_hex();
    let host = Url::parse(&settings.issuer).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
    format!("{label}~{}@{}", &mark[..8], host.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings() -> Settings {
        let groups = |text: &str| text.split(' ').map(ToOwned::to_owned).collect::<Vec<_>>();
        Settings {
            issuer: "https://login.example.org".to_owned(),
            client_id: "reelpress".to_owned(),
            client_secret: None,
            name: "x".to_owned(),
            scopes: Vec::new(),
            roles_claim: "groups".to_owned(),
            roles: OidcRoles {
                viewer: groups("everybody"),
                reviewer: groups("press desk"),
                admin: groups("root"),
                ..OidcRoles::default()
            },
            email_domains: Vec::new(),
        }
    }

    fn identity(settings: &Settings, address: Option<&str>, username: Option<&str>, others: &Value) -> Identity {
        let Value::Object(others) = others else { panic!("claims are an object") };
        Identity::of(settings, &Claims { subject: "248289761001", address, username, others })
    }

    #[test]
    fn the_highest_role_that_a_group_gives_counts_and_without_one_there_is_none() {
        let settings = settings();
        let role = |claims: Value| identity(&settings, None, None, &claims).role(&settings);
        assert_eq!(role(json!({ "groups": ["everybody", "desk", "other"] })), Some(Role::Reviewer));
        assert_eq!(role(json!({ "groups": "root" })), Some(Role::Admin));
        for nothing in [
            json!([]),
            json!(["ROOT", "root ", ""]),
            json!({ "root": 1 }),
            json!(["other"]),
            json!(null),
            json!([["root"]]),
        ] {
            assert_eq!(role(json!({ "groups": nothing })), None);
        }
        assert_eq!(role(json!({ "roles": "root" })), None);
    }

    #[test]
    fn a_claim_may_lie_in_objects_or_have_dots_in_its_name() {
        let mut settings = settings();
        settings.roles_claim = "realm_access.roles".to_owned();
        let role = |claims: Value| identity(&settings, None, None, &claims).role(&settings);
        assert_eq!(role(json!({ "realm_access": { "roles": ["desk"] } })), Some(Role::Reviewer));
        assert_eq!(role(json!({ "realm_access.roles": ["desk"] })), Some(Role::Reviewer));
        assert_eq!(role(json!({ "realm_access": ["desk"], "roles": ["desk"] })), None);
    }

    #[test]
    fn only_verified_addresses_of_the_named_domains_are_let_in_and_no_others_that_look_like_them() {
        let mut settings = settings();
        settings.email_domains = vec!["example.org".to_owned()];
        let claims = json!({ "groups": ["desk"] });
        let may = |address| identity(&settings, address, None, &claims).role(&settings).is_some();
        assert!(may(Some("Ana@Example.org")));
        for not in [
            None,
            Some("ana@evil.org"),
            Some("ana@sub.example.org"),
            Some("ana@example.org@evil.org"),
            Some("ana@example.org.evil"),
            Some("example.org"),
            Some("@example.org"),
            Some("ana @example.org"),
        ] {
            assert!(!may(not), "{not:?}");
        }
    }

    #[test]
    fn a_name_is_a_verified_address_or_holds_a_mark_of_its_own() {
        let settings = settings();
        let name = |address, username| identity(&settings, address, username, &json!({})).name().to_owned();
        assert_eq!(name(Some("Ana@example.org"), Some("ana")), "ana@example.org");
        for (address, username, label) in
            [(None, Some("ana <b>\u{202e}"), "anab~"), (Some("a<b>@x"), None, "248289761001~")]
        {
            let name = name(address, username);
            assert!(name.starts_with(label) && name.ends_with("@login.example.org"), "{name}");
            assert_eq!(name.len(), label.len() + 8 + "@login.example.org".len(), "{name}");
        }
        let mut other = settings.clone();
        other.issuer = "https://login.example.com".to_owned();
        assert_ne!(identity(&other, None, Some("ana"), &json!({})).name(), name(None, Some("ana")));
    }

    #[test]
    fn another_provider_or_client_in_the_config_ends_what_the_first_vouched_for() {
        let settings = settings();
        let ana = identity(&settings, None, None, &json!({ "groups": ["root"] }));
        let mut other = settings.clone();
        other.client_id = "another".to_owned();
        assert_eq!(ana.role(&other), None);
        let mut fewer = settings.clone();
        fewer.roles.admin.clear();
        assert_eq!((ana.role(&settings), ana.role(&fewer)), (Some(Role::Admin), None));
    }
}
