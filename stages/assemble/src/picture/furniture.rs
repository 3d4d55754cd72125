//! What is there in every frame: progress, the format's name, and the label that says a machine made this.

use reelpress_templates::{Align, Colour, Look, Progress};

use super::layout::Layout;
use super::mask::RoundBox;
use super::planes::{PlanesMut, Rect, bt709_of};
use super::sprite::{Layers, Laying, Sprite, fill};
use super::text::{Room, Style, TextBlock, Typesetter};

/// Opacity of the part of the bar that is still to come, of 256.
const TRACK: u16 = 72;

/// Progress bar, kicker and AI label of one video.
pub(crate) struct Furniture {
    header: Sprite,
    /// Pieces of the bar, and the frames in which each fills.
    pieces: Vec<(Rect, u64, u64)>,
    track: [u8; 3],
    filled: [u8; 3],
}

impl Furniture {
    /// `spans` are the scenes' first frames and ends.
    pub(crate) fn new(
        (look, layout): (&Look, &Layout),
        spans: &[(u64, u64)],
        language: &str,
        family: &str,
        typesetter: &mut Typesetter,
    ) -> Self {
        let whole = spans.first().zip(spans.last()).map(|(first, last)| (first.0, last.1));
        let pieces = match look.progress {
            Progress::Line => whole.map(|(first, end)| (layout.progress, first, end)).into_iter().collect(),
            Progress::Segments => segments(layout, spans),
        };
        Self {
            header: header((look, layout), language, family, typesetter),
            pieces,
            track: bt709_of(look.palette.ink),
            filled: bt709_of(look.palette.accent),
        }
    }

    pub(crate) fn paint(&self, frame: u64, into: &mut PlanesMut<'_>) {
        for (area, first, end) in &self.pieces {
            let done = (frame + 1).saturating_sub(*first) as f32 / end.saturating_sub(*first).max(1) as f32;
            let right = area.x as f32 + area.width as f32 * done.min(1.0);
            fill(into, *area, area.right() as f32, self.track, TRACK);
            fill(into, *area, right, self.filled, 256);
        }
        self.header.lay(into, Laying::PLAIN);
    }
}

/// Pieces as long as their scenes, with a gap between two.
fn segments(layout: &Layout, spans: &[(u64, u64)]) -> Vec<(Rect, u64, u64)> {
    let bar = layout.progress;
    let total: u64 = spans.iter().map(|(first, end)| end - first).sum::<u64>().max(1);
    let gap = (layout.share(0.004) as usize).max(2).next_multiple_of(2);
    let room = bar.width.saturating_sub(gap * spans.len().saturating_sub(1)) as f32;
    let mut passed = 0;
    let mut pieces = Vec::with_capacity(spans.len());
    for (at, (first, end)) in spans.iter().enumerate() {
        let edge = |frames: u64| bar.x + ((room * frames as f32 / total as f32) as usize & !1) + at * gap;
        let left = edge(passed);
        passed += end - first;
        let area = Rect { x: left, width: (edge(passed) - left).max(2), ..bar };
        pieces.push((area.within(&bar), *first, *end));
    }
    pieces
}

fn header((look, layout): (&Look, &Layout), language: &str, family: &str, typesetter: &mut Typesetter) -> Sprite {
    let palette = look.palette;
    let mut layers = Layers::new(layout.header);
    let (width, height) = (layers.area().width as f32, layers.area().height as f32);
    let size = height * 0.56;
    let style = Style {
        family: family.to_owned(),
        weight: look.fonts.body.weight.min(700),
        size,
        leading: 1.0,
        align: Align::Start,
        gap: 0.0,
    };
    let mut set = |text: &str, width: f32| {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        typesetter.set(&words, &style, Room { width, height, lines: 1 })
    };
    let label = set(look.labels.ai(language), width * 0.52);
    let kicker = set(look.labels.kicker(language), width * 0.36);

    let pad = size * 0.70;
    let pill = RoundBox {
        left: width - label.width - 2.0 * pad,
        top: 0.0,
        right: width,
        bottom: height,
        radius: height / 2.0,
    };
    let ground = if palette.ink.contrast(Colour::BLACK) > palette.base.contrast(Colour::BLACK) {
        Colour::BLACK
    } else {
        palette.surface
    };
    let mut mask = layers.mask();
    mask.put_box(pill);
    layers.put(&mask, ground, 0.45);
    put_text(&mut layers, &label, (pill.left + pad, (height - label.height) / 2.0), palette.ink, typesetter);

    if !kicker.is_empty() {
        let dot = size * 0.52;
        let top = (height - dot) / 2.0;
        let mut mask = layers.mask();
        mask.put_box(RoundBox { left: 0.0, top, right: dot, bottom: top + dot, radius: dot * 0.25 });
        layers.put(&mask, palette.accent, 1.0);
        let corner = (dot + size * 0.42, (height - kicker.height) / 2.0);
        put_text(&mut layers, &kicker, corner, palette.ink, typesetter);
    }
    layers.finish()
}

fn put_text(layers: &mut Layers, block: &TextBlock, corner: (f32, f32), colour: Colour, typesetter: &mut Typesetter) {
    let mut mask = layers.mask();
    typesetter.draw(block, corner, &mut mask, |_| Some(1.0));
    layers.put(&mask, colour, 1.0);
}
