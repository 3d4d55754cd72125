//! Words of Japanese text by its scripts: runs of kanji, of katakana and of hiragana.

use super::{Draft, Kind};
use crate::same::{lexicon, numbers};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Kanji,
    Katakana,
    Hiragana,
}

/// What follows the name of a person.
const TITLES: [&str; 12] =
    ["さん", "選手", "氏", "監督", "首相", "容疑者", "被告", "大臣", "社長", "知事", "アナ", "投手"];

/// Longest piece of a run of kanji that is taken as one word.
const LONGEST: usize = 4;

impl Draft<'_> {
    pub(super) fn read_japanese(&mut self, run: &str) {
        let mut rest = run;
        let mut first = true;
        while let Some(c) = rest.chars().next() {
            let script = script(c);
            let end = rest.char_indices().find(|(_, c)| *c != 'ー' && self::script(*c) != script);
            let (word, after) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
            if first && self.text.ends_with(|c: char| c.is_ascii_digit()) {
                let end = word.char_indices().nth(1).map_or(word.len(), |(at, _)| at);
                self.count(&word[..end]);
            }
            match script {
                Script::Hiragana => self.push(word, word, Kind::Stop, 0.04 * word.chars().count() as f32, !first),
                Script::Katakana => self.push_katakana(word, !first),
                Script::Kanji => self.push_kanji(word, after, !first),
            }
            first = false;
            rest = after;
        }
        self.push_pairs(run);
    }

    fn push_katakana(&mut self, word: &str, adjoins: bool) {
        let is_frame = lexicon::get().is_frame(word, "ja");
        let size = (word.chars().count() as f32 / 3.0).powf(0.7);
        let (kind, weight) = if is_frame { (Kind::Frame, 0.15) } else { (Kind::Content, 0.75) };
        self.push(word, word, kind, weight * size, adjoins);
    }

    fn push_kanji(&mut self, run: &str, after: &str, adjoins: bool) {
        let mut rest = run;
        let mut adjoins = adjoins;
        while !rest.is_empty() {
            let word = piece(rest);
            rest = &rest[word.len()..];
            let length = word.chars().count();
            let size = (length as f32 / 2.0).powf(0.8);
            let follows = if rest.is_empty() { after } else { rest };
            let is_person = length >= 2 && TITLES.iter().any(|title| follows.starts_with(title));
            if let Some(value) = numbers::in_han(word).filter(|value| *value > 1.0) {
                self.push_number(value, word, 0.4, adjoins);
            } else if lexicon::get().is_frame(word, "ja") || TITLES.contains(&word) {
                self.push(word, word, Kind::Frame, 0.15 * size, adjoins);
            } else if is_person {
                self.push(word, word, Kind::Name, 1.1 * size, adjoins);
            } else {
                self.push(word, word, Kind::Content, if length == 1 { 0.5 } else { 0.8 } * size, adjoins);
            }
            adjoins = true;
        }
    }
}

/// The next word of a run of kanji: one of the lexicon's, or up to where one of those or a person's title starts, or a
/// pair if the run is long, as most words are.
fn piece(run: &str) -> &str {
    let starts = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect::<Vec<_>>();
    let known = |from: usize| {
        (from + 1..starts.len().min(from + 1 + LONGEST)).rev().find(|to| {
            let text = &run[starts[from]..starts[*to]];
            let lexicon = lexicon::get();
            *to - from > 1 && (lexicon.is_frame(text, "ja") || lexicon.entry(text).is_some() || TITLES.contains(&text))
        })
    };
    if let Some(to) = known(0) {
        return &run[..starts[to]];
    }
    let next = (1..starts.len() - 1).find(|from| known(*from).is_some()).unwrap_or(starts.len() - 1);
    let length = if next > LONGEST { 2 } else { next };
    &run[..starts[length]]
}

fn script(c: char) -> Script {
    match c {
        '\u{3041}'..='\u{309f}' => Script::Hiragana,
        '\u{30a0}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => Script::Katakana,
        _ => Script::Kanji,
    }
}
