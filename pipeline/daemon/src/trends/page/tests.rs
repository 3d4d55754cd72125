use std::collections::BTreeMap;

use jiff::Timestamp;
use reelpress_trends::{Card, Element, Held, Report, Spark};
use reelpress_vocabulary::{Evidence, FeedId, Topic};

use super::{Shown, page};

fn hostile() -> Card {
    let evidence = ["javascript:alert(1)", "https://example.org/\"onmouseover=\"alert(1)"].map(|link| Evidence {
        feed: FeedId::parse("list").unwrap(),
        title: String::new(),
        link: Some(link.parse().unwrap()),
        at: Timestamp::UNIX_EPOCH,
        count: None,
    });
    let topic = Topic {
        id: "0a".to_owned(),
        title: "</td><script>alert('1')</script><img src=x onerror=\"alert(2)\">&lt;\u{7}".to_owned(),
        evidence: evidence.to_vec(),
        ..Topic::default()
    };
    Card { topic, why: "<b>list</b>: it climbs".to_owned(), ..Card::default() }
}

fn shown(elements: Vec<Element>) -> Shown {
    let held = Held { strength: 0.5, since: Timestamp::UNIX_EPOCH, card: hostile() };
    let sparks = BTreeMap::from([("0a".to_owned(), Spark(vec![Some(0.0), None, Some(1.0)]))]);
    let report = Report { at: Timestamp::UNIX_EPOCH, elements };
    Shown { report, library: vec![held], sources: Vec::new(), sparks }
}

#[test]
fn hostile_titles_are_words_on_the_page() {
    let element = Element { told: Timestamp::UNIX_EPOCH, again: None, card: hostile() };
    let page = page(&shown(vec![element]), Timestamp::UNIX_EPOCH);
    for bad in ["<script", "<img", "<b>", "javascript:", "\"onmouseover", "\u{7}"] {
        assert!(!page.contains(bad), "{bad} in {page}");
    }
    assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
    assert!(page.contains("&amp;lt;"), "what looks escaped is shown as it came");
    assert!(page.contains("<path d=\"M0.0 24.0L120.0 0.0\"/>"), "{page}");
}

#[test]
fn every_tag_that_is_opened_is_closed() {
    let element = Element { told: Timestamp::UNIX_EPOCH, again: None, card: hostile() };
    let page = page(&shown(vec![element]), Timestamp::UNIX_EPOCH);
    for tag in ["table", "tr", "td", "th", "small", "svg", "a", "h1", "h2", "body", "html", "style", "head"] {
        let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn a_day_without_news_says_so() {
    assert!(page(&shown(Vec::new()), Timestamp::UNIX_EPOCH).contains("Nothing was told in this time."));
}
