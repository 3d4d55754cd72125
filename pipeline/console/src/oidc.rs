//! Signing in by an `OpenID` Connect provider: authorization code with PKCE (RFC 7636), state and nonce. What the provider
//! says of a person is believed once its signature, issuer, audience, time and nonce are right; the checks are those of the crate
//! `openidconnect`. Roles come from the provider's groups by the config, anew for every request.

mod identity;
mod pending;
mod provider;

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use openidconnect::{CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use reelpress_config::Oidc as Settings;
use url::Url;

use crate::random::{self, NoRandom};
pub(crate) use identity::Identity;
use pending::{Begun, Pending};
use provider::Provider;

/// Why nobody was signed in. The texts are for the person who tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OidcError {
    #[error("the identity provider cannot be reached (try again in a minute, or sign in with a name and a password)")]
    Unreachable,
    #[error("the identity provider's answer cannot be used: {0} (whoever runs the press finds more in its log)")]
    Answer(&'static str),
    #[error(
        "this sign-in was not begun in this browser, was used already or took more than ten minutes (start again from the sign-in page)"
    )]
    NotBegun,
    #[error("the identity provider did not sign you in: {0} (start again, or ask whoever runs the provider)")]
    Denied(String),
    #[error("what the identity provider says of you is not believed: {0}")]
    Token(&'static str),
    #[error(
        "the identity provider named no verified address of {name} that may sign in here (whoever runs the press sets `console.oidc.email_domains`)"
    )]
    Domain { name: String },
    #[error(
        "{name} has no role here: none of their groups gives one (whoever runs the provider puts you into a group, whoever runs the press sets `console.oidc.roles`)"
    )]
    NoRole { name: String },
    #[error("the address to come back to is not known (whoever runs the press sets `console.public_url`)")]
    NoRedirect,
    #[error(transparent)]
    Random(#[from] NoRandom),
}

/// Where a person is sent, and what their browser must show when they come back.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) address: Url,
    /// For a cookie.
    pub(crate) browser: String,
}

/// What the provider sends a person back with.
#[derive(Debug, Default)]
pub(crate) struct Returned {
    pub(crate) state: String,
    pub(crate) code: String,
    /// Its word for why not; empty if it says none.
    pub(crate) error: String,
}

/// The way in by a provider.
#[derive(Default)]
pub(crate) struct Oidc {
    provider: Provider,
    pending: Mutex<Pending>,
}

impl Oidc {
    /// Begins a sign-in that is to end at the page `to`.
    pub(crate) async fn begin(
        &self,
        settings: &Settings,
        redirect: &Url,
        to: &str,
        now: Timestamp,
    ) -> Result<Sent, OidcError> {
        let redirect = RedirectUrl::from_url(redirect.clone());
        let client = self.provider.client(settings, redirect.clone()).await?;
        let (state, browser) = (random::token()?, random::token()?);
        let (nonce, verifier) = (random::token()?, random::token()?);
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
        let (own_state, own_nonce) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        let asked = client.authorize_url(provider::flow(), move || own_state, move || own_nonce);
        let scopes = settings.scopes.iter().map(|scope| Scope::new(scope.clone()));
        let (address, _, _) = asked.add_scopes(scopes).set_pkce_challenge(challenge).url();
        let begun = Begun { nonce, verifier, redirect, to: to.to_owned(), at: now };
        self.pending().put(&state, &browser, begun);
        Ok(Sent { address, browser })
    }

    /// Ends a sign-in: who it is, and the page they wanted. Each can be ended once.
    pub(crate) async fn finish(
        &self,
        settings: &Settings,
        returned: &Returned,
        browser: &str,
        now: Timestamp,
    ) -> Result<(Identity, String), OidcError> {
        let begun = self.pending().take(&returned.state, browser, now).ok_or(OidcError::NotBegun)?;
        if !returned.error.is_empty() {
            return Err(OidcError::Denied(shortened(&returned.error)));
        }
        let to = begun.to.clone();
        let identity = self.provider.identity(settings, begun, &returned.code, now).await?;
        if identity.role(settings).is_none() {
            let name = identity.name().to_owned();
            let is_foreign = !identity.is_of_a_domain(settings);
            return Err(if is_foreign { OidcError::Domain { name } } else { OidcError::NoRole { name } });
        }
        Ok((identity, to))
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A provider's own word, such as `access_denied`: letters that its protocol allows, and not many.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "_.- ".contains(*c)).take(60).collect()
}
