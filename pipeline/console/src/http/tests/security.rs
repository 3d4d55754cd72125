use std::time::Duration;

use futures::stream;

use super::*;

const ROLES: [(&str, Role); 4] =
    [("vic", Role::Viewer), ("ana", Role::Reviewer), ("olga", Role::Operator), ("adam", Role::Admin)];

/// Written out by hand, so that the table of routes is not tested by itself: address, verb, lowest role that may.
const MAY: &[(&str, &str, Option<Role>)] = &[
    ("GET", "/", Some(Role::Viewer)),
    ("GET", "/sign-in", None),
    ("POST", "/sign-in", None),
    ("GET", "/first/{token}", None),
    ("POST", "/first", None),
    ("GET", "/oidc/start", None),
    ("GET", "/oidc/callback", None),
    ("POST", "/sign-out", Some(Role::Viewer)),
    ("GET", "/assets/{name}", None),
    ("GET", "/review/{item}", Some(Role::Viewer)),
    ("POST", "/review/{item}/claim", Some(Role::Reviewer)),
    ("POST", "/review/{item}/release", Some(Role::Reviewer)),
    ("POST", "/review/{item}/decide", Some(Role::Reviewer)),
    ("POST", "/next", Some(Role::Reviewer)),
    ("POST", "/undo", Some(Role::Reviewer)),
    ("POST", "/bulk", Some(Role::Reviewer)),
    ("GET", "/media/{file}", Some(Role::Viewer)),
    ("GET", "/line", Some(Role::Viewer)),
    ("GET", "/line.json", Some(Role::Viewer)),
    ("GET", "/sheets/{sheet}", Some(Role::Viewer)),
    ("POST", "/items/{item}/release", Some(Role::Operator)),
    ("POST", "/items/{item}/give-up", Some(Role::Operator)),
    ("GET", "/decisions.csv", Some(Role::Operator)),
    ("GET", "/history", Some(Role::Reviewer)),
    ("GET", "/people", Some(Role::Operator)),
    ("GET", "/users", Some(Role::Admin)),
    ("GET", "/audit", Some(Role::Admin)),
];

fn filled(path: &str) -> String {
    let item = card(0, "").waiting.item.to_string();
    let file = format!("{}.mp4", card(0, "").waiting.cut.as_str());
    let path = path.replace("{item}", &item).replace("{file}", &file).replace("{sheet}", "items");
    let path = path.replace("{token}", "x").replace("{name}", "x.css");
    if path == "/" { MOUNT.to_owned() } else { format!("{MOUNT}{path}") }
}

#[tokio::test]
async fn every_route_lets_in_exactly_the_roles_it_should() {
    let verb = |route: &Route| if route.verb == Verb::Get { "GET" } else { "POST" };
    let there: Vec<_> = ROUTES.iter().map(|route| (verb(route), route.path)).collect();
    assert_eq!(
        there,
        MAY.iter().map(|(verb, path, _)| (*verb, *path)).collect::<Vec<_>>(),
        "a route without a row here"
    );
    // Signing out comes last: it must not decide what follows.
    let (last, first): (Vec<_>, Vec<_>) = MAY.iter().partition(|(_, path, _)| *path == "/sign-out");
    for (caller, role) in ROLES.iter().map(|(name, role)| (Some(*name), Some(*role))).chain([(None, None)]) {
        let site = opened(Settings::default(), HERE, caller.map(|name| (name, role.unwrap())).as_slice()).unwrap();
        site.press.put(card(0, "cut"));
        let signed = match caller {
            Some(name) => site.sign_in(name).await,
            None => Signed { cookie: "reelpress=x".to_owned(), csrf: "x".to_owned() },
        };
        for (verb, path, lowest) in first.iter().chain(&last) {
            let path = filled(path);
            let answer = if *verb == "GET" {
                site.page(&signed, &path).await
            } else {
                site.send(&signed, &path, &[("name", "x")]).await
            };
            let is_asked_to_sign_in = answer.header("location").starts_with("/console/sign-in?");
            let is_kept_out = is_asked_to_sign_in
                || answer.status == StatusCode::UNAUTHORIZED && !path.ends_with("/sign-in")
                || answer.status == StatusCode::FORBIDDEN && !path.contains("/first");
            let may = lowest.is_none_or(|lowest| role.is_some_and(|role| role >= lowest));
            assert_eq!(!is_kept_out, may, "{verb} {path} as {role:?}: {} {}", answer.status, answer.text);
        }
    }
}

