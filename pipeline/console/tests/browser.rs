//! The console in a real Chromium, driven over its `DevTools` protocol: ten cuts cleared by keyboard, two reviewers at once,
//! a session that ends, pictures for the docs, and what axe-core finds. Skipped, with a word, where there is no Chromium;
//! its part with axe where there is no axe-core and no npm to fetch it with.
//!
//! `REELPRESS_DOCS_PICTURES=1` writes the pictures into `docs/`, else they go into the target folder.
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

#[path = "browser/chromium.rs"]
mod chromium;
#[expect(dead_code, reason = "a browser meets a provider that does nothing wrong")]
#[path = "../src/http/tests/oidc/sandbox.rs"]
mod provider;
#[path = "browser/site.rs"]
mod site;

use chromium::{Browser, Tab};
use serde_json::json;
use site::{CUTS, PASSWORD, Site};

#[test]
fn the_console_works_in_a_real_browser() {
    let Some(mut browser) = Browser::start() else {
        say("SKIPPED: there is no chromium (Debian: apt-get install chromium; or name one in CHROMIUM)");
        return;
    };
    let site = Site::start();
    let ana = browser.tab();
    sign_in(&mut browser, &ana, &site, "ana");
    pictures_and_axe(&mut browser, &ana, &site);
    plays(&mut browser, &ana, &site);
    compares(&mut browser, &ana, &site);
    two_at_once(&mut browser, &ana, &site);
    clears_ten_by_keyboard(&mut browser, &ana, &site);
    reports_and_held_items(&mut browser, &ana, &site);
    nothing_foreign_runs(&mut browser, &ana, &site);
    signs_in_by_the_provider(&mut browser, &site);
    session_ends(&mut browser, &ana, &site);
}

#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn say(words: &str) {
    eprintln!("{words}");
}

fn sign_in(browser: &mut Browser, tab: &Tab, site: &Site, name: &str) {
    browser.go(tab, &site.address("/console"));
    browser.wait(tab, "location.pathname === '/console/sign-in' && document.querySelector('#password')");
    browser.run(tab, "document.querySelector('#name').focus()");
    browser.text(tab, name);
    browser.run(tab, "document.querySelector('#password').focus()");
    browser.text(tab, PASSWORD);
    browser.key(tab, "Enter");
    browser.wait(tab, "location.pathname === '/console' && document.querySelector('h1')");
}

fn pictures_and_axe(browser: &mut Browser, tab: &Tab, site: &Site) {
    let axe = chromium::axe();
    if axe.is_none() {
        say("SKIPPED: axe-core is not there and could not be fetched (npm pack axe-core)");
    }
    let pages = [
        ("queue", "/console".to_owned(), "document.querySelectorAll('[data-row]').length > 9"),
        ("card", format!("/console/review/{}", site::similar()), "document.querySelector('#timeline')"),
        ("line", "/console/line".to_owned(), "document.querySelector('progress')"),
        ("schedule", "/console/sheets/schedule".to_owned(), "document.querySelector('h1')"),
        ("items", "/console/sheets/items".to_owned(), "document.querySelector('ul.held')"),
        ("reports", "/console/sheets/reports".to_owned(), "document.querySelector('h1')"),
        ("devices", "/console/sheets/devices".to_owned(), "document.querySelector('table')"),
        ("accounts", "/console/sheets/accounts".to_owned(), "document.querySelector('table')"),
        ("history", "/console/history".to_owned(), "document.querySelector('h1')"),
        ("agreement", "/console/people".to_owned(), "document.querySelector('h1')"),
        ("audit", "/console/audit".to_owned(), "document.querySelector('table')"),
    ];
    let mut faults = Vec::new();
    for (name, path, there) in &pages {
        for (shape, width, height, mobile) in [("", 1_280, 900, false), ("-phone", 390, 844, true)] {
            browser.resize(tab, (width, height), mobile);
            browser.go(tab, &site.address(path));
            browser.wait(tab, there);
            let overflow = browser.run(tab, "document.documentElement.scrollWidth - innerWidth");
            assert!(overflow.as_i64().unwrap_or(99) <= 0, "{name}{shape} is wider than the screen by {overflow}");
            if ["queue", "card", "line"].contains(name) {
                browser.picture(tab, &format!("console-{name}{shape}"));
            }
            if let Some(axe) = &axe {
                faults.extend(browser.axe(tab, axe).into_iter().map(|fault| format!("{name}{shape}: {fault}")));
            }
        }
    }
    browser.resize(tab, (1_280, 900), false);
    assert!(faults.is_empty(), "axe finds serious faults:\n{}", faults.join("\n"));
}

