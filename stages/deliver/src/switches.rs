//! What must be set on each platform for one post: asked of [`labels`] for each, from what was declared.

use std::collections::BTreeMap;

use reelpress_vocabulary::{Commercial, Declared, LabelFacts, Platform, Way, labels};
use serde::{Deserialize, Serialize};

/// Labels of a post. That a machine made it is always told: there is no switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// True.
    pub ai_generated: bool,
    /// Who gains; `None`: nobody declared it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commercial: Option<Commercial>,
    /// Each platform's own fields.
    pub platforms: PlatformLabels,
}

/// Each platform's own fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformLabels {
    /// `TikTok`'s Content Posting API.
    pub tiktok: TiktokLabels,
    /// `YouTube`'s Data API, resource `videos`.
    pub youtube: YoutubeLabels,
    /// Instagram's publishing API.
    pub instagram: InstagramLabels,
}

/// `TikTok`'s fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TiktokLabels {
    /// True.
    pub is_aigc: bool,
    /// Somebody else gains: paid, given, or a part of sales.
    #[serde(default)]
    pub brand_content_toggle: bool,
    /// The account's own brand.
    #[serde(default)]
    pub brand_organic_toggle: bool,
}

/// `YouTube`'s fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YoutubeLabels {
    /// True.
    #[serde(rename = "status.containsSyntheticMedia")]
    pub contains_synthetic_media: bool,
    /// Somebody else gains.
    #[serde(default, rename = "paidProductPlacementDetails.hasPaidProductPlacement")]
    pub has_paid_product_placement: bool,
    /// What was declared; `None`: nobody did, and the person who posts must.
    #[serde(default, rename = "status.selfDeclaredMadeForKids", skip_serializing_if = "Option::is_none")]
    pub self_declared_made_for_kids: Option<bool>,
}

/// Instagram's fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstagramLabels {
    /// True.
    pub is_ai_generated: bool,
    /// Somebody else gains, and the account is connected through Facebook.
    #[serde(default)]
    pub is_paid_partnership: bool,
}

impl Labels {
    pub(crate) fn of(declared: &Declared) -> Self {
        // All three: a person may post anywhere, whatever was planned.
        let is_on = |platform: Platform, field: &str| told(declared, platform).fields.contains(&(field, true));
        Self {
            ai_generated: true,
            commercial: declared.kind(),
            platforms: PlatformLabels {
                tiktok: TiktokLabels {
                    is_aigc: is_on(Platform::Tiktok, "is_aigc"),
                    brand_content_toggle: is_on(Platform::Tiktok, "brand_content_toggle"),
                    brand_organic_toggle: is_on(Platform::Tiktok, "brand_organic_toggle"),
                },
                youtube: YoutubeLabels {
                    contains_synthetic_media: is_on(Platform::YoutubeShorts, "status.containsSyntheticMedia"),
                    has_paid_product_placement: is_on(
                        Platform::YoutubeShorts,
                        "paidProductPlacementDetails.hasPaidProductPlacement",
                    ),
                    self_declared_made_for_kids: declared.made_for_kids,
                },
                instagram: InstagramLabels {
                    is_ai_generated: is_on(Platform::InstagramReels, "is_ai_generated"),
                    is_paid_partnership: is_on(Platform::InstagramReels, "is_paid_partnership"),
                },
            },
        }
    }

    /// True if every platform's field for AI-made content is on.
    pub(crate) fn say_ai(&self) -> bool {
        let PlatformLabels { tiktok, youtube, instagram } = &self.platforms;
        self.ai_generated && tiktok.is_aigc && youtube.contains_synthetic_media && instagram.is_ai_generated
    }
}

/// What the person who posts must set in each app that the post is for, in the app's own words: a file sets nothing.
pub(crate) fn by_hand(declared: &Declared) -> BTreeMap<Platform, Vec<String>> {
    let steps = |platform| told(declared, platform).by_hand.into_iter().map(str::to_owned).collect();
    Platform::of(declared).into_iter().map(|platform| (platform, steps(platform))).collect()
}

