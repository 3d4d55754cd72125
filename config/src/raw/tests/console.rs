use super::{check, settings};

const START: &str = "[console.oidc]\nclient_id = \"a\"\nissuer = ";

#[test]
fn a_provider_over_plain_http_is_refused_but_on_this_machine() {
    let with = |issuer: &str| format!("{START}\"{issuer}\"\nroles = {{ admin = [\"root\"] }}");
    check(
        &with("http://login.example.org"),
        "3:10: `console.oidc.issuer` must be an https address, not `\"http://login.example.org\"` (over http anybody on the way could sign in as anybody)",
    );
    check(
        &with("https://login.example.org?a=b"),
        "3:10: `console.oidc.issuer` must be an address without `?` and `#`, not `\"https://login.example.org?a=b\"`",
    );
    for issuer in [
        "https://login.example.org",
        "https://login.example.org/",
        "http://127.0.0.1:8080/realms/press",
        "http://localhost",
    ] {
        let read = settings(&with(issuer)).console.oidc.expect("it is there");
        assert_eq!(read.issuer, issuer, "letter by letter");
        assert_eq!(
            (read.name.as_str(), read.scopes, read.roles_claim.as_str()),
            ("single sign-on", vec!["email".to_owned()], "groups")
        );
    }
}

#[test]
fn a_provider_that_lets_nobody_in_is_a_mistake_and_so_is_a_missing_key() {
    check(
        &format!("{START}\"https://login.example.org\""),
        "1:10: `console.oidc.roles` names no group, so nobody could sign in (such as `reviewer = [\"press-reviewers\"]`)",
    );
    check(
        "[console.oidc]\nclient_id = \"a\"\nroles = { admin = [\"root\"] }",
        "1:10: `console.oidc.issuer` is missing (the provider's own name, as its ID tokens have it)",
    );
}

#[test]
fn secrets_scopes_and_domains_are_checked_where_they_stand() {
    let with = |line: &str| format!("{START}\"https://a.org\"\nroles = {{ admin = [\"root\"] }}\n{line}");
    check(
        &with("client_secret = \"plain\""),
        "5:17: `console.oidc.client_secret` must not stand in the file as plain text (give it as `{ env = \"NAME\" }` or `{ file = \"path\" }`)",
    );
    check(
        &with("scopes = [\"two words\"]"),
        "5:11: `console.oidc.scopes[0]` must be one scope, without blanks, not `\"two words\"`",
    );
    check(
        &with("email_domains = [\"@example.org\"]"),
        "5:18: `console.oidc.email_domains[0]` must be a domain, not `\"@example.org\"` (such as \"example.org\"; its subdomains are others)",
    );
}
