use proptest::prelude::*;

use super::*;

const RIVER: [&str; 4] = [
    "The river rose four metres in one night.",
    "By morning the old bridge stood in the water up to its lamps, and nobody could cross.",
    "Engineers had warned of the weak eastern wall since 1998, but the money went to a stadium.",
    "Today the town counts eleven flooded streets and one very wet brass band.",
];
const COFFEE: [&str; 4] = [
    "Coffee has never cost this much.",
    "A pound of arabica now trades at twice what farmers saw two summers ago.",
    "Drought in the highlands burnt the blossoms before a single cherry could form.",
    "Roasters are blending in robusta, and most drinkers have not noticed.",
];

fn read(one: &[&str], two: &[&str]) -> Option<Read> {
    Words::of(one.iter().copied()).read(&Words::of(two.iter().copied()))
}

#[test]
fn the_same_script_in_other_letters_is_the_same() {
    let loud: Vec<String> = RIVER.iter().map(|beat| beat.to_uppercase().replace(' ', " - ")).collect();
    let loud: Vec<&str> = loud.iter().map(String::as_str).collect();
    let read = read(&RIVER, &loud).unwrap();
    assert!(read.contained >= 0.99 && read.jaccard >= 0.99, "{read:?}");
}

#[test]
fn a_light_edit_is_contained_and_another_topic_is_not() {
    let edited: Vec<String> = RIVER.iter().map(|beat| beat.replace("old", "ancient").replace("town", "city")).collect();
    let edited: Vec<&str> = edited.iter().map(String::as_str).collect();
    let near = read(&RIVER, &edited).unwrap();
    assert!(near.contained >= 0.8, "{near:?}");
    let far = read(&RIVER, &COFFEE).unwrap();
    assert!(far.contained < 0.25, "{far:?}");
}

#[test]
fn a_part_of_a_longer_script_is_contained_in_it() {
    let both: Vec<&str> = RIVER.iter().chain(&COFFEE).copied().collect();
    let read = read(&RIVER, &both).unwrap();
    assert!(read.contained >= 0.97 && read.jaccard < 0.65, "{read:?}");
}

#[test]
fn sentences_of_one_pattern_are_known_by_it() {
    let filled = |names: [&str; 4]| {
        let [who, what, place, when] = names;
        [
            format!("{who} is the new king of {what}, and it is not by luck."),
            format!("In {place} it took him 3 tries to get to the top of it all by {when}."),
            format!("So why do we not see it? As he put it: to be in {place} is to be in on {what}."),
        ]
    };
    let one = filled(["Jackson", "basketball", "Memphis", "winter"]);
    let two = filled(["Ferreira", "skateboarding", "Lisboa", "October"]);
    let read = read(&one.each_ref().map(String::as_str), &two.each_ref().map(String::as_str)).unwrap();
    assert!(read.pattern.unwrap() > 0.9 && read.contained < 0.8, "{read:?}");
    let other = super::Words::of(RIVER).read(&Words::of(COFFEE)).unwrap();
    assert!(other.pattern.unwrap_or(0.0) < 0.4, "{other:?}");
}

#[test]
fn a_text_of_a_few_words_is_not_compared() {
    assert_eq!(read(&["Wait for it."], &["Wait for it."]), None);
    assert!(Words::of(["Wait for it."]).bands().is_empty());
    assert_eq!(read(&[], &RIVER), None);
}

#[test]
fn near_copies_have_a_band_in_common() {
    let edited: Vec<String> = RIVER.iter().map(|beat| beat.replace("old ", "")).collect();
    let (one, two) = (Words::of(RIVER), Words::of(edited.iter().map(String::as_str)));
    assert!(one.bands().iter().any(|band| two.bands().contains(band)));
    assert!(!one.bands().iter().any(|band| Words::of(COFFEE).bands().contains(band)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn shares_are_shares_and_the_same_from_both_sides(one in "(\\PC{0,8} ?){0,60}", two in "(\\PC{0,8} ?){0,60}") {
        let (there, back) = (read(&[&one], &[&two]), read(&[&two], &[&one]));
        prop_assert_eq!(there, back);
        if let Some(read) = there {
            for share in [read.contained, read.jaccard, read.pattern.unwrap_or(0.0)] {
                prop_assert!((0.0..=1.0).contains(&share), "{:?}", read);
            }
        }
        prop_assert!(read(&[&one], &[&one]).is_none_or(|read| read.contained > 0.999));
    }

    #[test]
    fn a_long_text_is_judged_by_its_least_hashes(seed in 0_u64..20) {
        let mut dice = crate::testing::Dice(seed);
        let text = |dice: &mut crate::testing::Dice| -> String {
            let words = (0..1_500).map(|_| format!("{:x}", dice.next() % 0xFFFF_FFFF));
            words.collect::<Vec<String>>().join(" ")
        };
        let (one, other) = (text(&mut dice), text(&mut dice));
        let half = Words::of([one.as_str()]).read(&Words::of([one.as_str(), other.as_str()])).unwrap();
        prop_assert!(half.contained > 0.9 && (0.4..0.6).contains(&half.jaccard), "{:?}", half);
    }
}
