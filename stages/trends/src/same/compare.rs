//! What two headlines share, and what each keeps for itself.

mod align;

use super::common::Commonness;
use super::numbers;
use super::title::{Kind, Title, Word, pair_hash};

/// An unmatched word of at least this weight is a rare part.
const RARE: f32 = 0.35;

/// What a Chinese character counts that the other title has beside other neighbours.
const LETTER: f32 = 0.6;

/// What the judge goes by; each is 0 to about 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Features {
    /// Share of the better covered title that the other holds, by weight.
    pub(super) contained: f64,
    /// The same of the other title.
    pub(super) covered: f64,
    /// How much both say together: 0.5 for one rare word, towards 1 for many.
    pub(super) shared: f64,
    /// Weight of the heaviest part that each keeps for itself, of the title that keeps less.
    pub(super) kept: f64,
    /// Weight of what stands in the place of something else: between the same neighbours (or at the same end) each has
    /// its own. The lighter of the two, of the heaviest such place.
    pub(super) swapped: f64,
    /// 1 if both keep a name.
    pub(super) names: f64,
    /// Share of the better covered title, if both have one number of two digits or more or count the same.
    pub(super) agreed: f64,
    /// 1 if they count the same thing and get different numbers.
    pub(super) numbers: f64,
    /// 1 if they take different sides, or one of them denies.
    pub(super) sides: f64,
    /// 1 if one tells what came after what the other tells.
    pub(super) sequel: f64,
    /// How many words both have that say something; two Chinese characters are a word.
    pub(super) words: f64,
    /// Cosine of their vectors above one half, if both have one.
    pub(super) vectors: Option<f64>,
}

/// How one title's words are found in the other.
pub(super) struct Side<'a> {
    pub(super) title: &'a Title,
    /// Weight of each word and the share of it that the other title holds.
    pub(super) found: Vec<(f32, f32)>,
}

impl<'a> Side<'a> {
    fn of(title: &'a Title, other: &Title, common: &Commonness) -> Self {
        let words = title.words();
        let mut found = Vec::with_capacity(words.len());
        for (at, word) in words.iter().enumerate() {
            let weight = word.weight * common.factor(word.hash);
            found.push((weight, held(title, at, word, other)));
        }
        Self { title, found }
    }

    fn total(&self) -> f32 {
        self.found.iter().map(|(weight, _)| weight).sum()
    }

    fn matched(&self) -> f32 {
        self.found.iter().map(|(weight, share)| weight * share).sum()
    }

    /// The share of its weight that the other title holds.
    fn share(&self) -> f64 {
        f64::from(self.matched() / self.total().max(0.01))
    }

    /// The words that only this title has and that say something, the heaviest first.
    pub(super) fn keeps(&self) -> Vec<(&'a Word, f32)> {
        let words = self.title.words().iter().zip(&self.found);
        let mut kept = words
            .filter(|(word, _)| word.kind >= Kind::Content)
            .map(|(word, (weight, share))| (word, weight * (1.0 - share)))
            .filter(|(_, kept)| *kept >= RARE)
            .collect::<Vec<_>>();
        kept.sort_by(|a, b| b.1.total_cmp(&a.1));
        kept
    }

    /// True if it denies a word that the other title says without denying any.
    fn denied_alone(&self, other: &Title) -> bool {
        let words = self.title.words().iter().zip(&self.found);
        words.filter(|(word, (_, share))| word.is_denied && *share >= 0.5).count() > 0
            && !other.words().iter().any(|word| word.is_denied)
    }

    /// True if what the other title has stands before a word such as `后`, and only what it does not have after it.
    fn tells_sequel(&self) -> bool {
        let words = self.title.words();
        let is_after = |word: &Word| matches!(self.title.text_of(word), "后" | "之后" | "以后" | "过后" | "後");
        let Some(at) = words.iter().position(is_after) else { return false };
        let says = |(word, (weight, share)): (&Word, &(f32, f32))| {
            (word.kind >= Kind::Content).then_some((*weight * *share, *weight * (1.0 - *share)))
        };
        let sum = |(held, kept): (f32, f32), (more_held, more_kept): (f32, f32)| (held + more_held, kept + more_kept);
        let before = words[..at].iter().zip(&self.found).filter_map(says).fold((0.0, 0.0), sum);
        let after = words[at..].iter().zip(&self.found[at..]).filter_map(says).take(4).fold((0.0, 0.0), sum);
        before.0 > before.1 && after.1 >= RARE && after.0 < after.1 / 4.0
    }

