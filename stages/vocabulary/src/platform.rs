//! A post's words for each platform: one caption and one list of hashtags, cut to what each of them takes.

use std::collections::{BTreeMap, BTreeSet};

use reelpress_config::{Declared, PlatformName};
use serde::{Deserialize, Serialize};

use crate::Scripted;
use crate::disclosure::{Disclosure, ai_notice};

/// Where a post can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// `TikTok`
    Tiktok,
    /// `YouTube` Shorts
    YoutubeShorts,
    /// Instagram Reels
    InstagramReels,
}

/// The words of one post on one platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformText {
    /// Where there is a title of its own (`YouTube`): at most 100 characters, without `<` and `>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Caption, disclosure and hashtags, ready to paste.
    pub text: String,
    /// Those that are in `text`, without `#`.
    pub hashtags: Vec<String>,
}

/// What a platform takes. Lengths are the platforms' own (`TikTok` Content Posting API: 2,200 UTF-16 units; Instagram
/// publishing API: 2,200 characters, 30 hashtags; `YouTube` Data API: title of 100 characters, description of 5,000
/// bytes); the numbers of hashtags are ours, and lower: three to five that fit say more than thirty.
struct Limits {
    length: usize,
    measure: fn(&str) -> usize,
    hashtags: usize,
}

impl From<PlatformName> for Platform {
    fn from(name: PlatformName) -> Self {
        match name {
            PlatformName::Tiktok => Self::Tiktok,
            PlatformName::YoutubeShorts => Self::YoutubeShorts,
            PlatformName::InstagramReels => Self::InstagramReels,
        }
    }
}

impl Platform {
    /// Where an order goes: the platforms that it declares, or all of them where nobody said.
    #[must_use]
    pub fn of(declared: &Declared) -> Vec<Self> {
        if declared.platforms.is_empty() {
            return Self::ALL.to_vec();
        }
        declared.platforms.iter().copied().map(Self::from).collect()
    }

    /// Every platform.
    pub const ALL: [Self; 3] = [Self::Tiktok, Self::YoutubeShorts, Self::InstagramReels];

    fn limits(self) -> Limits {
        match self {
            Self::Tiktok => Limits { length: 2_200, measure: |text| text.encode_utf16().count(), hashtags: 5 },
            Self::YoutubeShorts => Limits { length: 5_000, measure: str::len, hashtags: 3 },
            Self::InstagramReels => Limits { length: 2_200, measure: |text| text.chars().count(), hashtags: 8 },
        }
    }

    /// The words of a post: the caption is cut at a word's end if need be, the disclosure never.
    #[must_use]
    pub fn text(self, title: &str, caption: &str, disclosure: &str, hashtags: &[String]) -> PlatformText {
        let limits = self.limits();
        let mut seen = BTreeSet::new();
        let fits = |tag: &&String| {
            !tag.is_empty() && tag.chars().count() <= 60 && tag.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        let tags =
            hashtags.iter().filter(fits).filter(|tag| seen.insert(tag.to_lowercase())).take(limits.hashtags).cloned();
        let tags = tags.collect::<Vec<_>>();
        let line = tags.iter().map(|tag| format!("#{tag}")).collect::<Vec<_>>().join(" ");
        let whole = |caption: &str| {
            let parts = [caption, disclosure, line.as_str()];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
        };
        let clean = caption.chars().filter(|c| *c == '\n' || !c.is_control()).collect::<String>();
        let mut caption = clean.trim();
        let mut text = whole(caption);
        while (limits.measure)(&text) > limits.length && !caption.is_empty() {
            let shorter = caption.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, _)| at);
            // A caption without a space is cut anywhere.
            let half = caption.char_indices().nth(caption.chars().count() / 2).map_or(0, |(at, _)| at);
            caption = if shorter == 0 { &caption[..half] } else { caption[..shorter].trim_end() };
            text = whole(&format!("{caption}\u{2026}"));
        }
        let title = (self == Self::YoutubeShorts).then(|| {
            let plain = title.chars().filter(|c| !matches!(c, '<' | '>') && !c.is_control()).collect::<String>();
            plain.chars().take(100).collect::<String>().trim().to_owned()
        });
        PlatformText { title, text, hashtags: tags }
    }
}

