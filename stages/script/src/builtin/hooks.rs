//! How a video opens: the headline, a fact, a figure, a question, two figures of one thing. Whatever it is, its first
//! clause is over within two seconds.

use reelpress_vocabulary::{Figure, hook_type, spoken_words};

use super::dice::Dice;
use super::{ON_SCREEN_MAX, Plan, TITLE_ON_SCREEN_MAX};
use crate::craft;
use crate::ground;
use crate::material::{Sentence, shortened};
use crate::phrases::{Kind, Phrase};

/// Words of a hook that still catches.
const HOOK_WORDS_MAX: usize = 24;

/// A way to open.
#[derive(Clone)]
pub(super) struct Hook {
    pub(super) narration: String,
    pub(super) on_screen: String,
    /// The sentence it used up, by index.
    pub(super) used: Option<usize>,
    /// A sentence the body must hold, since the hook points at it.
    pub(super) wants: Option<usize>,
    /// The sentence that answers its question.
    pub(super) answer: Option<usize>,
    /// Figures that it tells, for charts.
    pub(super) figures: Vec<Figure>,
    /// What it says first would fit any topic.
    opener: bool,
    kind: Kind,
}

/// A figure that could open a video.
struct Striking {
    weight: usize,
    at: usize,
    /// As it is told: `Nearly 11 kilometers`.
    told: String,
    /// `11 kilometers`
    bare: String,
    /// Its sentence is about what the headline is about.
    near: bool,
}