    fn words_shared(&self) -> f32 {
        let words = self.title.words().iter().zip(&self.found).filter(|(word, _)| word.kind >= Kind::Number);
        let count = |(word, (_, share)): (&Word, &(f32, f32))| {
            let size = if word.is_paired { self.title.text_of(word).chars().count() as f32 / 2.0 } else { 1.0 };
            // A tag that is several words of the other title.
            let size = if word.is_tag && *share >= 1.0 { 2.0 } else { size };
            if *share >= 0.5 { size * share } else { 0.0 }
        };
        words.map(count).sum()
    }

    /// The words that the other title has too and that say something.
    pub(super) fn shares(&self) -> Vec<(&'a Word, f32)> {
        let words = self.title.words().iter().zip(&self.found);
        let mut shared = words
            .filter(|(word, (_, share))| word.kind >= Kind::Number && *share >= 0.5)
            .map(|(word, (weight, share))| (word, weight * share))
            .collect::<Vec<_>>();
        shared.sort_by(|a, b| b.1.total_cmp(&a.1));
        shared
    }
}

/// Compares two titles.
pub(super) fn compare<'a>(a: &'a Title, b: &'a Title, common: &Commonness) -> (Features, Side<'a>, Side<'a>) {
    let (of_a, of_b) = (Side::of(a, b, common), Side::of(b, a, common));
    (features(&of_a, &of_b), of_a, of_b)
}

/// Compares two titles as long as `may` says yes to the best that can still come of it: first of the one title's words
/// alone, then of both titles' words, before what speaks against one event is looked for.
pub(super) fn compare_while(
    a: &Title,
    b: &Title,
    common: &Commonness,
    may: &dyn Fn(Features) -> bool,
) -> Option<Features> {
    let agreed = f64::from(u8::from(numbers::agree(a.numbers(), b.numbers())));
    let best = |contained: f64, matched: f32| Features {
        contained,
        shared: shared(matched),
        agreed: agreed * contained,
        ..Features::default()
    };
    let of_a = Side::of(a, b, common);
    if !may(best(1.0, of_a.matched())) {
        return None;
    }
    let of_b = Side::of(b, a, common);
    let contained = of_a.share().max(of_b.share());
    may(best(contained, of_a.matched().min(of_b.matched()))).then(|| features(&of_a, &of_b))
}

fn shared(matched: f32) -> f64 {
    let matched = f64::from(matched);
    matched / (matched + 1.0)
}

fn features(of_a: &Side<'_>, of_b: &Side<'_>) -> Features {
    let (a, b) = (of_a.title, of_b.title);
    let (first, second) = (of_a.share(), of_b.share());
    let (kept_a, kept_b) = (of_a.keeps(), of_b.keeps());
    let heaviest = |kept: &[(&Word, f32)]| kept.first().map_or(0.0, |(_, weight)| f64::from(*weight));
    let has_name = |kept: &[(&Word, f32)]| kept.iter().any(|(word, _)| word.kind == Kind::Name);
    // Laying titles beside each other is half of the work, and for most candidates nothing can help.
    let hopeless = first.max(second) < 0.25;
    Features {
        contained: first.max(second),
        covered: first.min(second),
        shared: shared(of_a.matched().min(of_b.matched())),
        kept: heaviest(&kept_a).min(heaviest(&kept_b)).min(1.5),
        swapped: if hopeless { 0.0 } else { f64::from(align::swapped(of_a, of_b)).min(1.5) },
        names: f64::from(u8::from(has_name(&kept_a) && has_name(&kept_b))),
        agreed: f64::from(u8::from(numbers::agree(a.numbers(), b.numbers()))) * first.max(second),
        numbers: f64::from(u8::from(numbers::differ(a.numbers(), b.numbers()))),
        sides: f64::from(u8::from(takes_sides(of_a, of_b))),
        sequel: f64::from(u8::from(of_a.tells_sequel() || of_b.tells_sequel() || goes_on(a, b) || goes_on(b, a))),
        words: f64::from(of_a.words_shared().max(of_b.words_shared())),
        vectors: None,
    }
}