impl Scripted {
    /// The hashtags of its posts: the script's, then the niche's, each once whatever its case.
    #[must_use]
    pub fn post_hashtags(&self, of_niche: &[String]) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let all = self.script.draft().hashtags.iter().chain(of_niche);
        all.filter(|tag| seen.insert(tag.to_lowercase())).cloned().collect()
    }

    /// The caption of its posts: whatever the script says, advertising is told before it.
    #[must_use]
    pub fn post_caption(&self) -> String {
        let caption = self.script.draft().caption.trim();
        match Disclosure::of(&self.brief.declared, &self.brief.language) {
            Some(disclosure) => disclosure.before(caption),
            None => caption.to_owned(),
        }
    }

    /// The words of its post on each platform that it goes to.
    #[must_use]
    pub fn posts(&self, of_niche: &[String]) -> BTreeMap<Platform, PlatformText> {
        let (caption, tags) = (self.post_caption(), self.post_hashtags(of_niche));
        let (title, notice) = (&self.script.draft().title, ai_notice(&self.brief.language));
        let text = |platform: Platform| (platform, platform.text(title, &caption, notice, &tags));
        Platform::of(&self.brief.declared).into_iter().map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("tag{at}")).collect()
    }

    #[test]
    fn each_platform_gets_what_it_takes() {
        let text = |platform: Platform| platform.text("A <b> title", "Bridges hum.", "Made with AI.", &tags(40));
        assert_eq!(text(Platform::Tiktok).text, "Bridges hum.\n\nMade with AI.\n\n#tag0 #tag1 #tag2 #tag3 #tag4");
        assert_eq!(text(Platform::YoutubeShorts).title.as_deref(), Some("A b title"));
        assert_eq!(text(Platform::YoutubeShorts).hashtags.len(), 3);
        assert_eq!(text(Platform::InstagramReels).hashtags.len(), 8);
    }

    #[test]
    fn a_caption_is_cut_to_the_very_limit_and_the_disclosure_stays() {
        for platform in Platform::ALL {
            for caption in ["word ".repeat(3_000), "\u{1f600}".repeat(3_000), "a".repeat(2_250)] {
                let text = platform.text("", &caption, "Made with AI.", &tags(9)).text;
                let limits = platform.limits();
                assert!((limits.measure)(&text) <= limits.length, "{platform:?}");
                assert!(text.contains("Made with AI.") && text.contains("#tag0"), "{platform:?}");
            }
        }
    }

    #[test]
    fn advertising_stays_before_a_caption_that_is_cut() {
        let mut draft = crate::testing::draft();
        draft.caption = "word ".repeat(3_000);
        let mut scripted = crate::testing::scripted(&draft, "berlin");
        let commercial = reelpress_config::Connection {
            kind: reelpress_config::Commercial::Affiliate,
            ..reelpress_config::Connection::default()
        };
        scripted.brief.declared.commercial = Some(commercial);
        scripted.brief.declared.platforms = vec![PlatformName::Tiktok, PlatformName::InstagramReels];
        let posts = scripted.posts(&tags(9));
        assert_eq!(posts.keys().copied().collect::<Vec<_>>(), [Platform::Tiktok, Platform::InstagramReels]);
        assert!(posts.values().all(|post| post.text.starts_with("Ad: word ")), "{posts:?}");
    }

    #[test]
    fn tags_are_single_words_and_each_there_once() {
        let tags = ["Sea", "sea", "", "two words", "#x", "ok_1"].map(ToOwned::to_owned);
        assert_eq!(Platform::Tiktok.text("", "", "", &tags).hashtags, ["Sea", "ok_1"]);
    }
}
