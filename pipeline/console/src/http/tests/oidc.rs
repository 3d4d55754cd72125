//! Signing in by an identity provider that answers over a socket, rightly and wrongly.

mod sandbox;

use std::time::Duration;

use reelpress_config::{Oidc, OidcRoles, Secret};
use sandbox::{Fault, Provider, SECRET};

use super::*;

fn settings(issuer: String) -> Settings {
    let mut settings = Settings::default();
    let group = |name: &str| vec![name.to_owned()];
    settings.console.oidc = Some(Oidc {
        issuer,
        client_id: "reelpress".to_owned(),
        client_secret: Some(Secret::new(SECRET.to_owned())),
        name: "the house".to_owned(),
        scopes: vec!["email".to_owned()],
        roles_claim: "groups".to_owned(),
        roles: OidcRoles { reviewer: group("press-desk"), admin: group("root"), ..OidcRoles::default() },
        email_domains: Vec::new(),
    });
    settings
}

fn begun(issuer: String) -> Site {
    opened(settings(issuer), HERE, &[("adam", Role::Admin)]).unwrap()
}

/// A way to the provider and back, as far as the browser sees it.
struct Way {
    cookie: String,
    /// Path and query of the page that the provider sends back to.
    back: String,
}

impl Site {
    async fn leave(&self) -> (Answer, String) {
        let answer = self.ask(get("/console/oidc/start?to=/console/line").body(Body::empty()).unwrap()).await;
        let cookie = answer.header("set-cookie").to_owned();
        (answer, cookie)
    }

    /// To the provider, where they sign in at once.
    async fn away(&self) -> Way {
        let (answer, cookie) = self.leave().await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert!(
            cookie.starts_with("reelpress-oidc=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600"),
            "{cookie}"
        );
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let sent = http.get(answer.header("location")).send().await.unwrap();
        let back = url::Url::parse(sent.headers()["location"].to_str().unwrap()).unwrap();
        assert_eq!(&back[..url::Position::AfterPath], "http://127.0.0.1:9464/console/oidc/callback");
        Way { cookie: cookie.split(';').next().unwrap().to_owned(), back: back[url::Position::BeforePath..].to_owned() }
    }