impl Plan<'_> {
    /// Every way to open this topic, the best first: as own best posts open, as its evidence is shaped, and among equals
    /// as the seed prefers.
    pub(super) fn ways(&self) -> Vec<Hook> {
        let mut dice = self.dice.named("hook");
        let mut hooks = self
            .book
            .hooks
            .iter()
            .filter(|phrase| phrase.suits(self.manner))
            .filter_map(|phrase| self.hook(phrase, &mut dice))
            .filter(|hook| (3..=HOOK_WORDS_MAX).contains(&spoken_words(&hook.narration)))
            .filter(|hook| craft::in_time(&hook.narration, self.limits))
            .collect::<Vec<_>>();
        dice.shuffle(&mut hooks);
        let wished = self.brief.format.as_ref().and_then(|prior| prior.hook);
        let asked = self.title.ends_with('?');
        hooks.sort_by_key(|hook| {
            let unlike = wished.is_some_and(|wished| hook_type(&hook.narration) != wished);
            let shaped = hook.kind == Kind::Change || (asked && hook.kind == Kind::Title);
            (hook.opener, unlike, !shaped)
        });
        hooks
    }

    fn hook(&self, phrase: &Phrase, dice: &mut Dice) -> Option<Hook> {
        let blank = Hook {
            narration: String::new(),
            on_screen: self.title_on_screen(),
            used: None,
            wants: None,
            answer: None,
            figures: Vec::new(),
            opener: phrase.text.find('{').is_some_and(|at| phrase.text[..at].contains(['.', ','])),
            kind: phrase.kind,
        };
        match phrase.kind {
            Kind::Title if self.title.is_empty() => None,
            Kind::Title => {
                let answer = self.title.ends_with('?').then(|| self.answer());
                // A question that nothing answers is not asked.
                let answer = if let Some(answer) = answer { Some(answer?) } else { None };
                Some(Hook { narration: phrase.text.replace("{title}", &self.title), wants: answer, answer, ..blank })
            }
            Kind::Fact => {
                let index = dice.pick(&self.facts_that_stand_alone())?;
                let fact = &self.material.sentences[index].text;
                Some(Hook { narration: phrase.text.replace("{fact}", fact), used: Some(index), ..blank })
            }
            Kind::Number | Kind::Aside | Kind::Question => {
                // A question next to the headline's own would be one too many.
                let mut known = self.striking_numbers();
                let asks = phrase.kind == Kind::Question && self.title.ends_with('?');
                known.retain(|number| number.near == (phrase.kind != Kind::Aside) && !asks);
                known.truncate(2);
                let number = dice.pick(&known.iter().collect::<Vec<_>>())?;
                let asked = phrase.kind == Kind::Question;
                let said = if asked { number.bare.as_str() } else { number.told.as_str() };
                let narration = phrase.text.replace("{number}", said).replace("{title}", &self.title);
                let figures = self.figure(&self.material.sentences[number.at].text).into_iter().collect();
                Some(Hook { narration, on_screen: number.told.clone(), wants: Some(number.at), figures, ..blank })
            }
            Kind::Change => {
                let [(before_at, before), (after_at, after)] = self.change()?;
                let narration = phrase
                    .text
                    .replace("{from}", &before.year)
                    .replace("{before}", &before.told)
                    .replace("{to}", &after.year)
                    .replace("{after}", &after.told)
                    .replace("{title}", &self.title);
                // What the headline says in its own words is in the body.
                let wants = Some(if dice.roll().is_multiple_of(2) { before_at } else { after_at });
                let on_screen = format!("{}: {}", after.year, after.told);
                let figures = [before, after].map(|point| Figure { label: point.year, ..point.figure }).to_vec();
                Some(Hook { narration, on_screen, wants, figures, ..blank })
            }
            Kind::Plain | Kind::Figure | Kind::Year | Kind::Last | Kind::Answer | Kind::Largest | Kind::Source => None,
        }
    }

    /// The sentence that takes up most of what the headline asks, if it takes up half of it and two words at least.
    fn answer(&self) -> Option<usize> {
        let asked = self.phrases.content_words(&self.material.title);
        let shared = |at: &usize| {
            let words = self.phrases.content_words(&self.material.sentences[*at].text);
            let same = |one: &str, other: &str| one.trim_end_matches('s') == other.trim_end_matches('s');
            asked.iter().filter(|word| words.iter().any(|other| same(word, other))).count()
        };
        let sentences = &self.material.sentences;
        let best = (0..sentences.len())
            .filter(|at| !sentences[*at].leans)
            .max_by_key(|at| (shared(at), std::cmp::Reverse(*at)))?;
        (shared(&best) >= 2 && shared(&best) * 2 >= asked.len()).then_some(best)
    }

    /// Sentences short and whole enough to open a video cold.
    fn facts_that_stand_alone(&self) -> Vec<usize> {
        let sentences = &self.material.sentences;
        let alone = |sentence: &Sentence| {
            let pronoun = sentence.text.split_whitespace().any(|word| {
                let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
                self.book.pronouns.contains(&word)
            });
            !sentence.leans && !pronoun && (5..=18).contains(&sentence.words)
        };
        let in_time = |at: &usize| craft::in_time(&sentences[*at].text, self.limits);
        (0..sentences.len())
            .filter(|at| alone(&sentences[*at]) && self.names_the_subject(*at))
            .filter(in_time)
            .collect()
    }

    /// A cold opening must say what it is about: it shares a word with the headline, or it is the first sentence, or it
    /// leans on one of those.
    fn names_the_subject(&self, at: usize) -> bool {
        let title = self.phrases.content_words(&self.material.title);
        let sentence = &self.material.sentences[at];
        at == 0
            || (sentence.leans && at == 1)
            || self.phrases.content_words(&sentence.text).iter().any(|word| {
                title.iter().any(|other| word == other || word.trim_end_matches('s') == other.trim_end_matches('s'))
            })
    }

    /// Figures with two digits or more that the headline does not tell, the most striking first.
    fn striking_numbers(&self) -> Vec<Striking> {
        let title = self.material.title.to_lowercase();
        let in_title = ground::amounts(&self.material.title, self.language, &[]);
        let numbers = self.material.sentences.iter().enumerate().filter_map(|(at, sentence)| {
            let number = self.phrases.number(&sentence.text)?;
            let figure = number.split_whitespace().next().unwrap_or_default().to_lowercase();
            let digits = figure.chars().filter(char::is_ascii_digit).count();
            let scale = number.split_whitespace().any(|word| self.book.scales.contains(&word.to_lowercase()));
            let told = self.phrases.number_as_told(&sentence.text)?;
            let near = self.names_the_subject(at);
            let weight = digits + 6 * usize::from(scale) + 4 * usize::from(near);
            let fits = !title.contains(&figure) && (digits >= 2 || scale) && told.chars().count() <= ON_SCREEN_MAX;
            let first = ground::amounts(&number, self.language, &[]).into_iter().next();
            let twice = first.is_some_and(|first| in_title.iter().any(|known| known.readings == first.readings));
            (fits && !twice).then_some(Striking { weight, at, told, bare: number, near })
        });
        let mut numbers = numbers.collect::<Vec<_>>();
        numbers.sort_by_key(|number| (std::cmp::Reverse(number.weight), number.at));
        numbers
    }

    pub(super) fn title_on_screen(&self) -> String {
        let title = self.material.title.trim_end_matches('.');
        if title.chars().count() <= TITLE_ON_SCREEN_MAX.min(self.limits.on_screen_max) {
            return title.to_owned();
        }
        let most = ON_SCREEN_MAX.min(self.limits.on_screen_max);
        let key = self.phrases.keys(title).into_iter().find(|key| key.chars().count() <= most);
        key.unwrap_or_else(|| shortened(title, most))
    }
}
