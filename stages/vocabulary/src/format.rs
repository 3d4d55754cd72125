//! The structure of a script, as far as it can be compared over posts: how the hook opens, how long it is, how many scenes.

#[cfg(test)]
mod tests;

use reelpress_config::HookType;
use serde::{Deserialize, Serialize};

use crate::script::{Script, spoken_words};

/// The type of a hook's text, by fixed rules: the same text always has the same type, whoever wrote it.
///
/// In this order: a question mark, or a question word at the start; an opening that promises a how-to; words that
/// contrast; a number among the first eight words; else a statement. Words are known in English, Spanish, French,
/// German, Portuguese, Italian, Chinese, Japanese and Korean; signs and digits count in every language.
#[must_use]
pub fn hook_type(hook: &str) -> HookType {
    let text = hook.trim().to_lowercase().replace('\u{2019}', "'");
    let words = text
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(|word| word.trim_matches('\''))
        .collect::<Vec<_>>();
    let spaced = format!(" {} ", words.join(" "));
    let opens = |list: &[&str]| list.iter().any(|phrase| spaced.starts_with(&format!(" {phrase} ")));
    let holds = |list: &[&str]| list.iter().any(|phrase| spaced.contains(&format!(" {phrase} ")));
    let dense = |list: &[&str]| list.iter().any(|phrase| text.contains(phrase));
    if opens(HOW_TO) || dense(HOW_TO_DENSE) {
        return HookType::HowTo;
    }
    if text.contains(['?', '\u{ff1f}', '\u{bf}', '\u{61f}']) || opens(ASKING) || dense(ASKING_DENSE) {
        return HookType::Question;
    }
    if holds(CONTRAST) || dense(CONTRAST_DENSE) {
        return HookType::Contrast;
    }
    let early = words.iter().take(8).any(|word| word.chars().any(char::is_numeric));
    let dense_early = text.chars().take(16).any(char::is_numeric);
    if early && (dense_early || words.len() > 1) || opens(NUMBERS) { HookType::Number } else { HookType::Statement }
}

const HOW_TO: &[&str] = &[
    "how to",
    "here's how",
    "here is how",
    "this is how you",
    "learn how to",
    "the way to",
    "step by step",
    "cómo hacer",
    "como hacer",
    "así se",
    "asi se",
    "así puedes",
    "paso a paso",
    "comment faire",
    "voici comment",
    "étape par étape",
    "so geht",
    "so kannst du",
    "so gelingt",
    "so machst du",
    "schritt für schritt",
    "como fazer",
    "veja como",
    "aprenda a",
    "passo a passo",
    "ecco come",
    "come fare",
];
const HOW_TO_DENSE: &[&str] = &["教你", "教程", "方法是", "やり方", "の方法", "の作り方", "하는 법", "하는 방법"];
const ASKING: &[&str] = &[
    "why",
    "what if",
    "what is",
    "what are",
    "what makes",
    "what happens",
    "did you know",
    "have you ever",
    "who",
    "which",
    "how many",
    "how much",
    "how long",
    "how far",
    "how do",
    "how does",
    "how did",
    "how can",
    "is it",
    "are you",
    "do you",
    "can you",
    "por qué",
    "qué",
    "sabías que",
    "cuánto",
    "cuántos",
    "pourquoi",
    "qu'est",
    "est ce que",
    "saviez vous",
    "combien",
    "warum",
    "wieso",
    "weshalb",
    "wusstest du",
    "wussten sie",
    "was ist",
    "was passiert",
    "wie viele",
    "wie viel",
    "wie lange",
    "por que",
    "você sabia",
    "quanto",
    "quantos",
    "perché",
    "sapevi che",
];
const ASKING_DENSE: &[&str] = &["为什么", "為什麼", "你知道吗", "什么是", "なぜ", "知っていますか", "왜 "];
const CONTRAST: &[&str] = &[
    "but",
    "not",
    "isn't",
    "aren't",
    "doesn't",
    "never",
    "actually",
    "instead",
    "versus",
    "vs",
    "wrong",
    "myth",
    "unlike",
    "pero",
    "sino",
    "en realidad",
    "mito",
    "mais",
    "en réalité",
    "pourtant",
    "mythe",
    "aber",
    "sondern",
    "in wirklichkeit",
    "stimmt nicht",
    "mythos",
    "statt",
    "mas",
    "na verdade",
    "em vez de",
    "ma",
    "in realtà",
    "invece",
];
const CONTRAST_DENSE: &[&str] = &["但是", "其实", "不是", "而是", "しかし", "実は", "ではなく", "하지만", "사실은"];
const NUMBERS: &[&str] = &[
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dos", "tres", "cuatro", "cinco", "deux",
    "trois", "quatre", "cinq", "zwei", "drei", "vier", "fünf", "dois", "três", "due", "tre",
];

/// What a script is made like: the facts that own results are compared by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Structure {
    /// How it opens.
    pub hook: HookType,
    /// Spoken words over all beats.
    pub words: u32,
    /// Scenes between hook and call to action.
    pub scenes: u32,
}

impl Structure {
    /// The structure of a script.
    #[must_use]
    pub fn of(script: &Script) -> Self {
        let beats = script.beats();
        let words = beats.clone().map(|beat| spoken_words(&beat.narration)).sum::<usize>();
        Self {
            scenes: u32::try_from(beats.len().saturating_sub(2)).unwrap_or(u32::MAX),
            hook: hook_type(beats.into_iter().next().map_or("", |hook| &hook.narration)),
            words: u32::try_from(words).unwrap_or(u32::MAX),
        }
    }
}

/// What a niche's own posts taught, as a lean and never an order: a writer keeps to its other rules first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormatPrior {
    /// How the best ones open.
    pub hook: Option<HookType>,
    /// Spoken words to aim at: from, to.
    pub words: Option<(u32, u32)>,
    /// Scenes between hook and call to action to aim at: from, to.
    pub scenes: Option<(u32, u32)>,
    /// How many posts it was learnt from; 0 if a person set all of it.
    pub posts: u32,
    /// Ids of the posts that it rests on, best first, at most ten.
    pub evidence: Vec<String>,
}