    async fn come_back(&self, way: &Way) -> Answer {
        // It comes from another site.
        let request = get(&way.back).header("cookie", &way.cookie).header("sec-fetch-site", "cross-site");
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    async fn there_and_back(&self) -> Answer {
        let way = self.away().await;
        self.come_back(&way).await
    }

    fn record(&self) -> Vec<(String, String, String)> {
        let (entries, _) = self.console.0.desk.audit();
        entries.into_iter().map(|entry| (entry.what, entry.by, entry.note)).collect()
    }
}

#[tokio::test]
async fn whom_the_provider_vouches_for_is_signed_in_with_the_role_of_their_group() {
    let provider = Provider::start("127.0.0.1", at(0).as_second()).await;
    let site = begun(provider.issuer());
    let page = site.ask(get("/console/sign-in?to=/console/line").body(Body::empty()).unwrap()).await.text;
    assert!(page.contains("/console/oidc/start?to=%2Fconsole%2Fline") && page.contains("the house"), "{page}");
    assert!(page.contains("id=\"password\""), "users of our own are there all the same");
    let answer = site.there_and_back().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("http-equiv=\"refresh\" content=\"0; url=/console/line\""), "{}", answer.text);
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(
        cookies[0].starts_with("reelpress=") && cookies[0].ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{cookies:?}"
    );
    assert!(cookies[1].starts_with("reelpress-oidc=;") && cookies[1].contains("Max-Age=0"), "{cookies:?}");
    let ana = site.signed(&answer).await;
    let page = site.page(&ana, "/console/line").await;
    assert!(page.text.contains("<bdi>ana@example.org</bdi> (reviewer)"), "{}", page.text);
    assert_eq!(site.page(&ana, "/console/audit").await.status, StatusCode::FORBIDDEN);
    let vouched = format!("by {}, subject 248289761001", provider.issuer());
    assert_eq!(site.record()[0], ("sign-in-by-provider".to_owned(), "ana@example.org".to_owned(), vouched));
    // Their forms want the token like everybody's.
    let forged = Signed { csrf: "x".to_owned(), ..ana.clone() };
    assert_eq!(site.send(&forged, "/console/next", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.send(&ana, "/console/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.page(&ana, "/console").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_sign_in_ends_once_and_only_in_the_browser_that_began_it() {
    let provider = Provider::start("127.0.0.1", at(0).as_second()).await;
    let site = begun(provider.issuer());
    let (hers, his) = (site.away().await, site.away().await);
    let swapped = Way { cookie: his.cookie.clone(), back: hers.back.clone() };
    let nobodys = Way { cookie: String::new(), back: hers.back.clone() };
    let made_up = Way { cookie: hers.cookie.clone(), back: "/console/oidc/callback?state=x&code=y".to_owned() };
    for way in [&swapped, &nobodys, &made_up] {
        let answer = site.come_back(way).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", way.back);
        assert!(answer.text.contains("was not begun in this browser"), "{}", answer.text);
        assert_eq!(answer.headers.get("set-cookie"), None);
    }
    assert_eq!(site.come_back(&hers).await.status, StatusCode::OK);
    assert_eq!(site.come_back(&hers).await.status, StatusCode::BAD_REQUEST, "the same answer again");
    // The code of a sign-in that is over, with a state that is not.
    let code = |way: &Way| way.back.split_once("code=").unwrap().1.to_owned();
    let replayed = Way { back: his.back.replace(&code(&his), &code(&hers)), ..his };
    let answer = site.come_back(&replayed).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("did not sign you in: invalid_grant"), "{}", answer.text);
    let late = site.away().await;
    site.clock.set(at(601));
    assert_eq!(site.come_back(&late).await.status, StatusCode::BAD_REQUEST, "more than ten minutes");
}

#[tokio::test]
async fn nothing_that_is_wrong_with_the_providers_word_signs_anybody_in() {
    let provider = Provider::start("127.0.0.1", at(0).as_second()).await;
    let (forbidden, gateway) = (StatusCode::FORBIDDEN, StatusCode::BAD_GATEWAY);
    for (fault, status, words) in [
        (Fault::Denies, forbidden, "did not sign you in: access_denied"),
        (Fault::WrongNonce, forbidden, "the token belongs to another sign-in"),
        (Fault::WrongAudience, forbidden, "is for another program than `console.oidc.client_id`"),
        (Fault::AnotherAudienceToo, forbidden, "is for another program than `console.oidc.client_id`"),
        (Fault::AnotherParty, forbidden, "was given to another program"),
        (Fault::WrongIssuer, forbidden, "is by another provider than `console.oidc.issuer`"),
        (Fault::Expired, forbidden, "time is over"),
        (Fault::FromTheFuture, forbidden, "its clock and ours differ"),
        (Fault::UnknownKey, forbidden, "signed by a key that the provider does not publish"),
        (Fault::Forged, forbidden, "the token&#39;s signature is not right"),
        (Fault::Unsigned, forbidden, "the token&#39;s signature is not right"),
        (Fault::SharedSecret, forbidden, "the token&#39;s signature is not right"),
        (Fault::WrongAccessHash, forbidden, "belongs to another answer"),
        (Fault::NoToken, forbidden, "there is no ID token"),
        (Fault::NoRole, forbidden, "ana@example.org has no role here"),
        (Fault::Huge, gateway, "its token cannot be read"),
        (Fault::NotJson, gateway, "its token cannot be read"),
        (Fault::Redirects, gateway, "its token cannot be read"),
        (Fault::WrongSecret, gateway, "does not take the press&#39;s `client_id`"),
    ] {
        // Another console each time: one would say that there are too many tries.
        let site = begun(provider.issuer());
        provider.set(fault);
        let answer = site.there_and_back().await;
        let text = answer.text.replace("&#x27;", "&#39;").replace('\'', "&#39;");
        assert_eq!(answer.status, status, "{fault:?}: {text}");
        assert!(text.contains(words), "{fault:?}: {text}");
        assert!(!text.contains("evil") && answer.headers.get("set-cookie").is_none(), "{fault:?}");
        let (what, ..) = site.record().remove(0);
        assert_eq!(what, "sign-in-refused", "{fault:?}");
    }
}

#[tokio::test]
async fn a_provider_that_changes_its_key_is_asked_for_the_new_one() {
    let provider = Provider::start("127.0.0.1", at(0).as_second()).await;
    let site = begun(provider.issuer());
    assert_eq!(site.there_and_back().await.status, StatusCode::OK);
    provider.change_key();
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    tokio::time::resume();
    assert_eq!(site.there_and_back().await.status, StatusCode::OK);
}

#[tokio::test]
async fn while_the_provider_is_down_users_of_our_own_sign_in_as_ever() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let site = begun(issuer);
    let (answer, _) = site.leave().await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        answer.text.contains("cannot be reached (try again in a minute, or sign in with a name"),
        "{}",
        answer.text
    );
    site.sign_in("adam").await;
}

