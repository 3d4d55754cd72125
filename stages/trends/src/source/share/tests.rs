use std::collections::BTreeMap;

use proptest::prelude::*;

use super::cap_shares;

fn split(text: &str) -> Vec<String> {
    text.split(['+', ':']).skip(1).map(str::to_owned).collect()
}

/// Elements are `name:feed+feed`.
fn taken(list: &[&str], take: usize, share: f64) -> Vec<String> {
    let ranked = list.iter().map(|one| (*one).to_owned()).collect();
    cap_shares(ranked, take, |one: &String| split(one), |_| share)
}

#[test]
fn a_flood_leaves_room_for_the_others_and_the_order_stays() {
    let flood = (0..100_000).map(|at| format!("{at}:flood")).collect::<Vec<_>>();
    let mut list = flood.iter().map(String::as_str).collect::<Vec<_>>();
    list.extend(["a:one", "b:two", "c:one+two"]);
    let got = taken(&list, 10, 0.4);
    assert_eq!(got, ["0:flood", "1:flood", "2:flood", "3:flood", "a:one", "b:two", "c:one+two"]);
}

#[test]
fn a_feed_alone_may_fill_the_report_and_two_may_share_it() {
    let list = ["1:a", "2:a", "3:a", "4:a", "5:a", "6:b"];
    assert_eq!(taken(&list[..5], 5, 0.1).len(), 5);
    assert_eq!(taken(&list, 4, 0.1), ["1:a", "2:a", "6:b"]);
    assert_eq!(taken(&list, 5, 1.0), ["1:a", "2:a", "3:a", "4:a", "5:a"]);
    assert_eq!(taken(&["1", "2", "3"], 2, 0.1), ["1", "2"], "nobody's elements fit");
    assert!(taken(&list, 0, 0.5).is_empty());
}

#[test]
fn each_feed_may_have_a_share_of_its_own() {
    let list = ["1:a", "2:a", "3:a", "4:b", "5:b", "6:c"].map(str::to_owned).to_vec();
    let shares = BTreeMap::from([("a", 0.5), ("b", 0.34), ("c", 0.34)]);
    let got = cap_shares(list, 3, |one| split(one), |feed: &String| shares[feed.as_str()]);
    assert_eq!(got, ["1:a", "4:b", "6:c"]);
}

proptest! {
    #[test]
    fn no_feed_takes_more_than_its_part(
        list in prop::collection::vec(prop::collection::btree_set(0..5_u8, 0..3), 0..80), take in 0..40_usize, share in 0.0..1.0,
    ) {
        let all = list.iter().flatten().copied().collect::<std::collections::BTreeSet<_>>();
        let cap = (f64::max(share, 1.0 / all.len().max(1) as f64) * take as f64).max(1.0);
        let got = cap_shares(list.clone(), take, |one| one.iter().copied().collect(), |_: &u8| share);
        prop_assert!(got.len() <= take.min(list.len()));
        for feed in all {
            let alone = got.iter().filter(|one| one.len() == 1 && one.contains(&feed)).count();
            prop_assert!(alone as f64 <= cap + 1e-6, "{feed} has {alone} of {cap}");
        }
    }
}
