use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// What is meant, with no thought of speed.
fn plainly(index: &Index, title: &Title, topic_of: impl Fn(u32) -> u32, most: usize) -> Vec<u32> {
    let features = title.features();
    let mut held = features
        .iter()
        .filter_map(|feature| index.postings.get(feature).map(|found| (found.held_by, *feature)))
        .collect::<Vec<_>>();
    held.sort_unstable();
    let mut shared = BTreeMap::<u32, f64>::new();
    for (held_by, feature) in held.into_iter().take(LOOKED_UP) {
        for member in &index.postings[&feature].newest {
            *shared.entry(*member).or_default() += 1.0 / (1.0 + f64::from(held_by)).ln().max(0.5);
        }
    }
    let mut topics = BTreeMap::<u32, f64>::new();
    for (member, weight) in shared {
        let best = topics.entry(topic_of(member)).or_default();
        *best = best.max(weight);
    }
    let mut topics = topics.into_iter().collect::<Vec<_>>();
    topics.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    topics.into_iter().take(most).map(|(topic, _)| topic).collect()
}

proptest! {
    #[test]
    fn candidates_are_the_topics_that_share_most_of_what_is_rare(
        titles in prop::collection::vec("[a-e]{5}( [a-h]{5}){0,9}|[一十天地人大小中国新城]{2,9}", 1..80),
        topics in 1_u32..60,
        most in 1_usize..12,
    ) {
        let mut index = Index::default();
        for (member, title) in (0..).zip(&titles) {
            let title = Title::of(title, "und");
            let topic_of = |member: u32| member * 7 % topics;
            prop_assert_eq!(index.candidates(&title, topic_of, most), plainly(&index, &title, topic_of, most));
            index.add(member, &title);
            if member % 5 == 0 {
                // A title that was edited is in it twice.
                index.add(member / 2, &title);
            }
        }
    }
}
