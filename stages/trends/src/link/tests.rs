use super::{canonical, usable};

#[track_caller]
fn check(link: &str, expected: Option<&str>) {
    assert_eq!(canonical(&link.parse().unwrap()).as_deref(), expected, "for {link}");
}

#[test]
fn what_says_nothing_about_the_page_is_folded() {
    for link in [
        "https://example.org/story",
        "http://www.example.org/story/",
        "HTTPS://WWW.Example.ORG:443/story?utm_source=x&UTM_medium=y#top",
        "https://example.org/story?fbclid=1&ref=home",
    ] {
        check(link, Some("example.org/story"));
    }
}

#[test]
fn what_names_the_page_stays() {
    check("https://example.org/s?id=2&b=1", Some("example.org/s?b=1&id=2"));
    check("https://example.org/S", Some("example.org/S"));
    check("https://example.org:8080/", Some("example.org:8080"));
    check("ftp://example.org/x", None);
}

#[test]
fn only_plain_web_links_are_kept() {
    for bad in ["javascript:alert(1)", "data:text/html,x", "https://user:pw@example.org/", "", "file:///etc/passwd"] {
        assert_eq!(usable(bad, None), None, "{bad}");
    }
    let base = "https://example.org/feeds/rss.xml".parse().unwrap();
    assert_eq!(usable("/a", Some(&base)).unwrap().as_str(), "https://example.org/a");
    assert_eq!(usable(&format!("https://example.org/{}", "a".repeat(3_000)), None), None);
}