/// The film comes in parts, marks lead into it, helps lie over it, and what is unpleasant is veiled and mute.
fn plays(browser: &mut Browser, tab: &Tab, site: &Site) {
    if !site.has_film {
        say("SKIPPED: playing needs a film, and there is no ffmpeg to make one");
        return;
    }
    browser.go(tab, &site.address(&format!("/console/review/{}", site::similar())));
    browser.wait(tab, "document.querySelector('#video')?.readyState >= 1");
    assert_eq!(browser.run(tab, "Math.round(document.querySelector('#video').duration)"), json!(20));
    browser.key(tab, "m");
    browser.wait(tab, "document.querySelector('#video').currentTime === 1.5");
    browser.key(tab, "m");
    browser.wait(tab, "document.querySelector('#video').currentTime === 11");
    browser.key(tab, "c");
    browser.wait(tab, "document.querySelector('#shown-caption').textContent === 'Engineers listen to that sound.'");
    browser.key(tab, "z");
    browser.wait(tab, "!document.querySelector('[data-zone=TikTok]').hasAttribute('hidden')");
    browser.picture(tab, "console-card-overlays");
    browser.key(tab, " ");
    browser.wait(tab, "!document.querySelector('#video').paused");
    browser.key(tab, " ");
    browser.wait(tab, "document.querySelector('#video').paused");
    browser.go(tab, &site.address(&format!("/console/review/{}", site::unpleasant())));
    browser.wait(tab, "document.querySelector('#stage.veiled') && document.querySelector('#video').muted");
    browser.key(tab, "b");
    browser.wait(tab, "!document.querySelector('#stage.veiled') && !document.querySelector('#video').muted");
}

/// Both films stand at the seconds that are alike, jump together by key and by click, and play together.
fn compares(browser: &mut Browser, tab: &Tab, site: &Site) {
    if !site.has_film {
        say("SKIPPED: comparing needs films, and there is no ffmpeg to make them");
        return;
    }
    let at = |here: &str, there: &str| {
        format!(
            "document.querySelector('#here-0').currentTime === {here} && document.querySelector('#there-0').currentTime === {there}"
        )
    };
    for (shape, width, height, mobile) in [("-phone", 390, 844, true), ("", 1_280, 900, false)] {
        browser.resize(tab, (width, height), mobile);
        browser.go(tab, &site.address(&format!("/console/review/{}", site::similar())));
        browser.wait(tab, &at("1.5", "0"));
        browser.key(tab, "s");
        browser.wait(tab, &at("11", "9"));
        let told = "document.querySelector('[data-pair-now]').textContent === 'here 11.0 s, there 9.0 s'";
        browser.wait(tab, told);
        browser.run(tab, "document.querySelector('#similar').scrollIntoView()");
        let side_by_side = "(() => { const [a, b] = ['#here-0', '#there-0'].map(id => document.querySelector(id).getBoundingClientRect()); return a.top === b.top && a.right <= b.left && b.right <= innerWidth; })()";
        browser.wait(tab, side_by_side);
        browser.wait(tab, "[...document.querySelectorAll('video')].every(one => !one.seeking && one.readyState >= 2)");
        browser.picture(tab, &format!("console-similar{shape}"));
    }
    browser.run(tab, "document.querySelector('[data-stretch]').click()");
    browser.wait(tab, &at("1.5", "0"));
    assert_eq!(
        browser.run(tab, "[...document.querySelectorAll('[data-stretch]')].map(one => one.textContent)"),
        json!(["0:01\u{2013}0:06 here, 0:00\u{2013}0:04 there", "0:11\u{2013}0:15 here, 0:09\u{2013}0:13 there"])
    );
    browser.key(tab, "p");
    browser.wait(tab, "['#here-0', '#there-0'].every(id => !document.querySelector(id).paused)");
    browser.wait(tab, "document.querySelector('#here-0').currentTime > 1.6");
    browser.key(tab, "p");
    browser.wait(tab, "['#here-0', '#there-0'].every(id => document.querySelector(id).paused)");
}

