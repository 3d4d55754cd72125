//! The provider itself: what it says of its addresses and keys, kept for a while, and the one question for each sign-in.

use std::time::Duration;

use axum::http::{Response, Uri};
use jiff::Timestamp;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
};
use reelpress_config::Oidc as Settings;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::OidcError;
use super::identity::{Claims, Identity};
use super::pending::Begun;

/// Addresses and keys are asked for again after so long.
const KEPT: Duration = Duration::from_hours(1);
/// And if a key is not among them, but not more often than this.
const KEYS_AGAIN: Duration = Duration::from_secs(30);
/// A provider that did not answer is not asked again for so long: all who wait learn it at once.
const DOWN: Duration = Duration::from_secs(5);
/// Longest wait for a connection, and for a whole answer.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(10);
/// Largest answer in bytes; keys and tokens take some thousands.
const ANSWER_MAX: usize = 512 << 10;
/// A token from further in the future than this is from a clock that is wrong, or made up.
const AHEAD: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// Only signatures by a key pair: with a shared secret whoever has the config could sign in as anybody, and `none` is none.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Every claim that the protocol has no name for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Others(Map<String, Value>);

impl AdditionalClaims for Others {}

type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
pub(super) type Client = openidconnect::Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub(super) fn flow() -> CoreAuthenticationFlow {
    CoreAuthenticationFlow::AuthorizationCode
}

/// What is known of the provider; whoever asks while another asks waits for the one answer.
#[derive(Default)]
pub(super) struct Provider(Mutex<Option<Known>>);

struct Known {
    issuer: String,
    asked: Instant,
    metadata: Result<CoreProviderMetadata, OidcError>,
}

impl Known {
    fn is_good_for(&self, settings: &Settings, at_most: Duration) -> bool {
        let kept = if self.metadata.is_ok() { at_most } else { DOWN };
        self.issuer == settings.issuer && self.asked.elapsed() < kept
    }
}

impl Provider {
    pub(super) async fn client(&self, settings: &Settings, redirect: RedirectUrl) -> Result<Client, OidcError> {
        Ok(client_of(self.metadata(settings, KEPT).await?, settings, redirect))
    }

    /// Gives the code for a token, checks the token, and says who it is about.
    pub(super) async fn identity(
        &self,
        settings: &Settings,
        begun: Begun,
        code: &str,
        now: Timestamp,
    ) -> Result<Identity, OidcError> {
        let client = self.client(settings, begun.redirect.clone()).await?;
        let tokens = tokens(settings, &client, code, begun.verifier).await?;
        let nonce = Nonce::new(begun.nonce);
        let checked = match identity_of(settings, &client, &tokens, &nonce, now) {
            Err(NotBelieved::UnknownKey) => {
                // Providers change their keys without a word.
                let metadata = self.metadata(settings, KEYS_AGAIN).await?;
                identity_of(settings, &client_of(metadata, settings, begun.redirect), &tokens, &nonce, now)
            }
            checked => checked,
        };
        checked.map_err(|not| OidcError::Token(not.words()))
    }

    /// What the provider publishes of itself, not older than `at_most`.
    async fn metadata(&self, settings: &Settings, at_most: Duration) -> Result<CoreProviderMetadata, OidcError> {
        let mut known = self.0.lock().await;
        if let Some(known) = known.as_ref().filter(|known| known.is_good_for(settings, at_most)) {
            return known.metadata.clone();
        }
        let metadata = discovered(settings).await;
        *known = Some(Known { issuer: settings.issuer.clone(), asked: Instant::now(), metadata: metadata.clone() });
        metadata
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the crate may learn more ways to be wrong")]
async fn discovered(settings: &Settings) -> Result<CoreProviderMetadata, OidcError> {
    let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| OidcError::Answer("its name is no address"))?;
    let asking = asking(settings)?;
    let found = CoreProviderMetadata::discover_async(issuer, &asking).await;
    found.map_err(|error| {
        tracing::warn!(issuer = settings.issuer, %error, detail = ?source(&error), "the identity provider could not be asked");
        match error {
            DiscoveryError::Request(CallError::Http(_)) | DiscoveryError::Response(..) => OidcError::Unreachable,
            DiscoveryError::Validation(_) => OidcError::Answer("it calls itself by another name than `console.oidc.issuer`"),
            _ => OidcError::Answer("what it publishes about itself cannot be read"),
        }
    })
}

/// What lies under an error, for the log.
fn source(error: &dyn std::error::Error) -> Option<String> {
    error.source().map(ToString::to_string)
}

fn client_of(metadata: CoreProviderMetadata, settings: &Settings, redirect: RedirectUrl) -> Client {
    let secret = settings.client_secret.as_ref().map(|secret| ClientSecret::new(secret.reveal().to_owned()));
    let ways = metadata.token_endpoint_auth_methods_supported();
    // Basic is what a provider takes that names none (OpenID Connect Discovery, section 3).
    let takes = |way: CoreClientAuthMethod| ways.is_none_or(|ways| ways.contains(&way));
    let way = if takes(CoreClientAuthMethod::ClientSecretBasic) { AuthType::BasicAuth } else { AuthType::RequestBody };
    Client::from_provider_metadata(metadata, ClientId::new(settings.client_id.clone()), secret)
        .set_redirect_uri(redirect)
        .set_auth_type(way)
}

async fn tokens(settings: &Settings, client: &Client, code: &str, verifier: String) -> Result<Tokens, OidcError> {
    let asking = asking(settings)?;
    let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
    let request = request.map_err(|_| OidcError::Answer("it names no address for tokens"))?;
    let answer = request.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&asking).await;
    answer.map_err(|error| {
        tracing::warn!(issuer = settings.issuer, %error, detail = ?source(&error), "the identity provider gave no token");
        match error {
            RequestTokenError::ServerResponse(answer) if is_about_us(answer.error()) => {
                OidcError::Answer("it does not take the press's `client_id` and `client_secret`")
            }
            RequestTokenError::ServerResponse(answer) => OidcError::Denied(super::shortened(answer.error().as_ref())),
            RequestTokenError::Request(CallError::Http(_)) => OidcError::Unreachable,
            RequestTokenError::Request(_) | RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                OidcError::Answer("its token cannot be read")
            }
        }
    })
}

