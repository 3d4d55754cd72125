//! `post.json` and `caption.txt`: what the person who publishes needs to know, and what a later check needs to prove.

use std::collections::BTreeSet;

use jiff::Timestamp;
use reelpress_config::Settings;
use reelpress_core::ItemId;
use reelpress_vocabulary::{Decision, Finding, MediaFile, Picture, Provenance, Scheduled, Source, Structure, Writer};
use serde::{Deserialize, Serialize};

use crate::handle::Handle;
use crate::outbox::{FileEntry, VIDEO};

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
    /// The post's text, without disclosure and hashtags; `caption.txt` holds all three, ready to paste.
    pub caption: String,
    /// Without `#`, each once.
    pub hashtags: Vec<String>,
    /// What must be set on the platform.
    pub labels: Labels,
    /// Sentences that say what was made by machine. The first one is in the caption.
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

/// Labels of AI-made content. They are always true: there is no switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// True.
    pub ai_generated: bool,
    /// The same in each platform's own words.
    pub platforms: PlatformLabels,
}

/// Each platform's own field for AI-made content.
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
}

/// `YouTube`'s fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YoutubeLabels {
    /// True.
    #[serde(rename = "status.containsSyntheticMedia")]
    pub contains_synthetic_media: bool,
}

/// Instagram's fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstagramLabels {
    /// True.
    pub is_ai_generated: bool,
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
            caption: draft.caption.trim().to_owned(),
            hashtags: hashtags(settings, scheduled),
            labels: Labels::ai_made(),
            disclosures: disclosures(scheduled),
            reminder: REMINDER.to_owned(),
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

impl Labels {
    fn ai_made() -> Self {
        Self {
            ai_generated: true,
            platforms: PlatformLabels {
                tiktok: TiktokLabels { is_aigc: true },
                youtube: YoutubeLabels { contains_synthetic_media: true },
                instagram: InstagramLabels { is_ai_generated: true },
            },
        }
    }
}

const REMINDER: &str = "Before you publish, switch the AI label on in the app (TikTok: \"AI-generated content\"; \
                        YouTube: \"Altered content\"; Instagram: \"AI label\"): a file cannot do that for you.";

/// The text to paste: caption, the sentence that says a machine made it, hashtags.
pub(crate) fn caption_text(settings: &Settings, scheduled: &Scheduled) -> String {
    let scripted = &scheduled.approved.screened.assembled.voiced.scripted;
    let caption = plain(scripted.script.draft().caption.trim());
    let tags: Vec<String> = hashtags(settings, scheduled).iter().map(|tag| format!("#{tag}")).collect();
    let told = format!("{caption}\n\n{}\n", disclosure(&scripted.brief.language));
    if tags.is_empty() { told } else { format!("{told}\n{}\n", tags.join(" ")) }
}

/// The sentence for the video's language; English for those we have no words in.
fn disclosure(language: &str) -> &'static str {
    match language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "de" => "Dieses Video wurde mit KI erstellt.",
        "es" => "Este vídeo se ha creado con IA.",
        "fr" => "Cette vidéo a été créée avec une IA.",
        _ => "This video was made with AI.",
    }
}

fn disclosures(scheduled: &Scheduled) -> Vec<String> {
    let assembled = &scheduled.approved.screened.assembled;
    let scripted = &assembled.voiced.scripted;
    let mut lines = vec![disclosure(&scripted.brief.language).to_owned()];
    lines.push(match scripted.script.writer() {
        Writer::Builtin { phrases } => format!("script put together by rules, phrase book {phrases}"),
        Writer::Llm { model } => format!("script written by the language model {model}"),
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

/// The script's hashtags and the niche's, each once whatever its case.
fn hashtags(settings: &Settings, scheduled: &Scheduled) -> Vec<String> {
    let scripted = &scheduled.approved.screened.assembled.voiced.scripted;
    let of_niche = settings.niches.get(scripted.brief.niche.name()).map(|niche| niche.hashtags.as_slice());
    let mut seen = BTreeSet::new();
    let all = scripted.script.draft().hashtags.iter().chain(of_niche.unwrap_or_default());
    all.filter(|tag| seen.insert(tag.to_lowercase())).cloned().collect()
}

/// Without control characters, but for line ends.
fn plain(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}
