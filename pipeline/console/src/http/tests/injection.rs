//! A press whose every text is an attack: none of it may become an element, an attribute or an address that runs.

use html5gum::{Token, Tokenizer};

use super::*;
use crate::press::FindingKind;
use crate::press::{Beat, Caption, Earlier, Finding, HeldItem, LineNow, Severity, Sheet, Span, StageNow, Table, Zone};

const ATTACKS: [&str; 7] = [
    "\"><evil onevil=1>",
    "'><evil onevil='1'>",
    "</bdi></title></textarea></script></option></svg><evil onevil=1>",
    "<svg><evil onevil=1></svg>",
    "&lt;evil onevil=1&gt;&#60;evil&#62;",
    "javascript:evil()",
    "\u{202e}<evil\u{0}onevil=1>\u{2028}--><![CDATA[<evil>]]>",
];

/// Elements that our pages are made of.
const OURS: &[&str] = &[
    "a",
    "article",
    "bdi",
    "body",
    "br",
    "button",
    "caption",
    "code",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "form",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "html",
    "img",
    "input",
    "kbd",
    "label",
    "li",
    "line",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "option",
    "p",
    "progress",
    "q",
    "rect",
    "script",
    "section",
    "select",
    "span",
    "strong",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "textarea",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
    "video",
];

#[track_caller]
fn assert_holds_nothing_foreign(what: &str, page: &str) {
    for token in Tokenizer::new(page).flatten() {
        let Token::StartTag(tag) = token else { continue };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        assert!(OURS.contains(&name.as_str()), "{what}: <{name}>");
        for (key, value) in &tag.attributes {
            let key = String::from_utf8_lossy(key).into_owned();
            let value = String::from_utf8_lossy(&value.value).into_owned();
            assert!(!key.starts_with("on") && key != "style" && key != "srcdoc", "{what}: <{name} {key}>");
            if ["href", "src", "action", "poster", "formaction"].contains(&key.as_str()) {
                let is_ours = value.starts_with("/console")
                    || value.starts_with('#')
                    || value.starts_with("https://example.org/");
                assert!(is_ours, "{what}: <{name} {key}={value}>");
            }
            if name == "script" {
                assert!(key == "src" || key == "defer", "{what}: <script {key}>");
            }
        }
    }
    assert!(!page.contains('\u{202e}'), "{what}: a mark of direction");
    assert!(!page.contains("<evil"), "{what}");
}

fn attacked(n: u64, attack: &str) -> crate::Card {
    let text = attack.to_owned();
    let span = Span { from_ms: 0, to_ms: 1_000 };
    let mut card = card(n, attack);
    for field in [&mut card.waiting.niche, &mut card.waiting.account, &mut card.waiting.why, &mut card.caption] {
        field.clone_from(&text);
    }
    card.waiting.findings = vec![Finding {
        kind: FindingKind::Unpleasant,
        rule: text.clone(),
        severity: Severity::Hold,
        message: text.clone(),
        evidence: text.clone(),
        marks: vec![span, Span { from_ms: u64::MAX, to_ms: 0 }],
        earlier: Some(Earlier {
            item: text.clone(),
            title: text.clone(),
            cut: Some(card.waiting.cut.clone()),
            matches: vec![(span, Span { from_ms: u64::MAX, to_ms: u64::MAX })],
        }),
    }];
    card.beats = vec![Beat { spoken: text.clone(), on_screen: text.clone(), sources: vec![0, 99], span }];
    card.captions = vec![Caption { span, text: text.clone() }];
    card.hashtags = vec![text.clone()];
    card.sources = vec![
        (text.clone(), text.clone()),
        (text.clone(), "javascript:evil()".to_owned()),
        (text.clone(), "data:text/html,<evil>".to_owned()),
        (text.clone(), format!("https://example.org/{text}")),
    ];
    card.facts = vec![(text.clone(), text.clone())];
    card.zones = vec![Zone { platform: text, covered: [f64::NAN, f64::INFINITY, -1.0, 2.0] }];
    card
}

