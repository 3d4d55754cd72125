//! What a manifest says of a cut, taken from the line's own records.

use std::collections::BTreeSet;

use reelpress_vocabulary::{Assembled, MediaFile, MediaKind, Picture, Writer};
use serde::Serialize;

/// Everything that goes into a manifest. Plain data: two cuts of the same making have the same one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Making {
    /// The script's title.
    pub title: String,
    /// blake3 of the file before it was signed, hex.
    pub unsigned_hash: String,
    /// What kind of thing it is, in IPTC's words.
    pub source_type: SourceType,
    /// What it was made of and by, in the order of its beats; each once.
    pub parts: Vec<Part>,
}

/// One thing that went into a cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it is called.
    pub title: String,
    /// What it did.
    pub role: Role,
    /// MIME type, if it is a file.
    pub format: Option<String>,
    /// Licence, author, hash: one line for people.
    pub description: String,
    /// Where it was taken from, if that is an address.
    pub link: Option<String>,
}

/// How a part went in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It is seen or heard.
    Component,
    /// It made something that is: a model, a prompt.
    Tool,
}

/// Words of IPTC's list of digital source types, as far as a press can make them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SourceType {
    /// All of it was made by trained models.
    TrainedAlgorithmicMedia,
    /// Parts of it were.
    CompositeWithTrainedAlgorithmicMedia,
    /// Put together by machine without a trained model.
    CompositeSynthetic,
}

impl SourceType {
    /// Its address in IPTC's list (<https://cv.iptc.org/newscodes/digitalsourcetype/>).
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::TrainedAlgorithmicMedia => "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
            Self::CompositeWithTrainedAlgorithmicMedia => {
                "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
            }
            Self::CompositeSynthetic => "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic",
        }
    }
}

impl Making {
    /// What the records say of this cut.
    #[must_use]
    pub fn of(assembled: &Assembled) -> Self {
        let script = &assembled.voiced.scripted.script;
        let provenance = &assembled.cut.provenance;
        let mut parts = vec![writer(script.writer()), voice(&provenance.voice)];
        let mut seen = BTreeSet::new();
        for picture in &provenance.pictures {
            match picture {
                Picture::Drawn => {}
                Picture::File(file) => parts.extend(seen.insert(file.hash.clone()).then(|| library(file))),
                Picture::Generated { model, hash } => {
                    parts.extend(seen.insert(hash.clone()).then(|| generated(model, hash)));
                }
            }
        }
        parts.extend(provenance.others.iter().filter(|file| seen.insert(file.hash.clone())).map(library));
        let has_track = provenance.others.iter().any(|file| file.kind == MediaKind::Music);
        parts.extend(provenance.music.as_ref().filter(|_| !has_track).map(|music| bed(music)));
        Self {
            title: plain(&script.draft().title),
            unsigned_hash: assembled.cut.hash.clone(),
            source_type: source_type(assembled),
            parts,
        }
    }
}

fn source_type(assembled: &Assembled) -> SourceType {
    let provenance = &assembled.cut.provenance;
    let is_written = matches!(assembled.voiced.scripted.script.writer(), Writer::Llm { .. });
    // Formants, without recorded speech; every other voice was trained on some.
    let is_trained_voice = !provenance.voice.trim_start().starts_with("espeak");
    let painted = |picture: &Picture| matches!(picture, Picture::Generated { .. });
    let (any, all) = (provenance.pictures.iter().any(painted), provenance.pictures.iter().all(painted));
    let is_alone = provenance.others.is_empty() && provenance.music.is_none() && !provenance.pictures.is_empty();
    if is_written && is_trained_voice && all && is_alone {
        SourceType::TrainedAlgorithmicMedia
    } else if is_written || is_trained_voice || any {
        SourceType::CompositeWithTrainedAlgorithmicMedia
    } else {
        SourceType::CompositeSynthetic
    }
}

fn tool(title: &str, description: &str) -> Part {
    Part { title: plain(title), role: Role::Tool, format: None, description: plain(description), link: None }
}

fn writer(writer: &Writer) -> Part {
    match writer {
        Writer::Builtin { phrases } => tool("built-in script writer", &format!("phrase book {phrases}")),
        Writer::Llm { model, prompts } => {
            let prompts = if prompts.is_empty() { "not on record" } else { prompts };
            tool(&format!("language model {model}"), &format!("wrote the script; prompts {prompts} (version.hash)"))
        }
        Writer::Person => tool("script of a person", "written by hand"),
    }
}

fn voice(voice: &str) -> Part {
    tool(&format!("synthetic voice {voice}"), "speaks the script")
}

fn bed(music: &str) -> Part {
    Part { role: Role::Component, ..tool(music, "music, composed by the press") }
}

fn generated(model: &str, hash: &str) -> Part {
    let description = format!("picture painted by the model {model}; blake3 {hash}");
    Part { role: Role::Component, ..tool(&format!("picture by {model}"), &description) }
}

fn library(file: &MediaFile) -> Part {
    let by = if file.attribution.trim().is_empty() { String::new() } else { format!(" by {}", file.attribution) };
    let description =
        format!("{}{by}, licence {}, from {}; blake3 {}", file.kind.as_str(), file.licence, file.source, file.hash);
    let is_address = file.source.starts_with("https://") || file.source.starts_with("http://");
    Part {
        title: plain(&file.file),
        role: Role::Component,
        format: Some(format_of(&file.file).to_owned()),
        description: plain(&description),
        link: is_address.then(|| plain(&file.source)),
    }
}

fn format_of(file: &str) -> &'static str {
    let end = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match end.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "ogg" | "oga" => "audio/ogg",
        "m4a" => "audio/mp4",
        _ => "application/octet-stream",
    }
}

/// One line of at most 300 characters, without control characters.
pub(crate) fn plain(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(300).collect()
}
