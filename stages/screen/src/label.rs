//! Provenance: a cut whose making is not on record cannot be labelled, and what cannot be labelled does not go out.

use reelpress_vocabulary::{Assembled, Finding, PictureOrigin};

use crate::file::block;

const RULE: &str = "label.provenance";

/// Everything that is missing from the record of how the cut was made.
pub(crate) fn findings(assembled: &Assembled) -> Vec<Finding> {
    let provenance = &assembled.cut.provenance;
    let beats = assembled.voiced.scripted.script.beats().len();
    let mut findings = Vec::new();
    let mut add = |is_missing: bool, message: String| {
        if is_missing {
            findings.push(block(RULE, message));
        }
    };
    add(provenance.voice.trim().is_empty(), "no voice is on record, so the speech cannot be labelled".to_owned());
    let pictures = provenance.pictures.len();
    add(pictures != beats, format!("{pictures} pictures are on record for {beats} beats"));
    for (beat, picture) in provenance.pictures.iter().enumerate() {
        if let PictureOrigin::Library { file } = &picture.origin {
            let is_missing = file.trim().is_empty() || picture.hash.trim().is_empty();
            add(is_missing, format!("picture {beat} is from the library, but its file or hash is not on record"));
        }
    }
    let music_without_name = provenance.music.as_ref().is_some_and(|music| music.trim().is_empty());
    add(music_without_name, "music is used, but what it is is not on record".to_owned());
    findings
}
