//! An identity provider on a port of its own, strict where the protocol is, and wrong where a test wants it to be.
#![expect(clippy::wildcard_enum_match_arm, reason = "each place is about a few of many faults")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reelpress_core::{Supervisor, TaskKind};
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::rand_core::{OsRng, RngCore as _};
use rsa::sha2::{Digest as _, Sha256};
use rsa::signature::{SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};

pub(super) const SECRET: &str = "between us two alone";

/// What it does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// Says no at its own page.
    Denies,
    WrongNonce,
    WrongAudience,
    AnotherAudienceToo,
    AnotherParty,
    WrongIssuer,
    Expired,
    FromTheFuture,
    /// Signs with a key that it does not publish.
    UnknownKey,
    /// Signs with another key under the name of the published one.
    Forged,
    /// A token without a signature.
    Unsigned,
    /// Signs with the shared secret.
    SharedSecret,
    /// A token for another access token.
    WrongAccessHash,
    NoToken,
    NoRole,
    Unverified,
    Huge,
    NotJson,
    /// Sends the question for a token on to somewhere else.
    Redirects,
    /// Does not know the press's secret.
    WrongSecret,
}

#[derive(Clone)]
pub(super) struct Provider(Arc<Inside>);

struct Inside {
    issuer: String,
    /// The time by its clock, in seconds since 1970.
    now: i64,
    fault: Mutex<Fault>,
    codes: Mutex<BTreeMap<String, Asked>>,
    /// Which of the keys it publishes and signs with.
    key: Mutex<usize>,
}

#[derive(Clone)]
struct Asked {
    nonce: String,
    challenge: String,
    redirect: String,
}

/// Made once: to find two large primes takes a while.
fn keys() -> &'static [RsaPrivateKey; 2] {
    static KEYS: OnceLock<[RsaPrivateKey; 2]> = OnceLock::new();
    KEYS.get_or_init(|| [(); 2].map(|()| RsaPrivateKey::new(&mut OsRng, 2_048).unwrap()))
}

impl Provider {
    /// One that is reached by this name of this machine.
    pub(super) async fn start(host: &str, now: i64) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{host}:{}/realm", listener.local_addr().unwrap().port());
        let provider = Self(Arc::new(Inside {
            issuer,
            now,
            fault: Mutex::new(Fault::None),
            codes: Mutex::default(),
            key: Mutex::new(0),
        }));
        let app = Router::new()
            .route("/realm/.well-known/openid-configuration", get(discovery))
            .route("/realm/keys", get(published))
            .route("/realm/authorize", get(authorize))
            .route("/realm/token", post(token))
            .with_state(provider.clone());
        drop(Supervisor::default().spawn(
            TaskKind::Request,
            "provider",
            async move { axum::serve(listener, app).await },
        ));
        provider
    }

    pub(super) fn issuer(&self) -> String {
        self.0.issuer.clone()
    }

    pub(super) fn set(&self, fault: Fault) {
        *self.0.fault.lock().unwrap() = fault;
    }

    /// From now on it signs with its other key, and publishes that one alone.
    pub(super) fn change_key(&self) {
        *self.0.key.lock().unwrap() += 1;
    }

    fn fault(&self) -> Fault {
        *self.0.fault.lock().unwrap()
    }

    fn key(&self) -> usize {
        *self.0.key.lock().unwrap() % 2
    }
}

async fn discovery(State(provider): State<Provider>) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", provider.0.issuer);
    Json(json!({
        "issuer": provider.0.issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "jwks_uri": at("keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // It offers what must not be taken.
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    }))
}

async fn published(State(provider): State<Provider>) -> Json<Value> {
    let key = keys()[provider.key()].to_public_key();
    let number = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
    Json(json!({ "keys": [{
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": format!("key-{}", provider.key()),
        "n": number(key.n().to_bytes_be()), "e": number(key.e().to_bytes_be()),
    }] }))
}

async fn authorize(State(provider): State<Provider>, Query(asked): Query<BTreeMap<String, String>>) -> Response {
    assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", "reelpress"));
    assert_eq!((asked["scope"].as_str(), asked["code_challenge_method"].as_str()), ("openid email", "S256"));
    let mut back = url::Url::parse(&asked["redirect_uri"]).unwrap();
    back.query_pairs_mut().append_pair("state", &asked["state"]);
    if provider.fault() == Fault::Denies {
        back.query_pairs_mut().append_pair("error", "access_denied").append_pair("error_description", "<evil>");
        return Redirect::to(back.as_str()).into_response();
    }
    let code = format!("{:032x}{:032x}", OsRng.next_u64(), OsRng.next_u64());
    let known = Asked {
        nonce: asked["nonce"].clone(),
        challenge: asked["code_challenge"].clone(),
        redirect: asked["redirect_uri"].clone(),
    };
    provider.0.codes.lock().unwrap().insert(code.clone(), known);
    back.query_pairs_mut().append_pair("code", &code);
    Redirect::to(back.as_str()).into_response()
}

