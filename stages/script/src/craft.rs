//! Craft: an opening that catches and keeps its word, hashtags that name the subject, text that is not worn out.

mod hook;
mod worn;

pub(crate) use hook::{in_time, prefer_short_hook, slow};
pub(crate) use worn::{drop_repeats, terms};

use reelpress_config::Niche;
use reelpress_vocabulary::{Scene, ScriptDraft};

use crate::ground::words::{fold, same_stem, words};
use crate::material::{plain, shortened};
use crate::phrases::{Kind, PhraseBook};
use crate::review::Objection;

/// Tags that say nothing about a video, or that platforms are known to hold against it.
const BANNED: [&str; 44] = [
    "fyp",
    "foryou",
    "foryoupage",
    "fy",
    "viral",
    "viralvideo",
    "trending",
    "trend",
    "xyzbca",
    "explore",
    "explorepage",
    "reels",
    "shorts",
    "tiktok",
    "instagram",
    "youtube",
    "follow",
    "followme",
    "followforfollow",
    "f4f",
    "like",
    "likes",
    "like4like",
    "likeforlike",
    "l4l",
    "likeforlikes",
    "subscribe",
    "sub4sub",
    "comment",
    "share",
    "gaintrick",
    "follow4follow",
    "instagood",
    "instadaily",
    "photooftheday",
    "picoftheday",
    "parati",
    "pourtoi",
    "fürdich",
    "furdich",
    "tagsforlikes",
    "followback",
    "viralreels",
    "ad",
];

/// Openings that spend the two seconds they have on nothing, by language; folded.
const EMPTY_OPENINGS: [(&str, &[&str]); 4] = [
    (
        "en",
        &[
            "in this video",
            "in today's video",
            "welcome back",
            "welcome to",
            "hey guys",
            "hi guys",
            "hello everyone",
            "what's up",
            "did you know",
            "have you ever wondered",
            "today we",
            "today i",
            "let me tell you",
            "let's talk about",
            "let's dive",
            "buckle up",
            "stop scrolling",
            "before we start",
        ],
    ),
    (
        "de",
        &[
            "in diesem video",
            "hallo leute",
            "willkommen",
            "wusstest du",
            "wussten sie",
            "heute sprechen wir",
            "heute geht es um",
            "hast du dich jemals",
        ],
    ),
    (
        "es",
        &[
            "en este video",
            "hola a todos",
            "bienvenidos",
            "sabias que",
            "hoy hablamos",
            "hoy vamos a",
            "alguna vez te has",
        ],
    ),
    (
        "fr",
        &[
            "dans cette video",
            "bonjour a tous",
            "bienvenue",
            "saviez-vous",
            "savais-tu",
            "aujourd'hui on",
            "vous etes-vous deja",
        ],
    ),
];

/// Promises that nobody can keep; folded.
const CLICKBAIT: [&str; 34] = [
    "you won't believe",
    "you will not believe",
    "won't believe what",
    "what happens next",
    "will shock you",
    "will blow your mind",
    "mind-blowing",
    "mind blowing",
    "doctors hate",
    "they don't want you to know",
    "this one trick",
    "one weird trick",
    "number one will",
    "wait until the end",
    "wait till the end",
    "watch until the end",
    "watch till the end",
    "gone wrong",
    "change your life forever",
    "nobody is talking about",
    "no one is talking about",
    "du wirst nicht glauben",
    "sie werden nicht glauben",
    "was dann passiert",
    "bis zum ende",
    "no vas a creer",
    "no creeras",
    "lo que paso despues",
    "hasta el final",
    "vous n'allez pas croire",
    "tu ne vas pas croire",
    "ce qui se passe ensuite",
    "jusqu'a la fin",
    "the secret they",
];

/// Nouns that a number in a hook counts scenes with; folded.
const LIST_NOUNS: [&str; 24] = [
    "things", "facts", "reasons", "ways", "tips", "secrets", "steps", "lessons", "signs", "places", "dinge", "fakten",
    "grunde", "tipps", "cosas", "datos", "razones", "consejos", "choses", "faits", "raisons", "conseils", "items",
    "stories",
];

/// The niche's closing sentence for this seed; empty leaves it to the writer. Several are taken in turn.
pub(crate) fn call_to_action(niche: &Niche, seed: u64) -> String {
    let all = std::iter::once(&niche.call_to_action)
        .chain(&niche.calls_to_action)
        .map(|call| plain(call))
        .filter(|call| !call.is_empty());
    let all = all.collect::<Vec<_>>();
    if all.is_empty() {
        return String::new();
    }
    let at = seed % all.len() as u64;
    all.into_iter().nth(usize::try_from(at).unwrap_or(0)).unwrap_or_default()
}

/// A closing sentence of the phrase book that is true of anything.
pub(crate) fn plain_closing(language: &str, seed: u64) -> Option<Scene> {
    let (_, book) = PhraseBook::of(language)?;
    let plain = book.closings.iter().filter(|phrase| phrase.kind == Kind::Plain).collect::<Vec<_>>();
    let at = usize::try_from(seed % plain.len().max(1) as u64).unwrap_or(0);
    plain.get(at).map(|phrase| Scene { narration: phrase.text.clone(), ..Scene::default() })
}