fn two_at_once(browser: &mut Browser, ana: &Tab, site: &Site) {
    let bo = browser.tab();
    sign_in(browser, &bo, site, "bo");
    browser.go(ana, &site.address("/console"));
    browser.wait(ana, "document.querySelector('[data-key=n]')");
    browser.key(ana, "n");
    browser.wait(ana, "location.pathname.startsWith('/console/review/') && document.querySelector('.decide')");
    browser.key(&bo, "n");
    browser.wait(&bo, "location.pathname.startsWith('/console/review/') && document.querySelector('.decide')");
    let (hers, his) = (browser.run(ana, "location.pathname"), browser.run(&bo, "location.pathname"));
    assert_ne!(hers, his, "two people judge the same cut");
    browser.go(&bo, &site.address(hers.as_str().unwrap()));
    browser.wait(
        &bo,
        "document.querySelector('#claimed-by')?.textContent === 'ana' && !document.querySelector('#claimed').hidden",
    );
    browser.key(&bo, "a");
    browser.wait(&bo, "document.body.textContent.includes('ana is looking at this cut')");
    browser.close(&bo);
}

fn clears_ten_by_keyboard(browser: &mut Browser, tab: &Tab, site: &Site) {
    browser.go(tab, &site.address("/console"));
    browser.wait(tab, "document.querySelector('[data-row]')");
    browser.key(tab, "j");
    browser.key(tab, "j");
    browser.key(tab, "k");
    let chosen = browser.run(tab, "[...document.querySelectorAll('[data-row]')].indexOf(document.activeElement)");
    assert_eq!(chosen, json!(0), "j and k move between the rows");
    browser.key(tab, "Enter");
    for n in 0..CUTS {
        let ready = "document.readyState === 'complete' && document.querySelector('.decide [data-key=e]')";
        browser.wait(tab, ready);
        let before = browser.run(tab, "location.pathname").as_str().unwrap().to_owned();
        match n % 3 {
            0 => browser.key(tab, "a"),
            1 => {
                browser.key(tab, "r");
                browser.wait(tab, "document.activeElement.id === 'why-not'");
                browser.key(tab, "2");
                browser.key(tab, "Enter");
            }
            _ => {
                browser.key(tab, "e");
                browser.wait(tab, "document.activeElement.id === 'what-else'");
                browser.text(tab, "a slower voice");
                browser.key(tab, "Enter");
            }
        }
        browser.wait(tab, &format!("location.pathname !== '{before}' && document.querySelector('h1')"));
        if n == 4 {
            // The fifth again: taken back and said anew.
            browser.key(tab, "u");
            browser.wait(tab, &format!("location.pathname === '{before}' && {ready}"));
            browser.key(tab, "a");
            browser.wait(tab, &format!("location.pathname !== '{before}' && document.querySelector('h1')"));
        }
    }
    browser
        .wait(tab, "location.pathname === '/console' && document.body.textContent.includes('Nothing waits for you')");
    let mut said = site.given_after_the_minute();
    said.sort_unstable();
    let mut expected: Vec<_> = (0..CUTS)
        .map(|n| if n == 4 { "approve" } else { ["approve", "reject", "send-back"][n as usize % 3] })
        .collect();
    expected.sort_unstable();
    assert_eq!(said, expected, "each word reaches the press once");
}

