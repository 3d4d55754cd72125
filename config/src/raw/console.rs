//! `[console]`

use std::time::Duration;

use url::{Host, Url};

use super::secrets::secret;
use super::table::Table;
use super::value::Value;
use crate::settings::{Console, Oidc, OidcRoles};
use crate::units::show_duration;

pub(super) fn console(table: &mut Table<'_, '_>) -> Console {
    let default = Console::default();
    let read = Console {
        enabled: table.boolean("enabled", default.enabled),
        public_url: table.value("public_url").and_then(|value| value.url()),
        undo: table.duration("undo", default.undo, Duration::ZERO..=Duration::from_mins(10)),
        claim: table.duration("claim", default.claim, Duration::from_secs(15)..=Duration::from_hours(1)),
        session_idle: table.duration(
            "session_idle",
            default.session_idle,
            Duration::from_mins(1)..=Duration::from_hours(7 * 24),
        ),
        session_max: table.duration(
            "session_max",
            default.session_max,
            Duration::from_mins(1)..=Duration::from_hours(30 * 24),
        ),
        double_check_percent: table.whole("double_check_percent", default.double_check_percent, 0..=100),
        oidc: table.optional_section("oidc", oidc).flatten(),
    };
    if read.session_idle > read.session_max {
        let (idle, max) = (show_duration(read.session_idle), show_duration(read.session_max));
        let message = format!("`console.session_idle` must be at most `console.session_max` = {max}, not {idle}");
        table.report_at("session_idle", message, None);
    }
    read
}

/// Most entries of one list: more belong into a group at the provider.
const ENTRIES: usize = 100;

/// `None` if a key without a default is missing or wrong; then there is a problem already.
fn oidc(table: &mut Table<'_, '_>) -> Option<Oidc> {
    let issuer = table.required("issuer", "the provider's own name, as its ID tokens have it");
    let issuer = issuer.and_then(|value| issuer_of(&value));
    let client_id = table.required("client_id", "what the provider calls the press").and_then(|value| value.word());
    let client_secret = table.value("client_secret").and_then(|value| secret(&value));
    let name = table.value("name").and_then(|value| value.word()).unwrap_or_else(|| "single sign-on".to_owned());
    let roles_claim = table.value("roles_claim").and_then(|value| value.word()).unwrap_or_else(|| "groups".to_owned());
    let scopes = entries(table, "scopes", vec!["email".to_owned()], scope);
    let email_domains = entries(table, "email_domains", Vec::new(), domain);
    let roles = table.section("roles", |roles| OidcRoles {
        viewer: entries(roles, "viewer", Vec::new(), Value::word),
        reviewer: entries(roles, "reviewer", Vec::new(), Value::word),
        operator: entries(roles, "operator", Vec::new(), Value::word),
        admin: entries(roles, "admin", Vec::new(), Value::word),
    });
    let nobody = [&roles.viewer, &roles.reviewer, &roles.operator, &roles.admin].iter().all(|groups| groups.is_empty());
    if nobody {
        let message = "`console.oidc.roles` names no group, so nobody could sign in".to_owned();
        table.report_here(message, Some("such as `reviewer = [\"press-reviewers\"]`"));
    }
    Some(Oidc {
        issuer: issuer?,
        client_id: client_id?,
        client_secret,
        name,
        scopes,
        roles_claim,
        roles,
        email_domains,
    })
}

/// As it was written: the provider's tokens have it letter by letter, and an address read and shown again may gain a slash.
fn issuer_of(value: &Value<'_, '_>) -> Option<String> {
    let url = value.url()?;
    if url.scheme() == "http" && !is_this_machine(&url) {
        value.refuse("be an https address", Some("over http anybody on the way could sign in as anybody"));
        return None;
    }
    if url.query().is_some() || url.fragment().is_some() {
        value.refuse("be an address without `?` and `#`", None);
        return None;
    }
    value.word()
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn entries<'c, 'd>(
    table: &mut Table<'c, 'd>,
    key: &'static str,
    default: Vec<String>,
    item: impl FnMut(&Value<'c, 'd>) -> Option<String>,
) -> Vec<String> {
    let read = table.list(key, default, item);
    if read.len() > ENTRIES {
        let message = format!("`{key}` must have at most {ENTRIES} entries, not {}", read.len());
        table.report_at(key, message, Some("a group of the provider may hold the others"));
    }
    read
}

/// RFC 6749, section 3.3.
fn scope(value: &Value<'_, '_>) -> Option<String> {
    let word = value.word()?;
    let is_scope = word.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    if !is_scope {
        value.refuse("be one scope, without blanks", None);
    }
    is_scope.then_some(word)
}

fn domain(value: &Value<'_, '_>) -> Option<String> {
    let word = value.word()?.to_lowercase();
    let is_domain = word.split('.').all(|label| !label.is_empty()) && !word.contains(['@', '*', '/', ' ']);
    if !is_domain {
        value.refuse("be a domain", Some("such as \"example.org\"; its subdomains are others"));
    }
    is_domain.then_some(word)
}
