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
        post: format!("7{post}"),
        item: Some(post.to_owned()),
        account: Some(account.to_owned()),
        published: Some(published),
        at: published.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap(),
        views: Some(views),
        ..OwnResult::default()
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

#[test]
fn results_without_item_account_or_numbers_are_joined_or_left_out() {
    let posts = names(6, "a").iter().map(|post| own(post, "a")).collect::<Vec<_>>();
    let results = (0..6).map(|day| OwnResult {
        post: format!("a/a-{day}"),
        item: None,
        account: None,
        ..result(&format!("a-{day}"), "a", day, 24, 100)
    });
    let mut results = results.collect::<Vec<_>>();
    assert_eq!(performances(&results, &posts).len(), 2, "joined by handle, and the account is the post's");
    results[5].views = None;
    assert_eq!(performances(&results, &posts).len(), 1);
    results[4].published = None;
    assert_eq!(performances(&results, &posts).len(), 0);
}