#[tokio::test]
async fn a_form_from_anywhere_else_or_without_its_token_is_refused() {
    let site = site(1);
    let (ana, bo) = (site.sign_in("ana").await, site.sign_in("bo").await);
    let send = async |headers: &[(&str, &str)], csrf: Option<&str>| {
        let mut request = Request::post("/console/next").header("host", "127.0.0.1:9464").header("cookie", &ana.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let fields = csrf.map(|csrf| ("csrf", csrf));
        site.ask(request.body(form(fields.as_slice())).unwrap()).await.status
    };
    let ours = ("origin", "http://127.0.0.1:9464");
    assert_eq!(send(&[ours], Some(&ana.csrf)).await, StatusCode::SEE_OTHER);
    assert_eq!(send(&[("sec-fetch-site", "same-origin")], Some(&ana.csrf)).await, StatusCode::SEE_OTHER);
    assert_eq!(send(&[ours, ("x-csrf-token", &ana.csrf)], None).await, StatusCode::SEE_OTHER);
    for csrf in [None, Some(""), Some("x"), Some(bo.csrf.as_str())] {
        assert_eq!(send(&[ours], csrf).await, StatusCode::FORBIDDEN, "{csrf:?}");
    }
    for headers in [
        &[][..],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://127.0.0.1:9464.evil.example")],
        &[("origin", "http://127.0.0.1:80")],
        &[("origin", "file://127.0.0.1:9464")],
        &[ours, ("sec-fetch-site", "cross-site")],
        &[ours, ("sec-fetch-site", "same-site")],
        &[ours, ("sec-fetch-site", "none")],
    ] {
        assert_eq!(send(headers, Some(&ana.csrf)).await, StatusCode::FORBIDDEN, "{headers:?}");
    }
}

#[tokio::test]
async fn a_session_ends_by_time_by_signing_out_and_with_its_user() {
    let site = site(0);
    let is_in = async |who: &Signed| site.page(who, "/console").await.status == StatusCode::OK;
    let ana = site.sign_in("ana").await;
    site.clock.set(at(2 * 3_600));
    assert!(is_in(&ana).await);
    site.clock.set(at(4 * 3_600 + 1));
    assert!(!is_in(&ana).await, "idle for more than two hours");
    let ana = site.sign_in("ana").await;
    for hour in 5..=16 {
        site.clock.set(at(hour * 3_600));
        assert!(is_in(&ana).await, "{hour}");
    }
    site.clock.set(at(16 * 3_600 + 3));
    assert!(!is_in(&ana).await, "twelve hours, whatever they do");
    let (ana, bo) = (site.sign_in("ana").await, site.sign_in("bo").await);
    let out = site.send(&ana, "/console/sign-out", &[]).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert!(!is_in(&ana).await && is_in(&bo).await);
    UserFile::of_data(site.folder.path()).remove(&Name::parse("bo").unwrap()).unwrap();
    assert!(!is_in(&bo).await);
}

#[tokio::test]
async fn forged_cookies_are_nobody() {
    let site = site(0);
    let ana = site.sign_in("ana").await;
    let id = ana.cookie.strip_prefix("reelpress=").unwrap();
    let flipped = format!("reelpress={}{}", if id.starts_with('A') { "B" } else { "A" }, &id[1..]);
    let long = format!("reelpress={}", "A".repeat(100_000));
    for forged in [
        "",
        "reelpress=",
        "reelpress=ana",
        "reelpress=../users.toml",
        &flipped,
        &long,
        &format!("other={id}"),
        &format!("__Host-reelpress={id}"),
        &format!("reelpress={}", id.to_lowercase()),
    ] {
        let answer = site.page(&Signed { cookie: forged.to_owned(), csrf: String::new() }, "/console").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", &forged[..forged.len().min(60)]);
    }
    assert_eq!(
        site.page(&Signed { cookie: format!("a=b; {}; c=d", ana.cookie), ..ana }, "/console").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn paths_lead_nowhere_but_to_what_there_is() {
    let site = site(0);
    let ana = site.sign_in("ana").await;
    let climbs = [
        "../users.toml",
        "..%2fusers.toml",
        "%2e%2e/users.toml",
        "..%5cusers.toml",
        "%00",
        "....//users.toml",
        "/etc/passwd",
        "%252e%252e%252fusers.toml",
        "a.mp4",
        "users.toml",
    ];
    for below in ["media", "assets", "sheets", "review", "first", ""] {
        for climb in climbs {
            let answer = site.page(&ana, &format!("/console/{below}/{climb}")).await;
            let fine = [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN];
            assert!(fine.contains(&answer.status), "{below}/{climb}: {}", answer.status);
            assert!(!answer.text.contains("argon2"), "{below}/{climb}");
        }
    }
}

#[tokio::test]
async fn a_huge_body_is_refused_and_not_read() {
    let site = site(0);
    let ana = site.sign_in("ana").await;
    let huge = form(&[("csrf", &ana.csrf), ("note", &"x".repeat(70_000))]);
    let answer = site.ask(post("/console/next").header("cookie", &ana.cookie).body(huge).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    // One that never ends, without its length.
    let endless = Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; 1 << 16]))));
    let answer = site.ask(post("/console/sign-in").body(endless).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_finishes_its_form_is_let_go() {
    let site = site(0);
    let slow = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let begun = tokio::time::Instant::now();
    let answer = site.ask(post("/console/sign-in").body(slow).unwrap()).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert!(begun.elapsed() < Duration::from_secs(11));
}

#[tokio::test]
async fn trying_passwords_is_slow_and_says_nothing_of_who_there_is() {
    let site = site(0);
    let (wrong, nobody) =
        (site.try_password("ana", "wrong words here").await, site.try_password("nobody", "wrong words here").await);
    assert_eq!((wrong.status, nobody.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert_eq!(wrong.text, nobody.text);
    for _ in 0..4 {
        assert_eq!(site.try_password("ana", "wrong words here").await.status, StatusCode::UNAUTHORIZED);
    }
    let answer = site.try_password("ana", PASSWORD).await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (StatusCode::TOO_MANY_REQUESTS, "30"),
        "not even with the right one"
    );
    site.clock.set(at(31));
    site.sign_in("ana").await;
}

#[tokio::test]
async fn every_answer_says_what_browsers_may_do_with_it() {
    let site = site(1);
    let ana = site.sign_in("ana").await;
    for path in [
        "/console",
        "/console/sign-in",
        "/console/nothing",
        "/console/first/x",
        "/console/media/x",
        &super::super::assets::STYLE.path(),
        "/console/line.json",
    ] {
        let answer = site.page(&ana, path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    }
    assert_eq!(site.page(&ana, "/console").await.header("cache-control"), "no-store");
    assert!(site.page(&ana, &super::super::assets::STYLE.path()).await.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn the_cookie_is_for_us_alone_and_over_tls_where_there_is_tls() {
    let answer = site(0).try_password("ana", PASSWORD).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("reelpress=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
    let mut settings = Settings::default();
    settings.console.public_url = Some("https://press.example/".parse().unwrap());
    let site = opened(settings, HERE, &[("ana", Role::Reviewer)]).unwrap();
    let request =
        Request::post("/console/sign-in").header("host", "press.example").header("origin", "https://press.example");
    let answer = site.ask(request.body(form(&[("name", "ana"), ("password", PASSWORD)])).unwrap()).await;
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-reelpress=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"),
        "{cookie}"
    );
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn on_this_machine_a_foreign_name_is_not_answered() {
    let site = site(0);
    for (host, status) in [
        ("127.0.0.1:9464", 200),
        ("localhost", 200),
        ("[::1]:80", 200),
        ("evil.example:9464", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ] {
        let answer = site.ask(Request::get("/console/sign-in").header("host", host).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{host}");
    }
}

#[tokio::test]
async fn after_signing_in_one_goes_to_our_pages_only() {
    for (to, goes) in [
        ("/console/line", "/console/line"),
        ("https://evil.example", "/console"),
        ("//evil.example", "/console"),
        ("/console//evil.example", "/console"),
        ("/consoleevil", "/console"),
        ("/console/../api", "/console"),
        ("/console/\r\nSet-Cookie: a=b", "/console"),
        ("javascript:alert(1)", "/console"),
    ] {
        let site = site(0);
        let body = form(&[("name", "ana"), ("password", PASSWORD), ("to", to)]);
        let answer = site.ask(post("/console/sign-in").body(body).unwrap()).await;
        assert_eq!(answer.header("location"), goes, "{to:?}");
    }
}

#[test]
fn where_others_can_reach_it_a_console_without_users_does_not_start() {
    let everywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let error = opened(Settings::default(), everywhere, &[]).err().unwrap().to_string();
    insta::assert_snapshot!(error, @"`daemon.listen` is 0.0.0.0, which others can reach, and the console has no users (add one with `reelpress user add NAME --role admin`, set up [console.oidc], listen on 127.0.0.1, or set `console.enabled = false`)");
    opened(Settings::default(), everywhere, &[("ana", Role::Viewer)]).unwrap();
}

#[tokio::test]
async fn the_first_link_signs_in_once_and_only_as_long_as_there_are_no_users() {
    let site = opened(Settings::default(), HERE, &[]).unwrap();
    let link = site.console.first_link().unwrap().unwrap();
    let token = link.rsplit('/').next().unwrap().to_owned();
    let anybody = Signed { cookie: String::new(), csrf: String::new() };
    assert_eq!(site.page(&anybody, &link).await.status, StatusCode::OK);
    assert_eq!(site.page(&anybody, &link).await.status, StatusCode::OK, "to look at it does not use it up");
    assert_eq!(site.send(&anybody, "/console/first", &[("token", "x")]).await.status, StatusCode::FORBIDDEN);
    let answer = site.send(&anybody, "/console/first", &[("token", &token)]).await;
    let admin = site.signed(&answer).await;
    assert_eq!(site.page(&admin, "/console/audit").await.status, StatusCode::OK);
    assert_eq!(site.send(&anybody, "/console/first", &[("token", &token)]).await.status, StatusCode::FORBIDDEN, "once");
    let other = site.console.first_link().unwrap().unwrap();
    UserFile::of_data(site.folder.path()).add(Name::parse("ana").unwrap(), Role::Admin, PASSWORD, at(0)).unwrap();
    assert_eq!(site.page(&admin, "/console").await.status, StatusCode::SEE_OTHER, "its session ends too");
    assert_eq!(site.page(&anybody, &other).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.console.first_link().unwrap(), None);
}
