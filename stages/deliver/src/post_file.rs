//! `post.json` and `caption.txt`: what the person who publishes needs to know, and what a later check needs to prove.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use reelpress_config::Settings;
use reelpress_core::ItemId;
use reelpress_vocabulary::{
    Decision, Disclosure, Finding, MediaFile, Picture, Platform, PlatformText, Provenance, Scheduled, Source,
    Structure, Writer, ai_notice,
};
use serde::{Deserialize, Serialize};

use crate::handle::Handle;
use crate::outbox::{FileEntry, VIDEO};
use crate::switches::{self, Labels};

/// The version of [`PostFile`]'s shape; raised when a field changes its meaning or goes away.
pub const POST_SCHEMA: u32 = 1;

/// The contents of `post.json`, beside `video.mp4`, `poster.png` and `caption.txt` in a post's folder.
///
/// `deliver/tests/post.json` is a whole example. Fields may be added within one `schema`; readers skip those they do not know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostFile {
    /// [`POST_SCHEMA`].
    pub schema: u32,
    /// The item's id: `reelpress items show ID` tells its whole life.
    pub item: String,
    /// The post's folder, relative to the outbox; unique, and in the journal since before the folder was written.
    pub handle: String,
    /// The account's name in the config.
    pub account: String,
    /// When it is to be published.
    pub slot: SlotTimes,
    /// ISO 639-1 code of the video's language.
    pub language: String,
    /// The video's title.
    pub title: String,
    /// The post's text, advertising told first, without AI notice and hashtags; `caption.txt` holds all three, ready to paste.
    pub caption: String,
    /// Without `#`, each once.
    pub hashtags: Vec<String>,
    /// The words for each platform, cut to what it takes: caption, disclosure and hashtags, ready to paste.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub platforms: BTreeMap<Platform, PlatformText>,
    /// What must be set on the platform.
    pub labels: Labels,
    /// What the person who publishes must set by hand in each app, in the app's own words.
    #[serde(default)]
    pub switches: BTreeMap<Platform, Vec<String>>,
    /// What was made by machine and who gains. The first one is in the caption, and advertising stands before it.
    pub disclosures: Vec<String>,
    /// For the person who publishes.
    pub reminder: String,
    /// Where the facts come from.
    pub sources: Vec<Source>,
    /// Who let it go out.
    pub approval: ApprovalFacts,
    /// What screening found.
    pub screening: Screening,
    /// The video's picture and sound.
    pub video: VideoFacts,
    /// Every other file of the folder with its size and hashes, as read back from the disk.
    pub files: Vec<FileEntry>,
    /// What it was made of.
    pub provenance: Origins,
    /// The niche's name in the config; empty in posts of older versions.
    #[serde(default)]
    pub niche: String,
    /// How it is made, to be compared with how it does; not there in posts of older versions.
    #[serde(default)]
    pub structure: Option<Structure>,
}

/// The slot's time, twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotTimes {
    /// RFC 3339 in UTC.
    pub utc: Timestamp,
    /// The account's own time with its zone: `2026-11-21T10:30:00+01:00[Europe/Berlin]`.
    pub local: String,
}

/// Who let it go out, when, and under which policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalFacts {
    /// A person's name, or `null` if the policy let it through by itself.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Their words, or the policy's reason.
    pub note: String,
    /// blake3 of the very video that was approved, hex.
    pub cut_hash: String,
}

/// What screening found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screening {
    /// `pass`, or `hold` with a person's approval above.
    pub decision: Decision,
    /// Hash of the policy that was applied, hex.
    pub policy: String,
    /// Everything found, in the order of the checks.
    pub findings: Vec<Finding>,
}

/// The video's picture and sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VideoFacts {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames a second.
    pub fps: u32,
    /// Milliseconds.
    pub duration_ms: u64,
    /// Integrated loudness in LUFS.
    pub loudness_lufs: f64,
}

/// What it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origins {
    /// Who wrote the script.
    pub writer: Writer,
    /// Template, voice, pictures and music.
    pub cut: Provenance,
}

