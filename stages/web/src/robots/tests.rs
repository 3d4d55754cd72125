use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::RobotsTxt;

fn closes(text: &str, path: &str) -> bool {
    let url = format!("https://example.org{path}").parse().unwrap();
    RobotsTxt::parse(text, "reelpress/1.0 (+x)").closes(&url).is_some()
}

#[test]
fn the_longest_rule_that_fits_decides_and_a_tie_is_open() {
    let text =
        "User-Agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c$\nDisallow: /*.gif$\nAllow: /x\nDisallow: /x\n";
    for (path, closed) in [
        ("/", false),
        ("/a", true),
        ("/abc", true),
        ("/a/b", false),
        ("/a/b/c", true),
        ("/a/b/c/d", false),
        ("/pic.gif", true),
        ("/pic.gif?x", false),
        ("/x", false),
        ("/robots.txt", false),
    ] {
        assert_eq!(closes(text, path), closed, "{path}");
    }
}

#[test]
fn groups_that_name_us_count_together_and_alone() {
    let text = "user-agent: *\ndisallow: /\n\nUser-agent: ReelPress/2\nUser-agent: other\nDisallow: /one # why\n\nUSER-AGENT: reelpress\nDisallow: /two\nCrawl-delay: 2.5\n";
    for (path, closed) in [("/one", true), ("/two", true), ("/three", false)] {
        assert_eq!(closes(text, path), closed, "{path}");
    }
    assert_eq!(RobotsTxt::parse(text, "reelpress").delay, Some(Duration::from_millis(2_500)));
    assert!(RobotsTxt::parse(text, "somebody").closes(&"https://example.org/".parse().unwrap()).is_some());
    assert!(!closes("User-agent: reelpressing\nDisallow: /\n", "/"));
    assert!(!closes("User-agent: reelpress\nDisallow:\n\nUser-agent: *\nDisallow: /\n", "/"));
}

#[test]
fn escapes_are_compared_not_spelt() {
    let text = "User-agent: *\nDisallow: /caf%c3%a9\nDisallow: /%7Euser/\nDisallow: /ü\n";
    for path in ["/caf%C3%A9", "/café", "/~user/x", "/%7euser/", "/%C3%BC"] {
        assert!(closes(text, path), "{path}");
    }
}

#[test]
fn what_is_no_rules_file_closes_nothing() {
    for text in ["", "<!DOCTYPE html><html><body>Disallow: /</body></html>", "Disallow: /", "\u{feff}", "a:b:c\n::\n"] {
        assert!(!closes(text, "/x"), "{text:?}");
    }
}

#[test]
fn a_hostile_file_costs_little() {
    let stars = "*a".repeat(120) + "b";
    let text = format!("User-agent: *\n{}", format!("Disallow: /{stars}\nCrawl-delay: 1e300\n").repeat(20_000));
    let rules = RobotsTxt::parse(&text, "reelpress");
    assert_eq!(rules.delay, Some(Duration::from_secs(30)));
    #[expect(clippy::disallowed_methods, reason = "the cost is what is tested")]
    let started = Instant::now();
    assert!(rules.closes(&format!("https://example.org/{}", "a".repeat(10_000)).parse().unwrap()).is_none());
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn any_text_is_rules(text in "(?s).{0,300}", path in "[ -~]{0,40}") {
        if let Ok(url) = format!("https://example.org/{path}").parse() {
            let _closed = RobotsTxt::parse(&text, "reelpress").closes(&url);
        }
    }

    #[test]
    fn any_rule_is_a_pattern(pattern in "/[a*$%]{0,12}", path in "/[a%$]{0,12}") {
        let _closed = closes(&format!("User-agent: *\nDisallow: {pattern}"), &path);
    }
}
