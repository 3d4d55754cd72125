//! What is judged: the texts of an item and what is known about it, as plain data.

use std::collections::BTreeMap;

use reelpress_vocabulary::Platform;
use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::media::Medium;

/// A kind of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The video's title.
    Title,
    /// The first sentence, spoken.
    Hook,
    /// What is spoken after it: scenes and call to action.
    Narration,
    /// What stands in the picture.
    OnScreen,
    /// The post's text as written, without hashtags.
    Caption,
    /// The hashtags, each with its `#`.
    Hashtags,
    /// The sentences that tell of machines and sponsors.
    Disclosure,
    /// The whole text of the post on one platform: caption, disclosures, hashtags.
    Post,
}

impl Field {
    /// Every kind, in reading order.
    pub const ALL: [Self; 8] = [
        Self::Title,
        Self::Hook,
        Self::Narration,
        Self::OnScreen,
        Self::Caption,
        Self::Hashtags,
        Self::Disclosure,
        Self::Post,
    ];

    /// What a rule looks at that names no fields: all that the writer wrote.
    pub(crate) const WRITTEN: [Self; 6] =
        [Self::Title, Self::Hook, Self::Narration, Self::OnScreen, Self::Caption, Self::Hashtags];

    /// Its name in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Hook => "hook",
            Self::Narration => "narration",
            Self::OnScreen => "on_screen",
            Self::Caption => "caption",
            Self::Hashtags => "hashtags",
            Self::Disclosure => "disclosure",
            Self::Post => "post",
        }
    }
}

/// One text of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectText {
    /// Which kind.
    pub field: Field,
    /// Its own name, such as `scenes[2].narration`.
    pub path: String,
    /// The text as it will be seen or heard.
    pub text: String,
}

/// What is judged. A text, list or fact that is not there is not known, which is something else than empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subject {
    /// The texts, in reading order, hashtags and posts left out: they have their own places.
    pub texts: Vec<SubjectText>,
    /// Hashtags without `#`; `None`: not known.
    pub hashtags: Option<Vec<String>>,
    /// Each post's whole text; empty: not known.
    pub posts: BTreeMap<Platform, String>,
    /// ISO 639-1 code, perhaps with a region (`de-AT`); `None`: not known, so words of every language count.
    pub language: Option<String>,
    /// Where it is to go; empty: not known, so every platform's rules apply.
    pub platforms: Vec<Platform>,
    /// Countries it is aimed at, as ISO 3166-1 codes in lower case, or `eu`; empty: not known, so every region's rules
    /// apply.
    pub regions: Vec<String>,
    /// The niche's name; `None`: not known, so rules for any niche apply.
    pub niche: Option<String>,
    /// What else is known.
    pub facts: Facts,
    /// Pictures, clips, music; `None`: not known.
    pub media: Option<Vec<Medium>>,
    /// The day that licences must reach, `2026-11-21`; `None`: not known.
    pub today: Option<String>,
    /// Captions of the account's last posts, newest first; `None`: not known. The first [`Subject::RECENT_MAX`] count.
    pub recent_captions: Option<Vec<String>>,
}

impl Subject {
    /// Most captions that a new one is compared with.
    pub const RECENT_MAX: usize = 200;
    /// Most bytes of all texts together that are looked at. What is beyond makes the subject unreadable for the rules, and
    /// that is said.
    pub const BYTES_MAX: usize = 1 << 20;

    /// A subject of one text.
    #[must_use]
    pub fn of_text(field: Field, text: &str, language: Option<&str>) -> Self {
        let language = language.map(str::to_owned);
        let mut subject = Self { language, ..Self::default() };
        subject.add(field, field.as_str(), text);
        subject
    }

    /// Puts a text to the others. Hashtags are taken apart at white space.
    pub fn add(&mut self, field: Field, path: &str, text: &str) {
        match field {
            Field::Hashtags => {
                let tags = text.split_whitespace().map(|tag| tag.trim_start_matches('#').to_owned());
                self.hashtags.get_or_insert_default().extend(tags);
            }
            Field::Post => {
                for platform in self.platforms_or_all() {
                    self.posts.insert(platform, text.to_owned());
                }
            }
            Field::Title | Field::Hook | Field::Narration | Field::OnScreen | Field::Caption | Field::Disclosure => {
                self.texts.push(SubjectText { field, path: path.to_owned(), text: text.to_owned() });
            }
        }
    }

    /// The language's two letters, if it is known.
    pub(crate) fn language_code(&self) -> Option<String> {
        let code = self.language.as_deref()?.split(['-', '_']).next()?.to_ascii_lowercase();
        (code.len() == 2 && code != "un").then_some(code)
    }

    pub(crate) fn platforms_or_all(&self) -> Vec<Platform> {
        if self.platforms.is_empty() { Platform::ALL.to_vec() } else { self.platforms.clone() }
    }
}
