//! Where and how texts of a scene are set: in the safe part of the frame, beside the reserved places, legible on what is
//! behind them.

use reelpress_templates::template::{Text, TextBacking};

use super::place::{Field, held};
use super::text::{TextLayer, TextOrder, inner_even, placed};
use crate::picture::planes::{Picture420, PlanesMut};
use crate::picture::text::Typesetter;
use crate::picture::{Fonts, PictureError, Rect};
use crate::plan::ScenePlan;

/// Most lines of a text.
const MOST_LINES: u32 = 32;

/// Sets the texts of one scene.
pub(crate) struct Writer {
    pub(crate) typesetter: Typesetter,
    safe: Rect,
    reserved: Vec<Rect>,
    reference: f32,
}

/// Pieces of finished frames, all of the same rectangle.
#[derive(Debug, Default)]
pub(crate) struct Glimpse {
    area: Option<Rect>,
    pictures: Vec<Picture420>,
}

impl Writer {
    pub(crate) fn new(fonts: &Fonts, plan: &ScenePlan, field: &Field) -> Self {
        Self {
            typesetter: Typesetter::new(fonts, &plan.language),
            safe: field.rect(&plan.safe).unwrap_or_else(|| field.frame()),
            reserved: plan.reserved.iter().filter_map(|place| field.rect(place)).collect(),
            reference: field.length(1.0),
        }
    }

    /// Shares of the height are taken of this, in pixels.
    pub(crate) fn reference(&self) -> f32 {
        self.reference
    }

    /// The part of a rectangle in which text may be; `None` if there is none.
    pub(crate) fn room(&self, rect: Rect) -> Option<Rect> {
        placed(rect.within(&self.safe), &self.reserved).filter(|rect| rect.width > 0 && rect.height > 0)
    }

    /// Sets a text into its room; `None` if nothing of it can be seen.
    pub(crate) fn set(
        &mut self,
        text: &Text,
        rect: Rect,
        plan: &ScenePlan,
        glimpse: &Glimpse,
    ) -> Result<Option<TextLayer>, PictureError> {
        // Numbers that no type can have would end in overflows.
        let text = &Text {
            size: held(text.size, 0.001, 1.0),
            leading: held(text.leading, 0.5, 4.0),
            lines: text.lines.min(MOST_LINES),
            ..text.clone()
        };
        let order = TextOrder {
            text,
            typefaces: &plan.fonts,
            palette: &plan.palette,
            language: &plan.language,
            rect,
            reference: self.reference,
        };
        let set = TextLayer::new(&order, &mut self.typesetter, &mut |rect| glimpse.of(rect));
        match set.as_ref().and_then(|set| set.missing.as_ref()).filter(|missing| missing.is_letter()) {
            Some(missing) => Err(PictureError::MissingGlyph { what: missing.to_string() }),
            None => Ok(set),
        }
    }
}

/// True if letters with this under them are read on whatever is behind.
pub(crate) fn carries(backing: TextBacking) -> bool {
    match backing {
        TextBacking::Outline | TextBacking::Strips | TextBacking::Box => true,
        TextBacking::None | TextBacking::Shadow | TextBacking::Bar | TextBacking::Rule => false,
    }
}

impl Glimpse {
    /// The same rectangle of some frames.
    pub(crate) fn new(area: Rect, frames: &mut [Picture420]) -> Self {
        let area = area.even();
        Self { area: Some(area), pictures: frames.iter_mut().map(|frame| cut(&frame.as_planes(), area)).collect() }
    }

    /// A rectangle within it.
    pub(crate) fn of(&self, rect: Rect) -> Vec<Picture420> {
        let Some(area) = self.area else { return Vec::new() };
        let part = inner_even(rect.within(&area));
        let own = Rect { x: part.x.saturating_sub(area.x), y: part.y.saturating_sub(area.y), ..part };
        self.pictures.iter().map(|picture| cut(&picture.clone().as_planes(), own)).collect()
    }
}

/// A copy of a rectangle with even edges.
pub(crate) fn cut(from: &PlanesMut<'_>, area: Rect) -> Picture420 {
    let area = area.within(&Rect { x: 0, y: 0, width: from.width, height: from.height });
    let mut picture = Picture420::black(area.width, area.height);
    let planes = [(&*from.y, from.y_stride, 1), (&*from.u, from.u_stride, 2), (&*from.v, from.v_stride, 2)];
    for ((data, stride, scale), own) in planes.into_iter().zip(&mut picture.planes) {
        let width = area.width / scale;
        for (row, own) in own.chunks_exact_mut(width.max(1)).enumerate() {
            own.copy_from_slice(&data[(area.y / scale + row) * stride + area.x / scale..][..width]);
        }
    }
    picture
}
