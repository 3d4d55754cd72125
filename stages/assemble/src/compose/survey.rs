//! What a scene puts over its pictures: asked of the very painters that paint it, so nothing is laid out twice in two ways.

use reelpress_templates::Colour;
use reelpress_vocabulary::OverlayKind;

use super::{ScenePainter, Spoken};
use crate::picture::{PictureError, Rect};

/// A plain form or a clip of the template that is larger than this share of the frame is the ground, not something over it.
const GROUND: f32 = 0.6;
/// What lets more than this of the pictures through does not hide them.
const SEEN_THROUGH: f32 = 0.5;

/// Something over the pictures of one scene.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) kind: OverlayKind,
    /// Its first frame, and the first after it; counted from the scene's first.
    pub(crate) frames: (u64, u64),
    /// True if it keeps still while scenes change.
    pub(crate) fixed: bool,
    /// All that it touches, in pixels of the frame.
    pub(crate) area: Rect,
    /// As it is seen; empty for what is no text.
    pub(crate) text: String,
    /// Type size in pixels; 0 for what is no text.
    pub(crate) size: f32,
    /// Of its letters.
    pub(crate) colours: Vec<Colour>,
}

impl ScenePainter {
    /// What it puts over its pictures, from the lowest layer to the captions. It is the same whichever frames were painted
    /// before. How layers stand while the next scene comes in over them is not told.
    ///
    /// # Errors
    /// As [`ScenePainter::paint`].
    pub(crate) fn survey(&mut self) -> Result<Vec<Seen>, PictureError> {
        self.prepare(self.layers.len())?;
        self.prepare_captions()?;
        let frame = self.field.frame();
        let mut seen = Vec::new();
        for (at, layer) in self.layers.iter().enumerate() {
            let Some((kind, stay)) = layer.purpose.zip(layer.stay(self.plan.frames, &self.field)) else { continue };
            if layer.is_plain() || layer.is_picture() {
                let share = size(&stay.area) as f32 / size(&frame).max(1) as f32;
                let above = &self.layers[at + 1..];
                // A form behind a picture is a frame round it at most.
                let is_behind =
                    above.iter().any(|other| other.is_picture() && size(&other.place().within(&stay.area)) > 0);
                if share > GROUND || layer.opacity() < SEEN_THROUGH || is_behind {
                    continue;
                }
            }
            let text = layer.text();
            seen.push(Seen {
                kind,
                frames: stay.frames,
                fixed: layer.fixed,
                area: stay.area,
                text: text.map_or_else(String::new, |text| text.says.clone()),
                size: text.map_or(0.0, |text| text.size),
                colours: text.map(|text| text.colour).into_iter().collect(),
            });
        }
        if let (Spoken::Ready(Some(track)), Some(writer)) = (&self.captions, &mut self.writer) {
            seen.extend(track.seen(&mut writer.typesetter).into_iter().map(|group| Seen {
                kind: OverlayKind::Caption,
                frames: group.frames,
                fixed: false,
                area: group.area,
                text: group.text,
                size: group.size,
                colours: group.colours,
            }));
        }
        Ok(seen)
    }
}

fn size(rect: &Rect) -> usize {
    rect.width * rect.height
}
