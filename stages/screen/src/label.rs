//! Provenance: a cut whose making is not on record cannot be labelled, and what cannot be labelled does not go out.

use reelpress_vocabulary::{Assembled, Finding, MediaFile, Picture, Severity};

use crate::file::block;
use crate::policy::facts;

const RULE: &str = "label.provenance";
const PRESUMED: &str = "label.presumed";

/// Everything that is missing from the record of how the cut was made, and a note on what was presumed in its place.
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
        match picture {
            Picture::Drawn => {}
            Picture::File(file) => {
                let message =
                    format!("picture {beat} is from the library, but its file, hash or licence is not on record");
                add(is_unknown(file), message);
            }
            Picture::Generated { model, hash } => {
                let message = format!("picture {beat} was made by a model, but its model or hash is not on record");
                add(model.trim().is_empty() || hash.trim().is_empty(), message);
            }
        }
    }
    for file in provenance.others.iter().filter(|file| is_unknown(file)) {
        let kind = file.kind.as_str();
        add(true, format!("a file of the library is used as {kind}, but its file, hash or licence is not on record"));
    }
    let music_without_name = provenance.music.as_ref().is_some_and(|music| music.trim().is_empty());
    add(music_without_name, "music is used, but what it is is not on record".to_owned());
    let presumed = facts::presumed(assembled);
    if !presumed.is_empty() {
        findings.push(Finding {
            rule: PRESUMED.to_owned(),
            severity: Severity::Note,
            message: format!(
                "it is not on record, so the stricter reading counts: {} (declare it in the brief or the config, where it \
                 is otherwise)",
                presumed.join("; ")
            ),
            ..Finding::default()
        });
    }
    findings
}

fn is_unknown(file: &MediaFile) -> bool {
    [&file.file, &file.hash, &file.licence].iter().any(|fact| fact.trim().is_empty())
}
