//! What a reviewer is shown.

use std::fmt;

use reelpress_core::ArtifactKey;
use reelpress_vocabulary::{AccountId, Decision, Finding, NicheId, Screened, Severity, Source};
use serde::{Deserialize, Serialize};

/// Everything a person needs to decide on one cut. `Display` prints it as plain text for a terminal: control characters
/// of outside text are shown as `?`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCard {
    /// The video's title.
    pub title: String,
    /// The account it is for.
    pub account: AccountId,
    /// The editorial line it belongs to.
    pub niche: NicheId,
    /// What is spoken, a line for each beat.
    pub spoken: Vec<String>,
    /// What stands on the screen, a line for each beat; may be empty.
    pub on_screen: Vec<String>,
    /// The post's text.
    pub caption: String,
    /// Without `#`.
    pub hashtags: Vec<String>,
    /// Where the facts come from.
    pub sources: Vec<Source>,
    /// What screening says as a whole.
    pub decision: Decision,
    /// What screening found.
    pub findings: Vec<Finding>,
    /// What a decision must name.
    pub cut_hash: String,
    /// The video file.
    pub video: ArtifactKey,
    /// One frame of it.
    pub poster: ArtifactKey,
    /// The cut's length in milliseconds.
    pub duration_ms: u64,
}

/// What to show of a cut that waits for a person.
#[must_use]
pub fn waiting(screened: &Screened) -> ReviewCard {
    let scripted = &screened.assembled.voiced.scripted;
    let draft = scripted.script.draft();
    let cut = &screened.assembled.cut;
    ReviewCard {
        title: draft.title.clone(),
        account: scripted.brief.account.clone(),
        niche: scripted.brief.niche.clone(),
        spoken: scripted.script.beats().map(|beat| beat.narration.clone()).collect(),
        on_screen: scripted.script.beats().map(|beat| beat.on_screen.clone()).collect(),
        caption: draft.caption.clone(),
        hashtags: draft.hashtags.clone(),
        sources: draft.sources.clone(),
        decision: screened.verdict.decision(),
        findings: screened.verdict.findings.clone(),
        cut_hash: cut.hash.clone(),
        video: cut.video.clone(),
        poster: cut.poster.clone(),
        duration_ms: cut.duration_ms,
    }
}

impl fmt::Display for ReviewCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "title    {}", plain(&self.title))?;
        writeln!(f, "account  {} ({})", self.account, self.niche)?;
        writeln!(f, "length   {}.{:03} s", self.duration_ms / 1000, self.duration_ms % 1000)?;
        writeln!(f, "video    {}", self.video)?;
        writeln!(f, "poster   {}", self.poster)?;
        writeln!(f, "cut      {}", self.cut_hash)?;
        writeln!(f, "script")?;
        for (spoken, on_screen) in self.spoken.iter().zip(&self.on_screen) {
            write!(f, "  {}", plain(spoken))?;
            if !on_screen.is_empty() {
                write!(f, " [{}]", plain(on_screen))?;
            }
            writeln!(f)?;
        }
        write!(f, "caption  {}", plain(&self.caption))?;
        for tag in &self.hashtags {
            write!(f, " #{}", plain(tag))?;
        }
        writeln!(f)?;
        for source in &self.sources {
            writeln!(f, "source   {} <{}>", plain(&source.title), source.link)?;
        }
        let verdict = match self.decision {
            Decision::Pass => "pass",
            Decision::Hold => "hold",
            Decision::Reject => "reject",
        };
        writeln!(f, "verdict  {verdict}")?;
        for finding in &self.findings {
            let weight = match finding.severity {
                Severity::Note => "note ",
                Severity::Hold => "hold ",
                Severity::Block => "block",
            };
            write!(f, "  {weight} {}: {}", plain(&finding.rule), plain(&finding.message))?;
            if !finding.evidence.is_empty() {
                write!(f, " ({})", plain(&finding.evidence))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A terminal obeys control characters, and marks of direction make text read as another one.
fn plain(text: &str) -> String {
    let is_command = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_command(c) { '?' } else { c }).collect()
}
