//! What is known of a cut before its file is read: script, sources, and what the template drew over the pictures.

use reelpress_similar::parts::{Part, PartKind};
use reelpress_similar::prints::{Builder, Prints};
use reelpress_similar::words::Words;
use reelpress_vocabulary::{Area, Assembled, MediaFile, MediaKind, Overlay, OverlayKind, Picture, Span};

/// Prints in the making: words and sources are in them, frames and the mix of the sound are still to come.
#[derive(Debug)]
pub struct PrintOrder {
    /// Takes the frames.
    pub builder: Builder,
    /// What is not the cut's own: to be masked in the frames of its time.
    pub overlays: Vec<Overlay>,
    /// The licensed music under the voice: two cuts may share it, so their sounds are not compared with each other.
    pub licensed: Option<String>,
}

impl PrintOrder {
    /// For this cut.
    #[must_use]
    pub fn of(assembled: &Assembled) -> Self {
        let mut builder = Prints::builder();
        let draft = assembled.voiced.scripted.script.draft();
        // The closing words are the niche's own: shared on purpose.
        let beats = std::iter::once(&draft.hook).chain(&draft.scenes);
        builder.set_words(Words::of(beats.map(|beat| beat.narration.as_str())));
        parts(assembled).for_each(|part| builder.add_part(part));
        let music = assembled.cut.provenance.others.iter().find(|file| file.kind == MediaKind::Music);
        let licensed = music.map(|file| file.hash.clone());
        let overlays = assembled.cut.overlays.iter().cloned().chain(drawn(assembled)).collect();
        Self { builder, overlays, licensed }
    }
}

/// What the press draws itself is the template's own, whatever it looks like: in one template all of it looks the same.
fn drawn(assembled: &Assembled) -> impl Iterator<Item = Overlay> {
    let beats = assembled.cut.provenance.pictures.iter().zip(&assembled.cut.scenes);
    let drawn = beats.filter(|(picture, _)| **picture == Picture::Drawn);
    drawn.map(|(_, span)| Overlay {
        kind: OverlayKind::Furniture,
        span: *span,
        area: Area { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 },
        text: String::new(),
        size_px: 0.0,
        colours: Vec::new(),
    })
}

/// A source is known by its bytes: the library's files do not change, and what a model paints twice is not the same file.
/// Pictures that the press draws are no source, and neither is what a niche shows or plays in each of its cuts.
fn parts(assembled: &Assembled) -> impl Iterator<Item = Part> {
    let provenance = &assembled.cut.provenance;
    let shown = provenance.pictures.iter().zip(&assembled.cut.scenes);
    let shown = shown.filter_map(|(picture, span)| match picture {
        Picture::Drawn => None,
        Picture::File(file) => part(kind_of(file), &file.hash, *span),
        Picture::Generated { hash, .. } => part(PartKind::Picture, hash, *span),
    });
    let all = Span { start_ms: 0, end_ms: assembled.cut.duration_ms };
    let music = provenance.others.iter().filter(|file| file.kind == MediaKind::Music);
    let music = music.filter_map(move |file| {
        let music = part(PartKind::Music, &file.hash, all)?;
        Some(Part { shared_on_purpose: true, ..music })
    });
    shown.chain(music)
}

fn kind_of(file: &MediaFile) -> PartKind {
    if file.kind == MediaKind::Clip { PartKind::Clip } else { PartKind::Picture }
}

/// Nothing where the hash on record is none; the label's check blocks such a cut.
fn part(kind: PartKind, hash: &str, span: Span) -> Option<Part> {
    let content = *blake3::Hash::from_hex(hash).ok()?.as_bytes();
    let ms = |ms: u64| u32::try_from(ms).unwrap_or(u32::MAX);
    let shown_ms = (ms(span.start_ms), ms(span.end_ms));
    // Which stretch of a clip was taken is not on record, so the whole clip is one source.
    Some(Part { kind, content, shown_ms, taken_ms: None, looks: Vec::new(), shared_on_purpose: false })
}