#[tokio::test]
async fn no_text_of_the_press_becomes_a_part_of_a_page() {
    let users = [("ana", Role::Reviewer), ("adam", Role::Admin)];
    for attack in ATTACKS {
        let mut settings = Settings::default();
        settings.console.double_check_percent = 100;
        let site = opened(settings, HERE, &users).unwrap();
        site.press.put(attacked(0, attack));
        site.press.put(attacked(1, attack));
        let text = attack.to_owned();
        let table = Table { note: text.clone(), columns: vec![text.clone()], rows: vec![vec![text.clone()]] };
        for sheet in Sheet::ALL {
            site.press.put_sheet(sheet, table.clone());
        }
        let (item, stage) = (card(7, "").waiting.item, text.clone());
        let (title, why, since) = (text.clone(), text.clone(), at(0));
        site.press.put_held(HeldItem { item, title, stage, why, since });
        let stages = vec![StageNow { name: text.clone(), depth: 1, capacity: 2 }];
        site.press.put_line(LineNow {
            trouble: text.clone(),
            stages,
            items: vec![(text.clone(), 1)],
            ..LineNow::default()
        });
        let (ana, adam) = (site.sign_in("ana").await, site.sign_in("adam").await);
        let waiting = card(0, "").waiting;
        let path = format!("/console/review/{}", waiting.item);
        let note = attack.replace('\0', "");
        // What both of them said is shown to a third, in the history and in the audit record.
        for (who, choice) in [(&ana, "reject"), (&adam, "send-back")] {
            let fields = [("cut", waiting.cut.as_str()), ("choice", choice), ("note", note.as_str())];
            assert_eq!(site.send(who, &format!("{path}/decide"), &fields).await.status, StatusCode::SEE_OTHER);
        }
        site.try_password(attack, attack).await;
        for path in [
            "/console",
            &path,
            "/console/line",
            "/console/history",
            "/console/people",
            "/console/users",
            "/console/audit",
        ] {
            let page = site.page(&adam, path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert_holds_nothing_foreign(&format!("{attack} in {path}"), &page.text);
        }
        for sheet in Sheet::ALL {
            let page = site.page(&adam, &format!("/console/sheets/{}", sheet.as_str())).await;
            assert_holds_nothing_foreign(sheet.as_str(), &page.text);
        }
        // JSON is no page, whatever is in it.
        assert_eq!(site.page(&ana, "/console/line.json").await.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn nothing_that_is_asked_comes_back_as_a_part_of_the_page() {
    let site = opened(Settings::default(), HERE, &[("adam", Role::Admin)]).unwrap();
    (0..150).for_each(|n| site.press.put(card(n, "\"><evil onevil=1>")));
    let adam = site.sign_in("adam").await;
    for attack in ATTACKS {
        let asked: String = url::form_urlencoded::byte_serialize(attack.as_bytes()).collect();
        for path in [
            format!("/console?q={asked}&page={asked}&approved={asked}&kept={asked}"),
            "/console?q=evil&page=2".to_owned(),
            format!("/console/sign-in?to={asked}"),
            format!("/console/history?of={asked}"),
            format!("/console/first/{asked}"),
            format!("/console/review/{asked}"),
            format!("/console/sheets/{asked}"),
            format!("/console/sheets/items?done={asked}"),
            format!("/console/sheets/reports?days={asked}"),
            format!("/console/oidc/start?to={asked}"),
            format!("/console/oidc/callback?state={asked}&code={asked}&error={asked}"),
            format!("/console/media/{asked}"),
            format!("/console/{asked}"),
        ] {
            assert_holds_nothing_foreign(&path, &site.page(&adam, &path).await.text);
        }
        let item = card(0, "").waiting.item;
        for path in [
            format!("/console/review/{item}/decide"),
            format!("/console/items/{item}/give-up"),
            format!("/console/items/{item}/release"),
            "/console/undo".to_owned(),
            "/console/first".to_owned(),
            "/console/bulk".to_owned(),
        ] {
            let fields = [("cut", attack), ("choice", attack), ("note", attack), ("word", attack), ("token", attack)];
            assert_holds_nothing_foreign(&path, &site.send(&adam, &path, &fields).await.text);
        }
    }
}

#[test]
fn the_test_would_see_an_element_that_is_not_ours() {
    for page in [
        "<p><evil>",
        "<p onclick=x>",
        "<a href='javascript:evil()'>",
        "<p style='x'>",
        "<script>evil()</script><img src=//evil.example>",
    ] {
        assert!(std::panic::catch_unwind(|| assert_holds_nothing_foreign("it", page)).is_err(), "{page}");
    }
}