/// True if each takes a side of one set that the other does not take, or if only one of them denies what both say.
fn takes_sides(a: &Side<'_>, b: &Side<'_>) -> bool {
    let only = |own: &Title, other: &Title| {
        own.sides().iter().filter(|side| !other.sides().contains(side)).copied().collect::<Vec<_>>()
    };
    let (only_a, only_b) = (only(a.title, b.title), only(b.title, a.title));
    // A title that names both sides of a set (`the final after the semi-final`) settles nothing.
    let shared = |set: u16| a.title.sides().iter().any(|side| side.set == set && b.title.sides().contains(side));
    let opposed = only_a.iter().any(|x| only_b.iter().any(|y| x.set == y.set && !shared(x.set)));
    opposed || a.denied_alone(b.title) || b.denied_alone(a.title)
}

/// True if one says what the other says and what excludes it: `power restored after the outage` is not `outage`.
fn goes_on(a: &Title, b: &Title) -> bool {
    let only = b.sides().iter().filter(|side| !a.sides().contains(side));
    let of = |title: &Title, set: u16| title.sides().iter().filter(|side| side.set == set).count();
    only.into_iter().any(|side| {
        of(a, side.set) == 1
            && of(b, side.set) == 2
            && a.sides().iter().any(|x| x.set == side.set && b.sides().contains(x))
    })
}

/// The share of a word that another title holds, 0 to 1.
fn held(title: &Title, at: usize, word: &Word, other: &Title) -> f32 {
    if other
        .words()
        .iter()
        .any(|known| known.hash == word.hash || (known.concept != 0 && known.concept == word.concept))
    {
        return 1.0;
    }
    if word.kind == Kind::Number {
        return f32::from(u8::from(title.counts_as(word, other)));
    }
    let text = title.text_of(word);
    if word.is_paired {
        return pairs_held(text, at, title, other, word.kind == Kind::Content);
    }
    let best = other.words().iter().map(|known| likeness(text, other.text_of(known))).fold(0.0, f32::max);
    if best < 1.0 && word.is_tag && other.is_glued_in(text) {
        return 1.0;
    }
    if best == 0.0 && other.words().iter().any(|known| known.is_tag && in_tag(text, other.text_of(known))) {
        return 1.0;
    }
    best
}

fn in_tag(word: &str, tag: &str) -> bool {
    word.len() >= 3 && tag.len() > word.len() && tag.contains(word)
}

/// The share of a word's characters that stand beside the same neighbour in the other title.
fn pairs_held(text: &str, at: usize, title: &Title, other: &Title, in_part: bool) -> f32 {
    let letters = text.chars().collect::<Vec<_>>();
    if letters.len() == 1 {
        // A character alone may belong to the words beside it.
        let words = title.words();
        let next = words.get(at + 1).and_then(|word| title.text_of(word).chars().next());
        let before = at.checked_sub(1).and_then(|at| title.text_of(&words[at]).chars().last());
        let beside = next.is_some_and(|next| other.has_pair(pair_hash(letters[0], next)))
            || before.is_some_and(|before| other.has_pair(pair_hash(before, letters[0])));
        return if beside { 1.0 } else { 0.0 };
    }
    let mut found = vec![0.0; letters.len()];
    // `骑行` and `骑车` share half of what they say.
    if in_part {
        for (found, letter) in found.iter_mut().zip(&letters) {
            *found = if other.has_letter(*letter) { LETTER } else { 0.0 };
        }
    }
    for (at, pair) in letters.windows(2).enumerate() {
        if other.has_pair(pair_hash(pair[0], pair[1])) {
            found[at] = 1.0;
            found[at + 1] = 1.0;
        }
    }
    found.iter().sum::<f32>() / letters.len() as f32
}

/// How much two spaced words are one in other forms: the same beginning (`elected`, `elections`), or one within the other
/// (`Bahnstreik`, `Streik`).
fn likeness(a: &str, b: &str) -> f32 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < 4 || short.starts_with(|c: char| c.is_ascii_digit()) {
        return 0.0;
    }
    // Most words begin otherwise, and letters are counted only where it matters.
    let begins_alike = short.as_bytes().first() == long.as_bytes().first();
    if begins_alike {
        let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
        let letters = |word: &str| word.chars().count();
        if same >= 4 && same + 2 >= letters(short) && same + 4 >= letters(long) && same * 5 >= letters(long) * 3 {
            return 0.9;
        }
    }
    let is_within = (begins_alike && long.starts_with(short)) || long.ends_with(short);
    if is_within && short.chars().count() >= 5 { 0.7 } else { 0.0 }
}