const fn is_about_us(word: &CoreErrorResponseType) -> bool {
    matches!(word, CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient)
}

/// Why a token is not believed.
enum NotBelieved {
    UnknownKey,
    Because(&'static str),
}

impl NotBelieved {
    const fn words(&self) -> &'static str {
        match self {
            Self::UnknownKey => "the token is signed by a key that the provider does not publish",
            Self::Because(words) => words,
        }
    }
}

fn identity_of(
    settings: &Settings,
    client: &Client,
    tokens: &Tokens,
    nonce: &Nonce,
    now: Timestamp,
) -> Result<Identity, NotBelieved> {
    let because = NotBelieved::Because;
    let now = chrono::DateTime::from_timestamp(now.as_second(), 0).ok_or(because("the time is not known"))?;
    let token = tokens.id_token().ok_or(because("there is no ID token (is the scope `openid` allowed?)"))?;
    let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || now);
    let verifier = verifier.set_issue_time_verifier_fn(move |issued| {
        if issued > now + AHEAD { Err("it is from the future".to_owned()) } else { Ok(()) }
    });
    let claims = token.claims(&verifier, nonce).map_err(|error| {
        tracing::warn!(issuer = settings.issuer, %error, detail = ?source(&error), "a token of the identity provider is not believed");
        not_believed(&error)
    })?;
    if claims.authorized_party().is_some_and(|party| party.as_str() != settings.client_id) {
        return Err(because("the token was given to another program"));
    }
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = token.signing_alg().map_err(|_| because("the token's signature is of no known kind"))?;
        let key = token.signing_key(&verifier).map_err(|_| NotBelieved::UnknownKey)?;
        let found = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
        if found.is_ok_and(|found| found != *expected) {
            return Err(because("the token belongs to another answer"));
        }
    }
    let address = claims.email().filter(|_| claims.email_verified() == Some(true));
    Ok(Identity::of(
        settings,
        &Claims {
            subject: claims.subject().as_str(),
            address: address.map(|address| address.as_str()),
            username: claims.preferred_username().map(|name| name.as_str()),
            others: &claims.additional_claims().0,
        },
    ))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the crate may learn more ways to be wrong")]
fn not_believed(error: &ClaimsVerificationError) -> NotBelieved {
    NotBelieved::Because(match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            return NotBelieved::UnknownKey;
        }
        ClaimsVerificationError::SignatureVerification(_) => "the token's signature is not right",
        ClaimsVerificationError::Expired(_) => "the token's time is over, or its clock and ours differ (start again)",
        ClaimsVerificationError::InvalidAudience(_) => "the token is for another program than `console.oidc.client_id`",
        ClaimsVerificationError::InvalidIssuer(_) => "the token is by another provider than `console.oidc.issuer`",
        ClaimsVerificationError::InvalidNonce(_) => "the token belongs to another sign-in (start again)",
        _ => "the token is not one for signing in",
    })
}

/// Why a question got no answer that can be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("the answer has more than {ANSWER_MAX} bytes")]
    TooLarge,
    #[error("its address {0} is not https")]
    NotSecret(Uri),
    #[error("the answer cannot be read")]
    Answer(#[from] axum::http::Error),
}

/// Asks with our own client: no redirects, which could lead into this network; a limit of time and of size.
fn asking(
    settings: &Settings,
) -> Result<impl Fn(HttpRequest) -> futures::future::BoxFuture<'static, Result<HttpResponse, CallError>>, OidcError> {
    // `http` is only set where the provider is on this machine.
    let is_secret = settings.issuer.starts_with("https:");
    let client = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("reelpress/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| {
            tracing::error!(%error, "the HTTP client could not be set up (are there CA certificates on this host?)");
            OidcError::Unreachable
        })?;
    Ok(move |request: HttpRequest| -> futures::future::BoxFuture<'static, Result<HttpResponse, CallError>> {
        let client = client.clone();
        Box::pin(async move {
            if is_secret && request.uri().scheme_str() != Some("https") {
                return Err(CallError::NotSecret(request.uri().clone()));
            }
            answered(client.execute(request.try_into()?).await?).await
        })
    })
}

async fn answered(mut answer: reqwest::Response) -> Result<HttpResponse, CallError> {
    let mut whole = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        whole = whole.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > ANSWER_MAX {
            return Err(CallError::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(whole.body(body)?)
}
