//! Where and when a layer is seen, without painting it.

use reelpress_templates::template::LayerKind;

use super::{Content, LayerPainter};
use crate::compose::place::Field;
use crate::compose::still;
use crate::compose::text::{TextLayer, grown};
use crate::picture::Rect;

/// Where and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stay {
    /// Its first frame, and the first after it; counted from the scene's first.
    pub(crate) frames: (u64, u64),
    /// All that it touches meanwhile, in pixels of the frame.
    pub(crate) area: Rect,
}

impl LayerPainter {
    /// Where it is in the first `frames` frames of the scene; `None` if it is never there. To be asked when it is prepared.
    pub(crate) fn stay(&self, frames: u64, field: &Field) -> Option<Stay> {
        let own = self.own(field)?;
        let mut stay: Option<Stay> = None;
        for frame in 0..frames {
            let Some(pose) = self.presence.pose(frame) else { continue };
            let area = pose.touched(own).within(&field.frame());
            if area.width > 0 && area.height > 0 {
                let (first, all) = stay.map_or((frame, area), |stay| (stay.frames.0, grown(stay.area, &area, 0.0)));
                stay = Some(Stay { frames: (first, frame + 1), area: all });
            }
        }
        stay
    }

    /// The text it shows all the time.
    pub(crate) fn text(&self) -> Option<&TextLayer> {
        if let Content::Text { set, .. } = &self.content { set.as_deref() } else { None }
    }

    /// Where it is at home, in pixels of the frame.
    pub(crate) fn place(&self) -> Rect {
        self.area
    }

    /// True if it shows a picture or a clip.
    pub(crate) fn is_picture(&self) -> bool {
        matches!(self.content, Content::Picture(_))
    }

    /// True if it is a plain form or colour: what matters of it depends on what lies over and under it.
    pub(crate) fn is_plain(&self) -> bool {
        match &self.content {
            Content::Drawn { what, .. } => **what != LayerKind::Logo,
            Content::Mark(_) | Content::Shade(_) => true,
            Content::Picture(_)
            | Content::Text { .. }
            | Content::Progress(..)
            | Content::Waveform { .. }
            | Content::Chart { .. }
            | Content::Timer { .. } => false,
        }
    }

    /// How much of what is under it is hidden, 0.0 to 1.0, when it has come in.
    pub(crate) fn opacity(&self) -> f32 {
        self.presence.opacity()
    }

    /// What it touches when it is at home.
    fn own(&self, field: &Field) -> Option<Rect> {
        match &self.content {
            Content::Text { set, .. } => set.as_ref().map(|set| set.sprite.area),
            Content::Drawn { what, .. } => match &**what {
                LayerKind::Shape(shape) => Some(still::reached(shape, self.area, field)),
                LayerKind::Picture(_)
                | LayerKind::Video(_)
                | LayerKind::Colour { .. }
                | LayerKind::Gradient(_)
                | LayerKind::Text(_)
                | LayerKind::Logo
                | LayerKind::Progress { .. }
                | LayerKind::Waveform { .. }
                | LayerKind::Chart(_)
                | LayerKind::Timer { .. } => Some(self.area),
            },
            Content::Picture(_)
            | Content::Mark(_)
            | Content::Shade(_)
            | Content::Progress(..)
            | Content::Waveform { .. }
            | Content::Chart { .. }
            | Content::Timer { .. } => Some(self.area),
        }
    }
}