/// The same in one paragraph.
pub(crate) fn reminder(declared: &Declared) -> String {
    let of_platform = |(platform, steps): (Platform, Vec<String>)| format!("{}: {}", name(platform), steps.join("; "));
    let all = by_hand(declared).into_iter().map(of_platform).collect::<Vec<_>>().join(". ");
    format!("Before you publish, a file cannot do this for you. {all}.")
}

fn told(declared: &Declared, platform: Platform) -> reelpress_vocabulary::Labels {
    labels(&LabelFacts {
        platform,
        way: Way::ByPerson,
        commercial: declared.kind().unwrap_or_default(),
        through_facebook: declared.facebook_login,
        made_for_kids: declared.made_for_kids,
    })
}

fn name(platform: Platform) -> &'static str {
    match platform {
        Platform::Tiktok => "TikTok",
        Platform::YoutubeShorts => "YouTube",
        Platform::InstagramReels => "Instagram",
    }
}

#[cfg(test)]
mod tests {
    use reelpress_vocabulary::{Connection, PlatformName};

    use super::*;

    #[test]
    fn every_kind_is_told_on_every_platform_in_its_own_words() {
        let mut lines = Vec::new();
        for kind in Commercial::ALL {
            let commercial = Some(Connection { kind, ..Connection::default() });
            let declared = Declared { commercial, made_for_kids: Some(false), ..Declared::default() };
            let labels = Labels::of(&declared);
            assert!(labels.say_ai());
            let PlatformLabels { tiktok, youtube, instagram } = labels.platforms;
            let fields = [
                tiktok.brand_content_toggle,
                tiktok.brand_organic_toggle,
                youtube.has_paid_product_placement,
                instagram.is_paid_partnership,
            ];
            lines.push(format!("{}: {fields:?}\n  {}", kind.as_str(), reminder(&declared)));
        }
        insta::assert_snapshot!(lines.join("\n"), @r#"
        none: [false, false, false, false]
          Before you publish, a file cannot do this for you. TikTok: switch "AI-generated content" on. YouTube: answer "Yes" to "Altered content"; answer "No, it's not made for kids". Instagram: switch "AI label" on.
        own-brand: [false, true, false, false]
          Before you publish, a file cannot do this for you. TikTok: switch "AI-generated content" on; switch "Disclose commercial content" on and choose "Your brand". YouTube: answer "Yes" to "Altered content"; answer "No, it's not made for kids". Instagram: switch "AI label" on.
        paid-partnership: [true, false, true, false]
          Before you publish, a file cannot do this for you. TikTok: switch "AI-generated content" on; switch "Disclose commercial content" on and choose "Branded content"; choose a visibility other than "Only you". YouTube: answer "Yes" to "Altered content"; answer "No, it's not made for kids"; tick "My video contains paid promotion" and see that it is on before the video is public. Instagram: switch "AI label" on; add the "Paid partnership" label in the app.
        gift: [true, false, true, false]
          Before you publish, a file cannot do this for you. TikTok: switch "AI-generated content" on; switch "Disclose commercial content" on and choose "Branded content"; choose a visibility other than "Only you". YouTube: answer "Yes" to "Altered content"; answer "No, it's not made for kids"; tick "My video contains paid promotion" and see that it is on before the video is public. Instagram: switch "AI label" on; add the "Paid partnership" label in the app.
        affiliate: [true, false, true, false]
          Before you publish, a file cannot do this for you. TikTok: switch "AI-generated content" on; switch "Disclose commercial content" on and choose "Branded content"; choose a visibility other than "Only you". YouTube: answer "Yes" to "Altered content"; answer "No, it's not made for kids"; tick "My video contains paid promotion" and see that it is on before the video is public. Instagram: switch "AI label" on; add the "Paid partnership" label in the app.
        "#);
    }

    #[test]
    fn only_the_platforms_of_the_account_are_asked_about() {
        let declared = Declared { platforms: vec![PlatformName::Tiktok], ..Declared::default() };
        assert_eq!(by_hand(&declared).keys().copied().collect::<Vec<_>>(), [Platform::Tiktok]);
        assert_eq!(by_hand(&Declared::default()).len(), 3);
        let told = reminder(&Declared::default());
        assert!(told.contains("nobody put it on record"), "{told}");
    }
}
