//! The script: one type for the built-in writer, any LLM and a person's file. [`ScriptDraft`] is the shape as written;
//! [`Script`] is the same after every rule held, and the only way to get one is [`ScriptDraft::check`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

mod length;
mod told;

pub use length::{columns, spoken_words};

/// Who wrote it; goes into labels and provenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Writer {
    /// The built-in writer with this phrase book.
    Builtin {
        /// `en`, ...
        phrases: String,
    },
    /// A language model.
    Llm {
        /// The model's name as configured.
        model: String,
        /// Which prompts it was given: their version and their hash, `2.1f8a90c3`. Empty in records from before there
        /// was one.
        #[serde(default)]
        prompts: String,
    },
    /// A person's file.
    Person,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is called.
    pub title: String,
    /// Where to read it: http or https.
    pub link: Url,
}

/// One beat of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// What is said: one to three sentences.
    pub narration: String,
    /// What stands on the screen while it is said: a few words, may be empty.
    #[serde(default)]
    pub on_screen: String,
    /// What to show: a few words for the picture library, may be empty.
    #[serde(default)]
    pub show: String,
    /// Numbers that the beat is about, for charts; most beats have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Figure>,
    /// Which of the script's sources say so: places in [`ScriptDraft::sources`], from 0, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<usize>,
}

/// A number as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What it counts: a few words, may be empty.
    #[serde(default)]
    pub label: String,
    /// The number; finite.
    pub value: f64,
    /// What stands behind it (`%`, `km`); may be empty.
    #[serde(default)]
    pub unit: String,
}

// A figure is never NaN: neither JSON nor TOML as read here can hold one, and [`ScriptDraft::check`] refuses it.
impl Eq for Figure {}

/// A script as written, before any rule was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptDraft {
    /// The video's title.
    pub title: String,
    /// The first sentence: why to stay.
    pub hook: Scene,
    /// Other ways to open the same body, for trying hooks against each other; most scripts have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_hooks: Vec<Scene>,
    /// The body.
    pub scenes: Vec<Scene>,
    /// The last sentence.
    pub call_to_action: Scene,
    /// The post's text, without hashtags.
    pub caption: String,
    /// Words without `#`.
    #[serde(default)]
    pub hashtags: Vec<String>,
    /// Where the facts come from.
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// A script that keeps every rule of [`ScriptLimits`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    draft: ScriptDraft,
    writer: Writer,
}

/// What a script must keep. The defaults give 20 to 40 seconds of speech.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptLimits {
    /// Fewest spoken words over all beats.
    pub words_min: usize,
    /// Most spoken words over all beats.
    pub words_max: usize,
    /// Fewest scenes between hook and call to action.
    pub scenes_min: usize,
    /// Most scenes between hook and call to action.
    pub scenes_max: usize,
    /// Most [`columns`] of on-screen text a beat: what fits the boxes of every built-in template.
    pub on_screen_max: usize,
    /// Most words before the hook's first pause: two seconds of speech. Writers are held to it with a quarter
    /// of tolerance; a person's own script is not.
    pub hook_words_max: usize,
    /// Most characters of the caption.
    pub caption_max: usize,
    /// Most hashtags.
    pub hashtags_max: usize,
}

impl Default for ScriptLimits {
    fn default() -> Self {
        Self {
            words_min: 45,
            words_max: 110,
            scenes_min: 2,
            scenes_max: 8,
            on_screen_max: 60,
            hook_words_max: 8,
            caption_max: 1_000,
            hashtags_max: 8,
        }
    }
}

/// One rule a draft broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct ScriptProblem {
    /// Which field, such as `scenes[2].narration`.
    pub field: String,
    /// What is wrong with it, with the value and the limit.
    pub message: String,
}

/// Every rule a draft broke, at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptProblems(pub Vec<ScriptProblem>);

impl std::error::Error for ScriptProblems {}
impl fmt::Display for ScriptProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl ScriptDraft {
    /// Checks every rule and gives the script, or every rule that was broken.
    ///
    /// # Errors
    /// [`ScriptProblems`], never empty.
    pub fn check(self, writer: Writer, limits: &ScriptLimits) -> Result<Script, ScriptProblems> {
        let mut problems = Problems::default();
        self.check_beats(limits, &mut problems);
        self.check_amounts(limits, &mut problems);
        self.check_texts(limits, &mut problems);
        self.check_hashtags(limits, &mut problems);
        self.check_sources(&mut problems);
        self.check_repetition(&mut problems);
        if problems.0.is_empty() { Ok(Script { draft: self, writer }) } else { Err(ScriptProblems(problems.0)) }
    }

    /// Everything that is spoken, in order, each beat with the name of its field; other hooks are not.
    fn beats(&self) -> impl Iterator<Item = (String, &Scene)> {
        std::iter::once(("hook".to_owned(), &self.hook))
            .chain(self.scenes.iter().enumerate().map(|(at, scene)| (format!("scenes[{at}]"), scene)))
            .chain(std::iter::once(("call_to_action".to_owned(), &self.call_to_action)))
    }

