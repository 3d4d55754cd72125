//! Held items, reports and their CSV.

use super::*;
use crate::press::{HeldItem, MendingKind};

fn held(n: u64, title: &str) -> HeldItem {
    HeldItem {
        item: card(n, "").waiting.item,
        title: title.to_owned(),
        stage: "script".to_owned(),
        why: format!("a person must decide on `{title}`"),
        since: at(0),
    }
}

fn mending(n: u64, what: &str) -> String {
    format!("/console/items/{}/{what}", held(n, "").item)
}

#[tokio::test]
async fn an_operator_lets_held_items_go_on_or_ends_them_and_it_is_on_record() {
    let site = opened(Settings::default(), HERE, &[("olga", Role::Operator), ("ana", Role::Reviewer)]).unwrap();
    (0..3).for_each(|n| site.press.put_held(held(n, &format!("topic {n}"))));
    let (olga, ana) = (site.sign_in("olga").await, site.sign_in("ana").await);
    let page = site.page(&ana, "/console/sheets/items").await.text;
    assert!(page.contains("topic 2") && !page.contains("give-up"), "a reviewer sees them and may do nothing");
    assert_eq!(site.send(&ana, &mending(0, "release"), &[]).await.status, StatusCode::FORBIDDEN);
    assert!(site.page(&olga, "/console/sheets/items").await.text.contains(&mending(1, "give-up")));
    let forged = Signed { csrf: ana.csrf.clone(), ..olga.clone() };
    assert_eq!(site.send(&forged, &mending(0, "release"), &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.press.mended(), []);
    let answer = site.send(&olga, &mending(0, "release"), &[]).await;
    assert_eq!(answer.header("location"), "/console/sheets/items?done=release");
    assert!(site.page(&olga, answer.header("location")).await.text.contains("It goes on."));
    assert_eq!(site.send(&olga, &mending(1, "give-up"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "say why");
    site.send(&olga, &mending(1, "give-up"), &[("note", "the feed is gone")]).await;
    let done = site.press.mended().into_iter().map(|done| (done.kind, done.by, done.note)).collect::<Vec<_>>();
    let olgas = |kind, note: &str| (kind, "olga".to_owned(), note.to_owned());
    assert_eq!(done, [olgas(MendingKind::Release, ""), olgas(MendingKind::GiveUp, "the feed is gone")]);
    assert_eq!(site.send(&olga, &mending(1, "release"), &[]).await.status, StatusCode::NOT_FOUND, "not held any more");
    let (entries, _) = site.console.0.desk.audit();
    let record = entries.iter().rev().map(|entry| entry.what.as_str()).filter(|what| !what.starts_with("sign-in"));
    assert_eq!(record.collect::<Vec<_>>(), ["release", "give-up", "release", "release-refused"]);
}

#[tokio::test]
async fn a_report_counts_what_was_given_to_the_line_and_who_is_for_operators() {
    let users = [("ana", Role::Reviewer), ("olga", Role::Operator)];
    let site = opened(Settings::default(), HERE, &users).unwrap();
    for n in 0..3 {
        let mut card = card(n, "=HYPERLINK(\"http://evil.example\")");
        card.waiting.since = at(-600);
        site.press.put(card);
    }
    let (ana, olga) = (site.sign_in("ana").await, site.sign_in("olga").await);
    for (n, choice) in [(0, "approve"), (1, "reject")] {
        let waiting = card(n, "").waiting;
        let fields = [("cut", waiting.cut.as_str()), ("choice", choice), ("note", "=1+1 <evil>")];
        let answer = site.send(&ana, &format!("/console/review/{}/decide", waiting.item), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }
    assert!(site.page(&ana, "/console/sheets/reports").await.text.contains("Nothing was decided in these 30 days."));
    site.clock.set(at(61));
    site.console.settle().await;
    let hers = site.page(&ana, "/console/sheets/reports?days=7").await.text;
    assert!(hers.contains("orbit-daily") && hers.contains("10 min") && !hers.contains("By reviewer"), "{hers}");
    let page = site.page(&olga, "/console/sheets/reports?days=9999").await.text;
    assert!(page.contains("By reviewer") && page.contains("<bdi>=1+1 &lt;evil&gt;</bdi>"), "{page}");
    assert_eq!(site.page(&ana, "/console/decisions.csv").await.status, StatusCode::FORBIDDEN);
    let csv = site.page(&olga, "/console/decisions.csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"decisions.csv\"");
    assert_eq!(csv.text.lines().count(), 3);
    let cells = csv.text.lines().skip(1).flat_map(|line| line.split("\",\""));
    for cell in cells.map(|cell| cell.trim_matches('"')) {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
    assert!(csv.text.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""), "{}", csv.text);
}