async fn token(State(provider): State<Provider>, headers: HeaderMap, body: String) -> Response {
    let refuse = |word: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": word }))).into_response();
    let sent: BTreeMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let secret: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let basic = format!("Basic {}", STANDARD.encode(format!("reelpress:{secret}")));
    let is_known = headers.get("authorization").is_some_and(|given| given.to_str().unwrap() == basic);
    if !is_known || provider.fault() == Fault::WrongSecret {
        return refuse("invalid_client");
    }
    // A code is good for one question.
    let Some(asked) = provider.0.codes.lock().unwrap().remove(&sent["code"]) else { return refuse("invalid_grant") };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(sent["code_verifier"].as_bytes()));
    if challenge != asked.challenge || sent["redirect_uri"] != asked.redirect {
        return refuse("invalid_grant");
    }
    let access = "an-access-token";
    match provider.fault() {
        Fault::Huge => return Json(json!({ "access_token": "x".repeat(2 << 20) })).into_response(),
        Fault::NotJson => return "<html>".into_response(),
        Fault::Redirects => return Redirect::temporary("http://127.0.0.1:1/inside").into_response(),
        Fault::NoToken => return Json(json!({ "access_token": access, "token_type": "Bearer" })).into_response(),
        _ => {}
    }
    let id_token = signed(&provider, &claims(&provider, &asked, access));
    Json(json!({ "access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": id_token }))
        .into_response()
}

fn claims(provider: &Provider, asked: &Asked, access: &str) -> Value {
    let now = provider.0.now;
    let half = |text: &str| URL_SAFE_NO_PAD.encode(&Sha256::digest(text.as_bytes())[..16]);
    let mut claims = json!({
        "iss": provider.0.issuer, "aud": "reelpress", "sub": "248289761001", "iat": now, "exp": now + 300,
        "nonce": asked.nonce, "at_hash": half(access), "email": "Ana@example.org", "email_verified": true,
        "preferred_username": "ana", "groups": ["everybody", "press-desk"],
    });
    let mut put = |key: &str, value: Value| claims[key] = value;
    match provider.fault() {
        Fault::WrongNonce => put("nonce", json!("another")),
        Fault::WrongAudience => put("aud", json!(["another"])),
        Fault::AnotherAudienceToo => put("aud", json!(["reelpress", "another"])),
        Fault::AnotherParty => put("azp", json!("another")),
        Fault::WrongIssuer => put("iss", json!("https://login.example.com")),
        Fault::Expired => put("exp", json!(now - 1)),
        Fault::FromTheFuture => put("iat", json!(now + 3_600)),
        Fault::WrongAccessHash => put("at_hash", json!(half("another"))),
        Fault::NoRole => put("groups", json!(["everybody-else"])),
        Fault::Unverified => put("email_verified", json!(false)),
        _ => {}
    }
    claims
}

fn signed(provider: &Provider, claims: &Value) -> String {
    let (key, fault) = (provider.key(), provider.fault());
    let (algorithm, name, with) = match fault {
        Fault::Unsigned => ("none", key, None),
        Fault::SharedSecret => ("HS256", key, None),
        Fault::UnknownKey => ("RS256", 9, Some(key + 1)),
        Fault::Forged => ("RS256", key, Some(key + 1)),
        _ => ("RS256", key, Some(key)),
    };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({ "alg": algorithm, "kid": format!("key-{name}"), "typ": "JWT" });
    let text = format!("{}.{}", part(&header), part(claims));
    let signature = match with {
        Some(with) => SigningKey::<Sha256>::new(keys()[with % 2].clone()).sign(text.as_bytes()).to_vec(),
        None if fault == Fault::Unsigned => Vec::new(),
        // HMAC by its definition (RFC 2104): the secret is shorter than a block.
        None => {
            let pad = |byte: u8| {
                let mut block = [byte; 64];
                block.iter_mut().zip(SECRET.bytes()).for_each(|(block, secret)| *block ^= secret);
                block
            };
            let inner = Sha256::new().chain_update(pad(0x36)).chain_update(&text).finalize();
            Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
        }
    };
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}
