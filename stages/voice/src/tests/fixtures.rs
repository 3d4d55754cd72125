//! Settings and a script for tests of this crate.

use std::collections::BTreeMap;

use reelpress_config::{Settings, Voice, VoiceName};
use reelpress_vocabulary::testing::{self, scene};
use reelpress_vocabulary::{ScriptDraft, Scripted};

/// All languages by espeak-ng.
pub(crate) fn settings() -> Settings {
    let voices = BTreeMap::from([("en".to_owned(), VoiceName::plain("en-us"))]);
    Settings {
        voice: Voice { voices, words_per_minute: 175, pause_ms: 200, ..Voice::default() },
        ..Settings::default()
    }
}

/// A script with these narrations, the first is the hook and the last the call to action.
pub(crate) fn scripted(language: &str, narrations: &[&str]) -> Scripted {
    let draft = ScriptDraft {
        hook: scene(narrations[0]),
        scenes: narrations[1..narrations.len() - 1].iter().map(|text| scene(text)).collect(),
        call_to_action: scene(narrations[narrations.len() - 1]),
        ..testing::draft()
    };
    let mut scripted = testing::scripted(&draft, "main");
    language.clone_into(&mut scripted.brief.language);
    language.clone_into(&mut scripted.brief.topic.language);
    scripted
}