impl PostFile {
    /// Everything about a post whose other files are `files`.
    pub(crate) fn new(
        item: ItemId,
        handle: &Handle,
        settings: &Settings,
        scheduled: &Scheduled,
        files: Vec<FileEntry>,
    ) -> Self {
        let approved = &scheduled.approved;
        let (screened, cut) = (&approved.screened, &approved.screened.assembled.cut);
        let scripted = &screened.assembled.voiced.scripted;
        let draft = scripted.script.draft();
        let slot = &scheduled.slot;
        let zone = settings.accounts.get(slot.account.name()).map(|account| account.timezone.clone());
        let approval = approved.approval.clone();
        Self {
            schema: POST_SCHEMA,
            item: item.to_string(),
            handle: handle.as_str().to_owned(),
            account: slot.account.to_string(),
            slot: SlotTimes {
                utc: slot.at,
                local: slot.at.to_zoned(zone.unwrap_or(jiff::tz::TimeZone::UTC)).to_string(),
            },
            language: scripted.brief.language.clone(),
            title: draft.title.clone(),
            caption: scripted.post_caption(),
            hashtags: hashtags(settings, scheduled),
            platforms: platforms(settings, scheduled),
            labels: Labels::of(&scripted.brief.declared),
            switches: switches::by_hand(&scripted.brief.declared),
            disclosures: disclosures(scheduled),
            reminder: switches::reminder(&scripted.brief.declared),
            sources: draft.sources.clone(),
            approval: ApprovalFacts {
                by: approval.by,
                at: approval.at,
                note: approval.note,
                cut_hash: approval.cut_hash,
            },
            screening: Screening {
                decision: screened.verdict.decision(),
                policy: screened.verdict.policy.clone(),
                findings: screened.verdict.findings.clone(),
            },
            video: VideoFacts {
                width: cut.width,
                height: cut.height,
                fps: cut.fps,
                duration_ms: cut.duration_ms,
                loudness_lufs: cut.loudness_lufs,
            },
            files,
            provenance: Origins { writer: scripted.script.writer().clone(), cut: cut.provenance.clone() },
            niche: scripted.brief.niche.to_string(),
            structure: Some(Structure::of(&scripted.script)),
        }
    }

    /// blake3 of the video in the folder.
    pub(crate) fn video_hash(&self) -> Option<&str> {
        self.files.iter().find(|file| file.name == VIDEO).map(|file| file.blake3.as_str())
    }
}

/// The text to paste: caption with its advertising told first, the sentence that says a machine made it, hashtags.
pub(crate) fn caption_text(settings: &Settings, scheduled: &Scheduled) -> String {
    let scripted = &scheduled.approved.screened.assembled.voiced.scripted;
    let caption = plain(&scripted.post_caption());
    let tags: Vec<String> = hashtags(settings, scheduled).iter().map(|tag| format!("#{tag}")).collect();
    let told = format!("{caption}\n\n{}\n", ai_notice(&scripted.brief.language));
    if tags.is_empty() { told } else { format!("{told}\n{}\n", tags.join(" ")) }
}

fn platforms(settings: &Settings, scheduled: &Scheduled) -> BTreeMap<Platform, PlatformText> {
    scheduled.approved.screened.assembled.voiced.scripted.posts(niche_tags(settings, scheduled))
}

fn disclosures(scheduled: &Scheduled) -> Vec<String> {
    let assembled = &scheduled.approved.screened.assembled;
    let scripted = &assembled.voiced.scripted;
    let mut lines = vec![ai_notice(&scripted.brief.language).to_owned()];
    lines.extend(Disclosure::of(&scripted.brief.declared, &scripted.brief.language).map(|told| told.shown));
    lines.push(match scripted.script.writer() {
        Writer::Builtin { phrases } => format!("script put together by rules, phrase book {phrases}"),
        Writer::Llm { model, .. } => format!("script written by the language model {model}"),
        Writer::Person => "script written by a person".to_owned(),
    });
    let provenance = &assembled.cut.provenance;
    lines.push(format!("synthetic voice: {}", provenance.voice));
    let painters: BTreeSet<&str> = provenance.pictures.iter().filter_map(painter).collect();
    lines.extend(painters.into_iter().map(|model| format!("pictures painted by the model {model}")));
    // Each file once, whatever it was used for.
    let credits: BTreeSet<String> = provenance.files().map(credit).collect();
    lines.extend(credits);
    lines
}

fn painter(picture: &Picture) -> Option<&str> {
    match picture {
        Picture::Generated { model, .. } => Some(model),
        Picture::Drawn | Picture::File(_) => None,
    }
}

/// `picture harbour.jpg: A. Painter, CC-BY-4.0, https://example.org/1`
fn credit(file: &MediaFile) -> String {
    let by = if file.attribution.is_empty() { String::new() } else { format!("{}, ", file.attribution) };
    plain(&format!("{} {}: {by}{}, {}", file.kind.as_str(), file.file, file.licence, file.source))
}

fn hashtags(settings: &Settings, scheduled: &Scheduled) -> Vec<String> {
    scheduled.approved.screened.assembled.voiced.scripted.post_hashtags(niche_tags(settings, scheduled))
}

fn niche_tags<'a>(settings: &'a Settings, scheduled: &Scheduled) -> &'a [String] {
    let niche = scheduled.approved.screened.assembled.voiced.scripted.brief.niche.name();
    settings.niches.get(niche).map(|niche| niche.hashtags.as_slice()).unwrap_or_default()
}

/// Without control characters, but for line ends.
fn plain(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}
