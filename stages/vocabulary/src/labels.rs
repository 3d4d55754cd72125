//! What must be set on each platform, from facts alone.
//!
//! The AI label is always on: everything here has a synthetic voice, and platforms label by themselves what carries a
//! C2PA claim, so a label that is off would contradict the file. The rules are those of `TikTok`'s Content Posting API and
//! content disclosure setting, `YouTube`'s `videos` resource and Instagram's publishing API (each field's document is
//! named at the field).

use reelpress_config::Commercial;
use serde::{Deserialize, Serialize};

use crate::Platform;

/// How a post reaches its platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A person sets everything in the app: outbox folder, inbox draft, hand-over to a phone.
    ByPerson,
    /// The fields are sent.
    ByApi,
}

/// What labels depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelFacts {
    /// Where to.
    pub platform: Platform,
    /// How.
    pub way: Way,
    /// Who gains.
    pub commercial: Commercial,
    /// Instagram only: the account is connected through Facebook, where partnerships can be told by field.
    pub through_facebook: bool,
    /// `YouTube` only: whether it is made for children; `None`: nobody said.
    pub made_for_kids: Option<bool>,
}

/// What must be set, field by field in the platform's own words, and what a person must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Labels {
    /// Fields with their values; all of them are sent, the false ones too.
    pub fields: Vec<(&'static str, bool)>,
    /// What a person has to do, because no field can; empty if nothing is left.
    pub by_hand: Vec<&'static str>,
    /// True if the words for advertising must be in the picture and at the front of the caption (FTC, 16 CFR 255: the
    /// platform's own label alone is not assumed to be enough).
    pub disclosure_in_video: bool,
}

/// The labels for these facts. A fact more never switches a label off.
#[must_use]
pub fn labels(facts: &LabelFacts) -> Labels {
    let LabelFacts { platform, way, commercial, through_facebook, made_for_kids } = *facts;
    let for_others = commercial.is_for_others();
    let is_own = commercial == Commercial::OwnBrand;
    let mut by_hand = Vec::new();
    let fields = match platform {
        Platform::Tiktok => {
            if way == Way::ByPerson {
                by_hand.push("switch \"AI-generated content\" on");
                if for_others {
                    by_hand.push("switch \"Disclose commercial content\" on and choose \"Branded content\"");
                    // Its policy on branded content: it may not be visible to its owner alone.
                    by_hand.push("choose a visibility other than \"Only you\"");
                } else if is_own {
                    by_hand.push("switch \"Disclose commercial content\" on and choose \"Your brand\"");
                }
            }
            vec![("is_aigc", true), ("brand_content_toggle", for_others), ("brand_organic_toggle", is_own)]
        }
        Platform::YoutubeShorts => {
            if way == Way::ByPerson {
                by_hand.push("answer \"Yes\" to \"Altered content\"");
                by_hand.push(match made_for_kids {
                    Some(true) => "answer \"Yes, it's made for kids\"",
                    Some(false) => "answer \"No, it's not made for kids\"",
                    None => "decide whether it is made for kids: nobody put it on record",
                });
            }
            // Whether the API takes the field is not documented: a person sets or checks it either way.
            if for_others {
                by_hand
                    .push("tick \"My video contains paid promotion\" and see that it is on before the video is public");
            }
            let kids = made_for_kids.map(|kids| ("status.selfDeclaredMadeForKids", kids));
            let fields = [
                ("status.containsSyntheticMedia", true),
                ("paidProductPlacementDetails.hasPaidProductPlacement", for_others),
            ];
            fields.into_iter().chain(kids).collect()
        }
        Platform::InstagramReels => {
            if way == Way::ByPerson {
                by_hand.push("switch \"AI label\" on");
            }
            if for_others && (way == Way::ByPerson || !through_facebook) {
                by_hand.push("add the \"Paid partnership\" label in the app");
            }
            vec![("is_ai_generated", true), ("is_paid_partnership", for_others && through_facebook)]
        }
    };
    Labels { fields, by_hand, disclosure_in_video: commercial != Commercial::None }
}

#[cfg(test)]
mod tests {
    use super::{Commercial, LabelFacts, Way, labels};
    use crate::Platform;

    fn all() -> impl Iterator<Item = LabelFacts> {
        Platform::ALL.into_iter().flat_map(|platform| {
            [Way::ByPerson, Way::ByApi].into_iter().flat_map(move |way| {
                Commercial::ALL.into_iter().flat_map(move |commercial| {
                    [(false, None), (false, Some(false)), (true, None), (true, Some(true))].map(
                        |(through_facebook, made_for_kids)| LabelFacts {
                            platform,
                            way,
                            commercial,
                            through_facebook,
                            made_for_kids,
                        },
                    )
                })
            })
        })
    }

    #[test]
    fn the_ai_label_is_on_whatever_the_facts() {
        for facts in all() {
            let told = labels(&facts);
            let ai = ["is_aigc", "status.containsSyntheticMedia", "is_ai_generated"];
            assert!(told.fields.iter().any(|(field, on)| ai.contains(field) && *on), "{facts:?}");
            assert!(facts.way == Way::ByApi || !told.by_hand.is_empty(), "{facts:?}: a file sets no label");
        }
    }

    #[test]
    fn a_commercial_fact_never_switches_a_label_off() {
        for facts in all() {
            let without = labels(&LabelFacts { commercial: Commercial::None, ..facts });
            let with = labels(&facts);
            for ((field, was), (same, is)) in without.fields.iter().zip(&with.fields) {
                assert!(field == same && (!was || *is), "{facts:?}: {field}");
            }
            assert!(without.by_hand.iter().all(|step| with.by_hand.contains(step)), "{facts:?}");
        }
    }

    #[test]
    fn the_table() {
        use Commercial::{Affiliate, Gift, None, OwnBrand, PaidPartnership};
        let on = |platform, commercial, through_facebook| {
            let told = labels(&LabelFacts {
                platform,
                way: Way::ByApi,
                commercial,
                through_facebook,
                made_for_kids: Some(false),
            });
            let set: Vec<&str> = told.fields.iter().filter(|(_, on)| *on).map(|(field, _)| *field).collect();
            (set, told.by_hand.len(), told.disclosure_in_video)
        };
        let tiktok = |commercial| on(Platform::Tiktok, commercial, false);
        assert_eq!(tiktok(None), (vec!["is_aigc"], 0, false));
        assert_eq!(tiktok(OwnBrand), (vec!["is_aigc", "brand_organic_toggle"], 0, true));
        for commercial in [PaidPartnership, Gift, Affiliate] {
            assert_eq!(tiktok(commercial), (vec!["is_aigc", "brand_content_toggle"], 0, true));
            let youtube = ["status.containsSyntheticMedia", "paidProductPlacementDetails.hasPaidProductPlacement"];
            assert_eq!(on(Platform::YoutubeShorts, commercial, false), (youtube.to_vec(), 1, true));
            assert_eq!(on(Platform::InstagramReels, commercial, false), (vec!["is_ai_generated"], 1, true));
            let facebook = ["is_ai_generated", "is_paid_partnership"];
            assert_eq!(on(Platform::InstagramReels, commercial, true), (facebook.to_vec(), 0, true));
        }
        assert_eq!(on(Platform::YoutubeShorts, OwnBrand, false), (vec!["status.containsSyntheticMedia"], 0, true));
        assert_eq!(on(Platform::InstagramReels, OwnBrand, true), (vec!["is_ai_generated"], 0, true));
    }
}