    fn check_beats(&self, limits: &ScriptLimits, problems: &mut Problems) {
        let others = self.other_hooks.iter().enumerate().map(|(at, hook)| (format!("other_hooks[{at}]"), hook));
        if self.other_hooks.len() > HOOKS_MAX {
            problems.add("other_hooks".to_owned(), format!("are {}, more than {HOOKS_MAX}", self.other_hooks.len()));
        }
        for (name, beat) in self.beats().chain(others) {
            if let Some(source) = beat.sources.iter().find(|source| **source >= self.sources.len()) {
                let sources = self.sources.len();
                problems.add(format!("{name}.sources"), format!("names source {source} of {sources} (count from 0)"));
            }
            if !beat.sources.is_sorted_by(|one, next| one < next) {
                problems.add(format!("{name}.sources"), "do not rise, or one is there twice".to_owned());
            }
            if spoken_words(&beat.narration) == 0 {
                problems.add(format!("{name}.narration"), "has no word to speak".to_owned());
            }
            problems.columns(&format!("{name}.on_screen"), &beat.on_screen, limits.on_screen_max);
            problems.length(&format!("{name}.show"), &beat.show, SHOW_MAX);
            check_figures(&name, &beat.figures, problems);
            for (field, text) in [("narration", &beat.narration), ("on_screen", &beat.on_screen), ("show", &beat.show)]
            {
                problems.controls(&format!("{name}.{field}"), text, &[]);
            }
        }
    }

    fn check_amounts(&self, limits: &ScriptLimits, problems: &mut Problems) {
        let words = self.beats().map(|(_, beat)| spoken_words(&beat.narration)).sum::<usize>();
        if !(limits.words_min..=limits.words_max).contains(&words) {
            problems.add(
                "narration".to_owned(),
                format!("has {words} words in all, not {} to {}", limits.words_min, limits.words_max),
            );
        }
        let scenes = self.scenes.len();
        if !(limits.scenes_min..=limits.scenes_max).contains(&scenes) {
            problems
                .add("scenes".to_owned(), format!("are {scenes}, not {} to {}", limits.scenes_min, limits.scenes_max));
        }
    }

    fn check_texts(&self, limits: &ScriptLimits, problems: &mut Problems) {
        for (field, text, max, allowed) in
            [("title", &self.title, TITLE_MAX, &[][..]), ("caption", &self.caption, limits.caption_max, &['\n'][..])]
        {
            if text.trim().is_empty() {
                problems.add(field.to_owned(), "is empty".to_owned());
            }
            problems.length(field, text, max);
            problems.controls(field, text, allowed);
        }
    }

    fn check_hashtags(&self, limits: &ScriptLimits, problems: &mut Problems) {
        if self.hashtags.len() > limits.hashtags_max {
            problems
                .add("hashtags".to_owned(), format!("are {}, more than {}", self.hashtags.len(), limits.hashtags_max));
        }
        let mut seen = BTreeSet::new();
        for (at, tag) in self.hashtags.iter().enumerate() {
            if tag.is_empty() || tag.chars().count() > 60 || !tag.chars().all(|c| c.is_alphanumeric() || c == '_') {
                problems.add(
                    format!("hashtags[{at}]"),
                    format!("`{}` is not 1 to 60 letters, digits or `_` (leave the `#` out)", shortened(tag)),
                );
            }
            if !seen.insert(tag.to_lowercase()) {
                problems.add(format!("hashtags[{at}]"), format!("`{}` is there twice", shortened(tag)));
            }
        }
    }

    fn check_sources(&self, problems: &mut Problems) {
        if self.sources.len() > SOURCES_MAX {
            problems.add("sources".to_owned(), format!("are {}, more than {SOURCES_MAX}", self.sources.len()));
        }
        for (at, source) in self.sources.iter().enumerate() {
            if source.title.trim().is_empty() {
                problems.add(format!("sources[{at}].title"), "is empty".to_owned());
            }
            problems.length(&format!("sources[{at}].title"), &source.title, TITLE_MAX);
            problems.controls(&format!("sources[{at}].title"), &source.title, &[]);
            problems.length(&format!("sources[{at}].link"), source.link.as_str(), LINK_MAX);
            if !matches!(source.link.scheme(), "http" | "https") {
                let link = shortened(source.link.as_str());
                problems.add(format!("sources[{at}].link"), format!("`{link}` is not http or https"));
            }
            if !source.link.username().is_empty() || source.link.password().is_some() {
                problems.add(format!("sources[{at}].link"), "holds a user name or a password".to_owned());
            }
        }
    }