#[tokio::test]
async fn the_config_in_force_says_at_every_request_who_may() {
    let provider = Provider::start("127.0.0.1", at(0).as_second()).await;
    let site = begun(provider.issuer());
    let ana = site.signed(&site.there_and_back().await).await;
    let with = |change: fn(&mut Oidc)| {
        let mut settings = settings(provider.issuer());
        change(settings.console.oidc.as_mut().unwrap());
        settings
    };
    let status = async |settings: Settings| {
        site.live.swap(Arc::new(settings));
        site.page(&ana, "/console").await.status
    };
    assert_eq!(status(with(|oidc| oidc.email_domains = vec!["example.org".to_owned()])).await, StatusCode::OK);
    assert_eq!(status(with(|oidc| oidc.roles.reviewer.clear())).await, StatusCode::SEE_OTHER);
    assert_eq!(status(with(|_| ())).await, StatusCode::SEE_OTHER, "a session that ended is over");
    let foreign = with(|oidc| oidc.email_domains = vec!["example.com".to_owned()]);
    site.live.swap(Arc::new(foreign));
    let answer = site.there_and_back().await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("no verified address of ana@example.org that may sign in here"), "{}", answer.text);
    provider.set(Fault::Unverified);
    assert_eq!(site.there_and_back().await.status, StatusCode::FORBIDDEN, "an address that nobody verified is none");
    site.live.swap(Arc::new(Settings::default()));
    assert_eq!(site.leave().await.0.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn where_others_can_reach_it_the_address_to_come_back_to_is_the_configs() {
    let provider = Provider::start("127.0.0.1", at(0).as_second()).await;
    let everywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let mut settings = settings(provider.issuer());
    // A provider is a way in, so it starts without users of its own.
    let site = opened(settings.clone(), everywhere, &[]).unwrap();
    assert_eq!(site.leave().await.0.status, StatusCode::SERVICE_UNAVAILABLE);
    settings.console.public_url = Some("https://press.example/".parse().unwrap());
    let site = opened(settings, everywhere, &[]).unwrap();
    let (answer, cookie) = site.leave().await;
    let asked = url::Url::parse(answer.header("location")).unwrap();
    let redirect = asked.query_pairs().find(|(key, _)| key == "redirect_uri").unwrap().1.into_owned();
    assert_eq!(redirect, "https://press.example/console/oidc/callback");
    assert!(cookie.starts_with("__Host-reelpress-oidc=") && cookie.ends_with("; Secure"), "{cookie}");
}