/// What was decided is counted, and a held item is ended with a reason.
fn reports_and_held_items(browser: &mut Browser, tab: &Tab, site: &Site) {
    let axe = chromium::axe();
    let mut faults = Vec::new();
    for (shape, width, height, mobile) in [("-phone", 390, 844, true), ("", 1_280, 900, false)] {
        browser.resize(tab, (width, height), mobile);
        browser.go(tab, &site.address("/console/sheets/reports"));
        browser.wait(tab, "document.body.textContent.includes('By reviewer')");
        let overflow = browser.run(tab, "document.documentElement.scrollWidth - innerWidth");
        assert!(overflow.as_i64().unwrap_or(99) <= 0, "reports{shape} is wider than the screen by {overflow}");
        faults.extend(axe.iter().flat_map(|axe| browser.axe(tab, axe)));
        browser.picture(tab, &format!("console-reports{shape}"));
    }
    assert!(faults.is_empty(), "axe finds serious faults:\n{}", faults.join("\n"));
    browser.go(tab, &site.address("/console/sheets/items"));
    browser.wait(tab, "document.querySelector('ul.held summary')");
    browser.run(tab, "document.querySelector('ul.held summary').click()");
    browser.run(tab, "document.querySelector('ul.held input[name=note]').focus()");
    browser.text(tab, "nobody wants it");
    browser.key(tab, "Enter");
    browser.wait(tab, "document.body.textContent.includes('It has ended.') && !document.querySelector('ul.held')");
}

/// The policy of the pages holds: no script but ours, no request to anywhere else.
fn nothing_foreign_runs(browser: &mut Browser, tab: &Tab, site: &Site) {
    browser.go(tab, &site.address("/console"));
    browser.wait(tab, "document.querySelector('h1')");
    browser.run(
        tab,
        "window.ran = false; const inline = document.createElement('script'); inline.textContent = 'window.ran = true'; document.body.append(inline)",
    );
    assert_eq!(browser.run(tab, "window.ran"), json!(false), "an inline script ran");
    let asked = browser.run(tab, "fetch('http://localhost:9/').then(() => 'sent', error => String(error))");
    assert!(asked.as_str().unwrap().contains("Failed to fetch"), "{asked}");
    let foreign = browser.run(
        tab,
        "performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(location.origin)).filter(name => !name.includes('localhost:9'))",
    );
    assert_eq!(foreign, json!([]), "something was fetched from elsewhere");
}

/// There and back over another site, with cookies that other sites do not get to send.
fn signs_in_by_the_provider(browser: &mut Browser, site: &Site) {
    let tab = browser.tab();
    browser.go(&tab, &site.address("/console/line"));
    browser.wait(&tab, "location.pathname === '/console/sign-in' && document.querySelector('a.button')");
    browser.picture(&tab, "console-sign-in");
    let faults = chromium::axe().map(|axe| browser.axe(&tab, &axe)).unwrap_or_default();
    assert!(faults.is_empty(), "axe finds serious faults:\n{}", faults.join("\n"));
    browser.run(&tab, "document.querySelector('a.button').click()");
    browser.wait(&tab, "location.pathname === '/console/line' && document.querySelector('.who')");
    let who = browser.run(&tab, "document.querySelector('.who span').textContent");
    assert_eq!(who, json!("ana@example.org (reviewer)"));
    browser.close(&tab);
}

fn session_ends(browser: &mut Browser, tab: &Tab, site: &Site) {
    site.hours_pass(3);
    browser.go(tab, &site.address("/console/line"));
    browser.wait(tab, "location.pathname === '/console/sign-in' && document.querySelector('#password')");
}