    /// A model that has lost its way says one sentence, or one string of words, over and over.
    fn check_repetition(&self, problems: &mut Problems) {
        let mut sentences = BTreeMap::<String, u32>::new();
        let mut runs = BTreeMap::<String, u32>::new();
        for (_, beat) in self.beats() {
            for sentence in beat.narration.split(SENTENCE_ENDS) {
                if spoken_words(sentence) >= 3 {
                    *sentences.entry(plain_words(sentence).join(" ")).or_default() += 1;
                }
            }
            for run in plain_words(&beat.narration).windows(RUN) {
                *runs.entry(run.join(" ")).or_default() += 1;
            }
        }
        let said = |(text, times): (String, u32), limit| {
            (times > limit).then(|| format!("says `{}` {times} times", shortened(&text)))
        };
        let twice = sentences.into_iter().filter_map(|entry| said(entry, 1)).collect::<Vec<_>>();
        // Long runs are looked at only where no whole sentence came back: one mistake, one problem.
        let found = if twice.is_empty() {
            runs.into_iter().filter_map(|entry| said(entry, 2)).take(1).collect()
        } else {
            twice
        };
        for message in found {
            problems.add("narration".to_owned(), message);
        }
    }
}

/// Characters of a title, at most.
const TITLE_MAX: usize = 150;
/// Characters of a beat's `show`, at most.
const SHOW_MAX: usize = 150;
/// Figures of a beat, at most.
const FIGURES_MAX: usize = 8;
/// Characters of a figure's label, at most.
const LABEL_MAX: usize = 40;
/// Characters of a figure's unit, at most.
const UNIT_MAX: usize = 12;
/// Other hooks, at most.
const HOOKS_MAX: usize = 7;
/// Sources, at most.
const SOURCES_MAX: usize = 20;
/// Characters of a link, at most.
const LINK_MAX: usize = 2_048;
/// Words in a row that may not be said three times.
const RUN: usize = 6;
const SENTENCE_ENDS: [char; 7] = ['.', '!', '?', '\u{2026}', '\u{3002}', '\u{ff01}', '\u{ff1f}'];

fn check_figures(beat: &str, figures: &[Figure], problems: &mut Problems) {
    if figures.len() > FIGURES_MAX {
        problems.add(format!("{beat}.figures"), format!("are {}, more than {FIGURES_MAX}", figures.len()));
    }
    for (at, figure) in figures.iter().enumerate() {
        let field = format!("{beat}.figures[{at}]");
        if !figure.value.is_finite() {
            problems.add(format!("{field}.value"), "is not a finite number".to_owned());
        }
        for (part, text, max) in [("label", &figure.label, LABEL_MAX), ("unit", &figure.unit, UNIT_MAX)] {
            problems.length(&format!("{field}.{part}"), text, max);
            problems.controls(&format!("{field}.{part}"), text, &[]);
        }
    }
}

fn plain_words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Enough of a text to find it by; messages stay short whatever was written.
fn shortened(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(79).chain(['\u{2026}']).collect() }
}

#[derive(Default)]
struct Problems(Vec<ScriptProblem>);
impl Problems {
    fn add(&mut self, field: String, message: String) {
        self.0.push(ScriptProblem { field, message });
    }

    fn length(&mut self, field: &str, text: &str, max: usize) {
        let length = text.chars().count();
        if length > max {
            self.add(field.to_owned(), format!("has {length} characters, more than {max}"));
        }
    }

    fn columns(&mut self, field: &str, text: &str, max: usize) {
        let (columns, characters) = (columns(text), text.chars().count());
        if columns > max {
            let wide = if columns > characters { " (wide letters count twice)" } else { "" };
            self.add(field.to_owned(), format!("has {columns} characters, more than {max}{wide}"));
        }
    }

    fn controls(&mut self, field: &str, text: &str, allowed: &[char]) {
        if let Some(bad) = text.chars().find(|c| c.is_control() && !allowed.contains(c)) {
            self.add(field.to_owned(), format!("holds the control character {bad:?}"));
        }
    }
}

impl Script {
    /// The script as it was written.
    #[must_use]
    pub fn draft(&self) -> &ScriptDraft {
        &self.draft
    }

    /// Who wrote it.
    #[must_use]
    pub fn writer(&self) -> &Writer {
        &self.writer
    }

    /// The script with the hook of this variant: 0 is the hook that it has, 1 the first of its other hooks. One that
    /// there is not leaves it as it is. Body and rules are the same: every hook was checked with them.
    #[must_use]
    pub fn with_hook(mut self, variant: u32) -> Self {
        let other = (variant as usize).checked_sub(1).and_then(|at| self.draft.other_hooks.get_mut(at));
        if let Some(other) = other {
            std::mem::swap(&mut self.draft.hook, other);
        }
        self
    }

    /// Everything that is spoken, in order: hook, scenes, call to action.
    #[must_use]
    pub fn beats(&self) -> impl ExactSizeIterator<Item = &Scene> + Clone {
        let count = self.draft.scenes.len() + 2;
        (0..count).map(move |at| match at {
            0 => &self.draft.hook,
            at if at + 1 == count => &self.draft.call_to_action,
            at => &self.draft.scenes[at - 1],
        })
    }
}

#[cfg(test)]
mod tests;
