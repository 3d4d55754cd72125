//! Runs of words that are a page's and not the script's own. Facts are free; how somebody put them is theirs.

use std::collections::BTreeSet;

use reelpress_vocabulary::ScriptDraft;

use super::words::{fold, is_dense};
use crate::evidence::{Pack, PieceKind};
use crate::material::shortened;

/// Words in a row that a script may share with a page: a name, a title, a short quotation. Our own limit, well below what
/// a citation may have; two letters of a script without spaces count as one word.
pub(crate) const WORDS_MAX: usize = 12;
/// What a word counts, so that a letter can count half of it.
const WORD: usize = 2;

/// The first run of more than [`WORDS_MAX`] words that stands in a page of the pack and in the draft. What the feeds say
/// themselves is theirs to hand out, also where the page says it too.
pub(crate) fn copied(draft: &ScriptDraft, pack: &Pack) -> Option<String> {
    let said = |is_page: bool| {
        let pieces = pack.pieces.iter().filter(move |piece| (piece.kind == PieceKind::Page) == is_page);
        pieces.map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
    };
    let mut theirs = runs(&said(true)).collect::<BTreeSet<_>>();
    if theirs.is_empty() {
        return None;
    }
    for free in runs(&said(false)) {
        theirs.remove(&free);
    }
    let beats = std::iter::once(&draft.hook).chain(&draft.scenes).chain([&draft.call_to_action]);
    let spoken = beats.map(|beat| beat.narration.as_str()).collect::<Vec<_>>().join(" ");
    let hooks = draft.other_hooks.iter().map(|hook| hook.narration.as_str());
    let texts = [spoken.as_str(), &draft.caption, &draft.title].into_iter().chain(hooks);
    texts.flat_map(runs).find(|run| theirs.contains(run)).map(|run| shortened(&run, 160))
}

/// From each word on the shortest run that is too long.
fn runs(text: &str) -> impl Iterator<Item = String> {
    let tokens = tokens(text);
    (0..tokens.len()).filter_map(move |from| {
        let mut weight = 0;
        let to = (from..tokens.len()).find(|at| {
            weight += tokens[*at].1;
            weight > WORDS_MAX * WORD
        })?;
        Some(tokens[from..=to].iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" "))
    })
}

/// Folded words and single letters of scripts without spaces, with what they count. Punctuation makes no difference.
fn tokens(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut word = String::new();
    for letter in fold(text).chars().chain([' ']) {
        if letter.is_alphanumeric() && !is_dense(letter) {
            word.push(letter);
        } else if !matches!(letter, '\'' | '\u{2019}' | '\u{ad}') {
            if !word.is_empty() {
                found.push((std::mem::take(&mut word), WORD));
            }
            if is_dense(letter) {
                found.push((letter.to_string(), WORD / 2));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use reelpress_vocabulary::{Topic, testing};

    use super::*;
    use crate::evidence::pages::Page;

    const PAGE: &str = "Inside the animal three hearts keep beating, and two of them do nothing else than push blood \
                        through the gills of the animal. \u{7ae0}\u{9c7c}\u{6709}\u{4e09}\u{4e2a}\u{5fc3}\u{810f}\u{5e76}\u{4e14}\u{8840}\u{6db2}\u{662f}\u{84dd}\u{8272}\u{7684}\u{5b83}\u{4eec}\u{751f}\u{6d3b}\u{5728}\u{6df1}\u{6d77}\u{91cc}\u{9762}\u{5403}\u{8783}\u{87f9}\u{3002}";

    fn pack(summary: &str) -> Pack {
        let evidence = vec![testing::evidence("Three hearts", "https://example.org/a")];
        let topic = Topic { summary: summary.to_owned(), evidence, ..testing::topic("Three hearts") };
        let link = "https://example.org/a".parse().unwrap();
        let page =
            Page { link, title: String::new(), language: String::new(), text: PAGE.to_owned(), hidden: Vec::new() };
        Pack::with(&topic, &[page])
    }

    fn says(narrations: &[&str]) -> ScriptDraft {
        let scenes = narrations.iter().map(|text| testing::scene(text)).collect();
        ScriptDraft { scenes, ..testing::draft() }
    }

    #[test]
    fn twelve_words_of_a_page_pass_and_thirteen_do_not() {
        let pack = pack("");
        let twelve = "We know that two of them do nothing else than push blood through the pipes.";
        assert_eq!(copied(&says(&[twelve]), &pack), None);
        let thirteen = "We know: TWO of them \u{2014} do nothing else than push blood, through the gills.";
        let run = "two of them do nothing else than push blood through the gills";
        assert_eq!(copied(&says(&[thirteen]), &pack).as_deref(), None, "that is still twelve");
        let more = "And two of them do nothing else than push blood through the gills of it.";
        assert_eq!(copied(&says(&[more]), &pack), Some(format!("and {run}")));
        let over_two = ["Beating, and two of them do nothing.", "Else than push blood through the gills."];
        assert!(copied(&says(&over_two), &pack).is_some(), "a cut between scenes changes nothing");
        let quoted = "It said \"two of them do nothing else than push blood through the gills of the animal\".";
        assert!(copied(&says(&[quoted]), &pack).is_some(), "a quotation is short too");
    }

    #[test]
    fn letters_of_scripts_without_spaces_count_half() {
        let pack = pack("");
        let letters = PAGE.chars().filter(|c| is_dense(*c)).collect::<Vec<_>>();
        let said = |count: usize| letters.iter().take(count).collect::<String>();
        assert_eq!(copied(&says(&[&said(24)]), &pack), None);
        assert!(copied(&says(&[&said(25)]), &pack).is_some());
    }

    #[test]
    fn hooks_and_captions_are_no_way_round_it_and_what_the_feed_says_is_free() {
        let long = "Two of them do nothing else than push blood through the gills of the animal.";
        let strict = pack("");
        let hook = ScriptDraft { other_hooks: vec![testing::scene(long)], ..testing::draft() };
        let caption = ScriptDraft { caption: long.to_owned(), ..testing::draft() };
        assert!(copied(&hook, &strict).is_some() && copied(&caption, &strict).is_some());
        let fed = pack(&format!("An octopus is odd. {}", PAGE.split_once('.').unwrap().0));
        assert_eq!(copied(&says(&[long]), &fed), None);
        assert_eq!(copied(&says(&[long]), &Pack::of(&testing::topic("x"))), None, "no page was read");
    }
}
