//! One of everything that stages hand to each other, each built on the one before it; a test changes the fields that it
//! is about. Behind the feature `testing`; never part of the daemon.

use jiff::Timestamp;
use reelpress_core::ArtifactKey;
use url::Url;

use crate::{
    AccountId, Approval, Approved, Assembled, Brief, Cut, Declared, Dossier, Evidence, FeedId, MediaFile, MediaKind,
    NicheId, Picture, Provenance, Scene, Screened, Script, ScriptDraft, Scripted, Span, TemplateId, Topic, Verdict,
    VoiceTrack, Voiced, Writer,
};

/// An English topic that has nothing but a title.
#[must_use]
pub fn topic(title: &str) -> Topic {
    Topic {
        id: "0a".to_owned(),
        title: title.to_owned(),
        summary: String::new(),
        language: "en".to_owned(),
        score: 1.0,
        evidence: Vec::new(),
        ..Topic::default()
    }
}

/// A sighting in the feed `sea`, at the Unix epoch.
///
/// # Panics
/// If the link is not a URL.
#[must_use]
pub fn evidence(title: &str, link: &str) -> Evidence {
    Evidence {
        feed: FeedId::parse("sea").expect("a name"),
        title: title.to_owned(),
        link: Some(Url::parse(link).expect("the test's link is one")),
        at: Timestamp::UNIX_EPOCH,
        count: None,
    }
}

/// An order for this account: niche `science`, template `plain`, in the topic's language.
///
/// # Panics
/// If the account is not a name that the config would take.
#[must_use]
pub fn brief(topic: Topic, account: &str) -> Brief {
    Brief {
        niche: NicheId::parse("science").expect("a name"),
        account: AccountId::parse(account).expect("the test's account has a name"),
        template: TemplateId::parse("plain").expect("a name"),
        language: topic.language.clone(),
        seed: 7,
        variant: 0,
        given_script: None,
        format: None,
        suggested_hashtags: Vec::new(),
        dossier: Dossier::default(),
        declared: Declared::default(),
        topic,
    }
}

/// A beat with nothing on the screen.
#[must_use]
pub fn scene(narration: &str) -> Scene {
    Scene { narration: narration.to_owned(), ..Scene::default() }
}

/// Five beats that keep every rule of [`crate::ScriptLimits::default`], and that screening finds nothing in.
#[must_use]
pub fn draft() -> ScriptDraft {
    let shown = |narration, on_screen: &str| Scene { on_screen: on_screen.to_owned(), ..scene(narration) };
    ScriptDraft {
        title: "Why bridges hum".to_owned(),
        hook: shown("Some bridges hum in the wind.", "Humming bridges"),
        other_hooks: Vec::new(),
        scenes: vec![
            shown("Cables swing at their own pitch.", "Cables sing"),
            scene("The deck answers like a drum."),
            scene(
                "Engineers listen to that sound with small microphones, because another tone is the first sign of a \
                   loose cable or a worn joint.",
            ),
        ],
        call_to_action: scene("Follow along for the next one."),
        caption: "A short look at adorable, humming bridges.".to_owned(),
        hashtags: vec!["bridges".to_owned(), "adorable".to_owned()],
        sources: Vec::new(),
    }
}

/// A script as a journal gives it back: written when the rules were other ones, so it may break today's.
///
/// # Panics
/// If a script cannot be read back as it was written.
#[must_use]
pub fn as_journaled(draft: &ScriptDraft, writer: &Writer) -> Script {
    serde_json::from_value(serde_json::json!({ "draft": draft, "writer": writer }))
        .expect("what was written can be read")
}

/// A person's script for this account, as journaled.
#[must_use]
pub fn scripted(draft: &ScriptDraft, account: &str) -> Scripted {
    Scripted { brief: brief(topic(&draft.title), account), script: as_journaled(draft, &Writer::Person) }
}

/// A finished video of this script for this account: 20 seconds of drawn pictures, with these bytes for a file.
#[must_use]
pub fn assembled(draft: &ScriptDraft, account: &str, file: &[u8]) -> Assembled {
    let scripted = scripted(draft, account);
    let voice = VoiceTrack { beats: Vec::new(), voice: "espeak-ng 1.51 en-us".to_owned(), estimated: false };
    let beats = scripted.script.beats().len();
    let hash = blake3::hash(file).to_hex().to_string();
    let cut = Cut {
        video: key(&format!("assemble/{hash}.cut.mp4")),
        poster: key(&format!("assemble/{hash}.poster.png")),
        hash,
        bytes: file.len() as u64,
        width: 1080,
        height: 1920,
        fps: 30,
        duration_ms: 20_000,
        loudness_lufs: -14.0,
        scenes: vec![Span { start_ms: 0, end_ms: 5_000 }; beats],
        unsigned: None,
        overlays: Vec::new(),
        provenance: Provenance {
            template: scripted.brief.template.clone(),
            voice: voice.voice.clone(),
            pictures: vec![Picture::Drawn; beats],
            music: None,
            others: Vec::new(),
        },
    };
    Assembled { voiced: Voiced { scripted, voice }, cut }
}

/// A picture of the media library under `CC-BY-4.0`.
#[must_use]
pub fn media_file(file: &str, hash: &str) -> MediaFile {
    MediaFile {
        kind: MediaKind::Picture,
        file: file.to_owned(),
        hash: hash.to_owned(),
        licence: "CC-BY-4.0".to_owned(),
        attribution: "A. Painter".to_owned(),
        source: "https://example.org/1".to_owned(),
        terms: None,
    }
}

/// The cut with nothing found in it, let through by the policy on 20 November 2026 at noon UTC.
#[must_use]
pub fn approved(assembled: Assembled) -> Approved {
    let approval = Approval {
        by: None,
        at: Timestamp::constant(1_795_176_000, 0),
        note: "clean".to_owned(),
        cut_hash: assembled.cut.hash.clone(),
    };
    let verdict = Verdict { findings: Vec::new(), policy: "00ff".to_owned() };
    Approved { screened: Screened { assembled, verdict }, approval }
}

fn key(path: &str) -> ArtifactKey {
    ArtifactKey::parse(path).expect("a plain path")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ScriptLimits;

    #[test]
    fn the_draft_keeps_every_rule() {
        draft().check(Writer::Person, &ScriptLimits::default()).unwrap();
    }

    #[test]
    fn an_approval_is_about_the_very_cut_and_was_given_when_it_says() {
        let approved = approved(assembled(&draft(), "main", b"film"));
        assert_eq!(approved.approval.cut_hash, approved.screened.assembled.cut.hash);
        assert_eq!(approved.approval.at.to_string(), "2026-11-20T12:00:00Z");
    }
}
