use super::*;
use crate::testing::at;

fn own(item: &str, account: &str) -> OwnPost {
    OwnPost {
        item: item.to_owned(),
        handle: format!("{account}/{item}"),
        niche: "space".to_owned(),
        account: account.to_owned(),
        template: "plain".to_owned(),
        structure: None,
        sound: None,
        hashtags: Vec::new(),
    }
}

/// A post of `account` on this day, measured after `hours`.
fn result(post: &str, account: &str, day: i64, hours: i64, views: u64) -> OwnResult {
    let published = at("2026-01-01T00:00:00Z").checked_add(jiff::SignedDuration::from_hours(24 * day)).unwrap();
    OwnResult {
        post: post.to_owned(),
        account: account.to_owned(),
        platform: String::new(),
        published,
        at: published.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap(),
        views,
        likes: None,
        comments: None,
        shares: None,
        watch_through: None,
    }
}

fn names(count: i64, account: &str) -> Vec<String> {
    (0..count).map(|day| format!("{account}-{day}")).collect()
}

#[test]
fn a_post_is_measured_against_its_own_accounts_past_at_the_same_age() {
    let (large, small) = (names(8, "large"), names(8, "small"));
    let posts = large.iter().map(|post| own(post, "large")).chain(small.iter().map(|post| own(post, "small")));
    let posts = posts.collect::<Vec<_>>();
    let mut results = Vec::new();
    for (day, post) in large.iter().enumerate() {
        // Old posts were measured for long, and have far more views by now.
        results.push(result(post, "large", day as i64, 24, 100_000));
        results.push(result(post, "large", day as i64, 700, 900_000));
    }
    results.push(result("large-7", "large", 7, 24, 100_000));
    for (day, post) in small.iter().enumerate() {
        let views = if day == 7 { 401 } else { 100 };
        results.push(result(post, "small", day as i64, 25, views));
    }
    let found = performances(&results, &posts);
    let of = |item: &str| found.iter().find(|one| one.post.item == item).unwrap();
    assert!(of("large-7").lift.abs() < 1e-9, "as usual: {:?}", of("large-7"));
    let best = of("small-7");
    assert_eq!((best.age_hours, best.views, best.compared), (24, 401, 7));
    assert!((best.percent() - 298.0).abs() < 1.0, "four times the usual, though a thousandth of the other: {best:?}");
    assert!(found.iter().all(|one| one.compared >= 4), "the first posts of an account have no past");
}

#[test]
fn one_post_that_went_round_the_world_does_not_change_what_is_usual() {
    let posts = names(12, "a").iter().map(|post| own(post, "a")).collect::<Vec<_>>();
    let views = [100, 110, 90, 5_000_000, 105, 95, 100, 1, 100, 100, 100, 200];
    let results = views.iter().enumerate().map(|(day, views)| result(&format!("a-{day}"), "a", day as i64, 48, *views));
    let found = performances(&results.collect::<Vec<_>>(), &posts);
    let last = found.last().unwrap();
    assert!((last.percent() - 100.0).abs() < 5.0, "twice the usual: {last:?}");
}

#[test]
fn tables_and_lines_are_read_and_what_is_wrong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let table = write(
        "r.csv",
        "post,account,published,at,views,likes,watch_through\n\
         p1,a,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,120,7,0.5\n\
         p2,a,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,many,,\n\
         p3,a,2026-01-03T00:00:00Z,2026-01-02T00:00:00Z,1,,\n\
         p4,a,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,3,,\n",
    );
    let (results, skipped) = read_results(&table).unwrap();
    assert_eq!(
        results.iter().map(|result| (result.post.as_str(), result.likes)).collect::<Vec<_>>(),
        [("p1", Some(7)), ("p4", None)]
    );
    assert_eq!(skipped.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(skipped[1].why, "it was measured at 2026-01-02T00:00:00Z, before it was published");
    let line =
        r#"{"post":"p1","account":"a","published":"2026-01-01T00:00:00Z","at":"2026-01-02T00:00:00Z","views":5}"#;
    let lines = write("r.ndjson", &format!("{line}\n\n{{\"post\":1}}\n{line}\n"));
    let (results, skipped) = read_results(&lines).unwrap();
    assert_eq!((results.len(), skipped.len(), skipped[0].line), (2, 1, 3));
    let wrong = read_results(&write("x.csv", "post,account,at,views\n")).unwrap_err().to_string();
    assert!(
        wrong.ends_with("x.csv has no column `published` (there must be post, account, published, at and views)"),
        "{wrong}"
    );
    assert!(
        read_results(&folder.path().join("none.csv"))
            .unwrap_err()
            .to_string()
            .starts_with("could not read results from")
    );
}

#[test]
fn posts_are_read_from_the_outbox_as_they_were_delivered() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(posts_of_outbox(&folder.path().join("none")).unwrap(), []);
    let text = include_str!("../../../deliver/src/deliver/tests/post.json");
    for post in ["berlin/20261121T0930Z-a", "berlin/20261122T0930Z-broken"] {
        std::fs::create_dir_all(folder.path().join(post)).unwrap();
    }
    std::fs::write(folder.path().join("berlin/20261121T0930Z-a/post.json"), text).unwrap();
    std::fs::write(folder.path().join("berlin/20261122T0930Z-broken/post.json"), "{").unwrap();
    let posts = posts_of_outbox(folder.path()).unwrap();
    assert_eq!(posts.len(), 1);
    let post = &posts[0];
    assert_eq!((post.account.as_str(), post.template.as_str(), post.niche.as_str()), ("berlin", "plain", "science"));
    let structure = post.structure.as_ref().unwrap();
    assert_eq!((structure.hook, structure.scenes), (reelpress_vocabulary::HookType::Statement, 3));
    assert!(structure.words > 40 && post.sound.is_none(), "{post:?}");
}
