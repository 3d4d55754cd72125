use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use reelpress_config::Name;
use reelpress_vocabulary::{AccountId, Evidence, FeedId, NicheId, Script, TemplateId, Topic, Writer};
use url::Url;

use super::*;
use crate::numbers;

/// One item of the demonstration feed: title, link, description, and the rest by tag name.
type Item = BTreeMap<String, String>;

/// The demonstration feed as a strict XML reader sees it.
fn demo_items() -> Vec<Item> {
    let xml = include_str!("../../../../config/demo/feed.xml");
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut items, mut item, mut tag) = (Vec::new(), None::<Item>, String::new());
    loop {
        match reader.read_event().expect("the demonstration feed is well-formed XML") {
            quick_xml::events::Event::Start(start) => {
                tag = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
                if tag == "item" {
                    item = Some(Item::new());
                }
            }
            quick_xml::events::Event::Text(text) => {
                if let Some(item) = &mut item {
                    item.entry(tag.clone()).or_default().push_str(&text.decode().unwrap());
                }
            }
            quick_xml::events::Event::GeneralRef(name) => {
                if let Some(item) = &mut item {
                    let name = String::from_utf8(name.to_vec()).unwrap();
                    item.entry(tag.clone()).or_default().push_str(&format!("&{name};"));
                }
            }
            quick_xml::events::Event::End(end) => {
                tag.clear();
                if end.name().as_ref() == b"item" {
                    items.extend(item.take());
                }
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    items
}

fn topic(title: &str, summary: &str, link: &str) -> Topic {
    Topic {
        id: "0".repeat(64),
        title: title.to_owned(),
        summary: summary.to_owned(),
        language: "en".to_owned(),
        score: 1.0,
        evidence: vec![Evidence {
            feed: FeedId::parse("demo").unwrap(),
            title: title.to_owned(),
            link: Some(Url::parse(link).unwrap()),
            at: Timestamp::UNIX_EPOCH,
            count: None,
        }],
    }
}

fn brief(topic: Topic, seed: u64) -> Brief {
    Brief {
        topic,
        niche: NicheId::parse("curious").unwrap(),
        account: AccountId::parse("one").unwrap(),
        template: TemplateId::parse("plain").unwrap(),
        language: "en".to_owned(),
        seed,
        given_script: None,
    }
}

fn niche(tone: &str) -> Niche {
    Niche {
        language: "en".to_owned(),
        tone: tone.to_owned(),
        keywords: Vec::new(),
        avoid: Vec::new(),
        templates: vec![Name::parse("plain").unwrap()],
        hashtags: vec!["science".to_owned()],
        call_to_action: String::new(),
    }
}

fn demo_topics() -> Vec<Topic> {
    demo_items().iter().map(|item| topic(&item["title"], &item["description"], &item["link"])).collect()
}

fn script(brief: &Brief, niche: &Niche) -> Script {
    let limits = ScriptLimits::default();
    let draft = write(brief, niche, &limits).unwrap_or_else(|reason| panic!("{reason}"));
    let writer = Writer::Builtin { phrases: "en".to_owned() };
    draft.check(writer, &limits).unwrap_or_else(|problems| panic!("{problems}"))
}

fn told(script: &Script) -> String {
    use std::fmt::Write as _;
    let draft = script.draft();
    let mut out = format!("# {}\n", draft.title);
    for beat in script.beats() {
        writeln!(out, "  {}\n      [{}] <{}>", beat.narration, beat.on_screen, beat.show).unwrap();
    }
    let words = script.beats().map(|beat| spoken_words(&beat.narration)).sum::<usize>();
    writeln!(out, "  caption: {:?} {:?} {words} words", draft.caption, draft.hashtags).unwrap();
    out
}

/// Read these: `cargo nextest run -p reelpress-script --no-capture ten_scripts`.
#[test]
fn ten_scripts_from_the_demonstration_feed_read_well_by_every_measure_we_have() {
    let tones = ["curious and lively", "calm", "sober", ""];
    for (at, topic) in demo_topics().into_iter().take(12).enumerate() {
        let script = script(&brief(topic, 7 + at as u64), &niche(tones[at % tones.len()]));
        print!("{}", told(&script));
    }
}
