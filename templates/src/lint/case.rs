//! The cases a template is painted in, and what is painted in each.

use crate::safe::{self, Shape};
use crate::template::{Condition, Layer, LayerKind, Place, Role, Template, Within, variables};
use reelpress_config::SafeZone;

/// One kind of scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) role: Role,
    pub(super) media: bool,
    /// None, one, or more.
    pub(super) figures: usize,
    pub(super) text: bool,
    /// True on a frame that is wide.
    pub(super) wide: bool,
}

impl Case {
    /// Every kind of scene.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        [Role::Hook, Role::Point, Role::Call].into_iter().flat_map(|role| {
            (0..24).map(move |at| Self {
                role,
                media: at % 2 == 0,
                figures: at / 2 % 3,
                text: at / 6 % 2 == 0,
                wide: at / 12 == 1,
            })
        })
    }

    /// True for frames of this shape.
    pub(super) fn is_of(self, shape: Shape) -> bool {
        self.wide == (shape == Shape::Wide)
    }

    /// The shape of its frame, where one stands for all.
    pub(super) fn shape(self) -> Shape {
        if self.wide { Shape::Wide } else { Shape::Upright }
    }

    pub(super) fn holds(self, condition: Condition) -> bool {
        match condition {
            Condition::Media => self.media,
            Condition::NoMedia => !self.media,
            Condition::Figure => self.figures > 0,
            Condition::NoFigure => self.figures == 0,
            Condition::Figures => self.figures > 1,
            Condition::NoFigures => self.figures < 2,
            Condition::Text => self.text,
            Condition::NoText => !self.text,
            Condition::Wide => self.wide,
            Condition::NoWide => !self.wide,
        }
    }

    /// True if the layer leaves a mark on such a scene.
    pub(super) fn paints(self, template: &Template, layer: &Layer) -> bool {
        layer.on.contains(&self.role)
            && layer.when.iter().all(|condition| self.holds(*condition))
            && match &layer.kind {
                LayerKind::Text(text) => self.says_something(template, &text.says),
                LayerKind::Chart(_) => self.figures > 0,
                LayerKind::Picture(_)
                | LayerKind::Video(_)
                | LayerKind::Colour { .. }
                | LayerKind::Gradient(_)
                | LayerKind::Shape(_)
                | LayerKind::Logo
                | LayerKind::Progress { .. }
                | LayerKind::Waveform { .. }
                | LayerKind::Timer { .. } => true,
            }
    }

    fn says_something(self, template: &Template, says: &str) -> bool {
        let mut any = false;
        for name in variables(says) {
            any = true;
            let filled = match name {
                "on_screen" | "claim" => self.text,
                "figure" | "value" | "unit" | "label" => self.figures > 0,
                "kicker" => !template.labels.kicker.is_empty(),
                _ => true,
            };
            if filled {
                return true;
            }
        }
        !any
    }
}

/// True if a layer may be painted on frames of this shape.
pub(super) fn is_for(layer: &Layer, shape: Shape) -> bool {
    layer.when.iter().all(|condition| match condition {
        Condition::Wide => shape == Shape::Wide,
        Condition::NoWide => shape != Shape::Wide,
        Condition::Media
        | Condition::NoMedia
        | Condition::Figure
        | Condition::NoFigure
        | Condition::Figures
        | Condition::NoFigures
        | Condition::Text
        | Condition::NoText => true,
    })
}

/// A rectangle in shares of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

/// Edges may touch: half a pixel of 1080.
const TOUCH: f32 = 0.000_5;

impl Area {
    /// Where a place is on a frame of this shape.
    pub(super) fn of(place: &Place, shape: Shape) -> Self {
        let outer = match place.within {
            Within::Frame => Place { within: Within::Frame, x: 0.0, y: 0.0, width: 1.0, height: 1.0 },
            Within::Safe => safe_zone(shape),
        };
        let (left, top) = (outer.x + place.x * outer.width, outer.y + place.y * outer.height);
        Self { left, top, right: left + place.width * outer.width, bottom: top + place.height * outer.height }
    }

    pub(super) fn safe(shape: Shape) -> Self {
        Self::of(&safe_zone(shape), shape)
    }

    pub(super) fn width(self) -> f32 {
        self.right - self.left
    }

    pub(super) fn height(self) -> f32 {
        self.bottom - self.top
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        self.left + TOUCH < other.right
            && other.left + TOUCH < self.right
            && self.top + TOUCH < other.bottom
            && other.top + TOUCH < self.bottom
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.left <= other.left + TOUCH
            && self.top <= other.top + TOUCH
            && self.right + TOUCH >= other.right
            && self.bottom + TOUCH >= other.bottom
    }
}

/// The narrowest: a template serves every platform.
fn safe_zone(shape: Shape) -> Place {
    let (width, height) = shape.size();
    safe::zone(SafeZone::All, width, height)
}
