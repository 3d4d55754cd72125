//! The script: one type for the built-in writer, any LLM and a person's file. [`ScriptDraft`] is the shape as written;
//! [`Script`] is the same after every rule held, and the only way to get one is [`ScriptDraft::check`].

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// A script as written, before any rule was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptDraft {
    /// The video's title.
    pub title: String,
    /// The first sentence: why to stay.
    pub hook: Scene,
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
    /// Most characters of on-screen text a beat.
    pub on_screen_max: usize,
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
        self.check_repetition(&mut problems);
        if problems.0.is_empty() { Ok(Script { draft: self, writer }) } else { Err(ScriptProblems(problems.0)) }
    }

    fn beats(&self) -> impl Iterator<Item = (String, &Scene)> {
        std::iter::once(("hook".to_owned(), &self.hook))
            .chain(self.scenes.iter().enumerate().map(|(at, scene)| (format!("scenes[{at}]"), scene)))
            .chain(std::iter::once(("call_to_action".to_owned(), &self.call_to_action)))
    }

    fn check_beats(&self, limits: &ScriptLimits, problems: &mut Problems) {
        for (name, beat) in self.beats() {
            if beat.narration.split_whitespace().next().is_none() {
                problems.add(format!("{name}.narration"), "is empty".to_owned());
            }
            let length = beat.on_screen.chars().count();
            if length > limits.on_screen_max {
                problems.add(
                    format!("{name}.on_screen"),
                    format!("has {length} characters, more than {}", limits.on_screen_max),
                );
            }
            for (field, text) in [("narration", &beat.narration), ("on_screen", &beat.on_screen), ("show", &beat.show)]
            {
                if let Some(bad) = text.chars().find(|c| c.is_control()) {
                    problems.add(format!("{name}.{field}"), format!("holds the control character {bad:?}"));
                }
            }
        }
    }

    fn check_amounts(&self, limits: &ScriptLimits, problems: &mut Problems) {
        let words = self.beats().map(|(_, beat)| beat.narration.split_whitespace().count()).sum::<usize>();
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
        if self.title.trim().is_empty() || self.title.chars().count() > 150 {
            problems.add("title".to_owned(), "must have 1 to 150 characters".to_owned());
        }
        let caption = self.caption.chars().count();
        if self.caption.trim().is_empty() || caption > limits.caption_max {
            problems.add("caption".to_owned(), format!("has {caption} characters, not 1 to {}", limits.caption_max));
        }
        if self.hashtags.len() > limits.hashtags_max {
            problems
                .add("hashtags".to_owned(), format!("are {}, more than {}", self.hashtags.len(), limits.hashtags_max));
        }
        for (at, tag) in self.hashtags.iter().enumerate() {
            if tag.is_empty() || tag.chars().count() > 60 || !tag.chars().all(|c| c.is_alphanumeric() || c == '_') {
                problems.add(
                    format!("hashtags[{at}]"),
                    format!("`{tag}` is not 1 to 60 letters, digits or `_` (leave the `#` out)"),
                );
            }
        }
        for (at, source) in self.sources.iter().enumerate() {
            if !matches!(source.link.scheme(), "http" | "https") {
                problems.add(format!("sources[{at}].link"), format!("`{}` is not http or https", source.link));
            }
        }
    }

    /// A model that has lost its way says one sentence over and over.
    fn check_repetition(&self, problems: &mut Problems) {
        let mut seen = std::collections::BTreeMap::<String, u32>::new();
        for (_, beat) in self.beats() {
            for sentence in beat.narration.split_inclusive(['.', '!', '?']) {
                let plain = sentence.trim().to_lowercase();
                if plain.split_whitespace().count() >= 3 {
                    *seen.entry(plain).or_default() += 1;
                }
            }
        }
        for (sentence, times) in seen {
            if times > 1 {
                problems.add("narration".to_owned(), format!("says `{sentence}` {times} times"));
            }
        }
    }
}

#[derive(Default)]
struct Problems(Vec<ScriptProblem>);
impl Problems {
    fn add(&mut self, field: String, message: String) {
        self.0.push(ScriptProblem { field, message });
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
