//! A delicate topic waits for a person before anything is spent on it.

#[cfg(test)]
mod tests;

use reelpress_core::{Job, Reason};
use reelpress_vocabulary::{Brief, SensitiveMark};

/// The fixed word of the hold, by which the release is known again.
pub(crate) const SENSITIVE: &str = "sensitive_topic";

/// Why this brief must wait: its topic is marked as delicate, and nobody has released this very item from that.
///
/// The marks were made from the policy in force when the topic was taken; they are in the journal with the brief, so a
/// restart or another policy changes neither the hold nor the release.
pub(crate) fn waits(brief: &Brief, job: &Job) -> Option<Reason> {
    let marks = &brief.dossier.sensitive;
    if marks.is_empty() || job.released(SENSITIVE).is_some() {
        return None;
    }
    let about = marks.iter().map(shown).collect::<Vec<_>>().join("; ");
    let message = format!(
        "a person must decide on `{}`: it is about {about} (`reelpress items release {} --by NAME` lets it go on)",
        brief.topic.title, job.item
    );
    Some(Reason::new(SENSITIVE, message))
}

fn shown(mark: &SensitiveMark) -> String {
    let words = mark.words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>();
    format!("{} ({})", mark.class, words.join(", "))
}