/// Hooks beside the first one.
pub(crate) fn other_hooks(niche: &Niche) -> usize {
    niche.hook_variants.get().saturating_sub(1) as usize
}

/// Whether a hashtag is one of those that say nothing.
pub(crate) fn is_banned(tag: &str) -> bool {
    BANNED.contains(&tag.to_lowercase().as_str())
}

/// The niche's tags, then the writer's own, each once and in a form that platforms take. The niche may say what it
/// wants; the writer's own may not be empty calls for reach.
pub(crate) fn hashtags(niche: &[String], own: Vec<String>, most: usize) -> Vec<String> {
    let mut tags = Vec::<String>::new();
    let own = own.into_iter().filter(|tag| !is_banned(tag.trim_start_matches('#')));
    for tag in niche.iter().cloned().chain(own) {
        // What is no single word is no tag: a path or a sentence must not become one by losing its signs.
        if tag.chars().any(|c| matches!(c, '/' | '\\' | '.' | '<' | '>' | '{' | '$' | '@' | ':'))
            || tag.split_whitespace().count() > 3
        {
            continue;
        }
        let tag = tag.chars().filter(|c| c.is_alphanumeric() || *c == '_').take(60).collect::<String>();
        if tag.chars().any(char::is_alphabetic) && tags.iter().all(|other| other.to_lowercase() != tag.to_lowercase()) {
            tags.push(tag);
        }
    }
    tags.truncate(most);
    tags
}

/// Why a draft is not worth filming.
pub(crate) fn refusal(draft: &ScriptDraft, language: &str) -> Option<Objection> {
    let hooks = std::iter::once(&draft.hook).chain(&draft.other_hooks);
    for hook in hooks {
        if let Some(objection) =
            weak_opening(&hook.narration, language).or_else(|| broken_promise(&hook.narration, draft, language))
        {
            return Some(objection);
        }
    }
    for text in [&draft.title, &draft.caption].into_iter().chain(draft.scenes.iter().map(|scene| &scene.narration)) {
        if let Some(bait) = bait(text) {
            return Some(Objection::new(
                "clickbait",
                format!("says `{bait}`, a promise that no video keeps (say what it is)"),
            ));
        }
    }
    worn::refusal(draft)
}

fn comparable(text: &str) -> String {
    fold(text).replace('\u{2019}', "'")
}

fn bait(text: &str) -> Option<&'static str> {
    let folded = comparable(text);
    CLICKBAIT.iter().find(|bait| folded.contains(**bait)).copied()
}

fn weak_opening(hook: &str, language: &str) -> Option<Objection> {
    if let Some(bait) = bait(hook) {
        return Some(Objection::new(
            "clickbait",
            format!("opens with `{bait}`, a promise that no video keeps (say what it is)"),
        ));
    }
    let folded = comparable(hook);
    let openings = EMPTY_OPENINGS
        .iter()
        .filter(|(code, _)| *code == language || *code == "en")
        .flat_map(|(_, openings)| openings.iter());
    let empty = openings.into_iter().find(|opening| folded.trim_start().starts_with(**opening))?;
    Some(Objection::new(
        "weak_hook",
        format!("opens with `{empty}`, which says nothing in the two seconds that count (start with the thing itself)"),
    ))
}

/// A number of items that do not follow, or a question that nothing answers.
fn broken_promise(hook: &str, draft: &ScriptDraft, language: &str) -> Option<Objection> {
    let all = words(hook);
    for pair in all.windows(2) {
        let count =
            pair[0].core.parse::<usize>().ok().or_else(|| crate::ground::small_number(&pair[0].folded, language));
        let Some(count) = count.filter(|_| LIST_NOUNS.contains(&pair[1].folded.as_str())) else { continue };
        if count > draft.scenes.len() {
            let scenes = draft.scenes.len();
            return Some(Objection::new(
                "clickbait",
                format!(
                    "promises `{} {}` in its hook and has {scenes} scenes (promise what is there)",
                    pair[0].core, pair[1].core
                ),
            ));
        }
    }
    if !hook.trim_end().ends_with(['?', '\u{ff1f}', '\u{61f}']) {
        return None;
    }
    let (_, book) = PhraseBook::of(language)?;
    let telling = all
        .into_iter()
        .map(|word| word.folded)
        .filter(|word| word.chars().count() >= 4 && !book.stop_words.contains(word));
    let telling = telling.collect::<Vec<_>>();
    let body =
        draft.scenes.iter().flat_map(|scene| words(&scene.narration)).map(|word| word.folded).collect::<Vec<_>>();
    let answered = telling.iter().any(|word| body.iter().any(|other| same_stem(other, word)));
    (telling.len() >= 2 && !answered).then(|| {
        Objection::new(
            "clickbait",
            format!("asks `{}` and no scene takes it up (answer it, or open with a fact)", shortened(hook, 80)),
        )
    })
}

#[cfg(test)]
mod tests;
