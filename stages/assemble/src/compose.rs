//! The compositor: paints what a [`ScenePlan`] says, layer by layer, straight into the encoder's planes.
//!
//! A painter sees its plan, the fonts and the files that the plan names, nothing else; so the same plan gives the same
//! bytes, whichever frames were painted before. What costs is done once: pictures are read and forms drawn when they are
//! first seen, and the lowest layers are kept as one picture for as long as they do not change.

mod backdrop;
pub(crate) mod captions;
mod chart;
pub(crate) mod contrast;
mod curve;
mod form;
mod lay;
mod layer;
mod lively;
mod mix;
mod place;
mod pose;
mod still;
pub(crate) mod text;
mod travel;

use std::sync::Arc;

use crate::picture::planes::{Picture420, bt709_of};
use crate::picture::{Fonts, PictureError, PlanesMut};
use crate::plan::{Canvas, CutPlan, Piece, ScenePlan};
use layer::{LayerPainter, Sight};
use mix::Mixer;
use place::Field;

/// Least and most pixels of a side, as in [`Canvas`].
const SIDES: std::ops::RangeInclusive<u32> = 64..=8_192;
/// Most frames a second.
const MOST_FPS: u32 = 240;
/// Longest scene in frames: nine hours at 30 a second.
const MOST_FRAMES: u64 = 1_000_000;
/// Most layers of a scene: each may hold a picture as large as the frame.
const MOST_LAYERS: usize = 64;

/// Paints one scene.
pub struct ScenePainter {
    plan: Arc<ScenePlan>,
    canvas: Canvas,
    field: Field,
    layers: Vec<LayerPainter>,
    base: Base,
}

/// The lowest layers as one picture, for as long as none of them changes.
#[derive(Default)]
struct Base {
    /// What the layers in it are like, from the lowest on.
    sights: Vec<Sight>,
    picture: Option<Picture420>,
}

impl ScenePainter {
    /// Gets ready to paint a scene. Pictures are read when a frame first shows them.
    ///
    /// # Errors
    /// [`PictureError::Plan`] if the frame or the scene is out of bounds; those about fonts.
    pub fn new(canvas: Canvas, plan: Arc<ScenePlan>, _fonts: &Fonts) -> Result<Self, PictureError> {
        check(canvas, &plan)?;
        let field = Field::new(canvas, plan.safe);
        let layers = plan.layers.iter().filter_map(|layer| LayerPainter::new(layer, &plan, canvas, &field)).collect();
        Ok(Self { plan, canvas, field, layers, base: Base::default() })
    }

    /// Paints all layers but the fixed ones, in a frame counted from the scene's first. Past its end the scene goes on
    /// moving, for the transition into the next.
    ///
    /// # Errors
    /// [`PictureError`] about a file that the plan names, or if `into` has another size than the canvas.
    pub fn paint(&mut self, frame: u64, into: &mut PlanesMut<'_>) -> Result<(), PictureError> {
        self.fits(into)?;
        let sights: Vec<Sight> = self
            .layers
            .iter()
            .filter(|layer| !layer.fixed)
            .map(|layer| layer.sight(frame, &self.plan))
            .take_while(|sight| *sight != Sight::Moving)
            .collect();
        let kept = sights.len();
        let shown = sights.iter().any(|sight| *sight != Sight::Hidden);
        match &self.base.picture {
            Some(picture) if shown && self.base.sights == sights => copy(picture, into),
            _ => {
                self.ground(frame, into);
                self.paint_layers(frame, 0..kept, into)?;
                // Only what is there for a second time is worth keeping.
                if shown && self.base.sights == sights {
                    self.base.picture = Some(taken(into));
                } else {
                    self.base = Base { sights, picture: None };
                }
            }
        }
        self.paint_layers(frame, kept..usize::MAX, into)
    }

    /// Paints what lies over the scenes and keeps still while they change: the fixed layers, then the captions.
    ///
    /// # Errors
    /// As [`ScenePainter::paint`].
    pub fn paint_over(&mut self, frame: u64, into: &mut PlanesMut<'_>) -> Result<(), PictureError> {
        self.fits(into)?;
        let Self { plan, field, layers, .. } = self;
        for layer in layers.iter_mut().filter(|layer| layer.fixed) {
            layer.paint(frame, (plan, field), into)?;
        }
        Ok(())
    }

    /// Some of the layers that are not fixed, lowest first.
    fn paint_layers(
        &mut self,
        frame: u64,
        range: std::ops::Range<usize>,
        into: &mut PlanesMut<'_>,
    ) -> Result<(), PictureError> {
        let Self { plan, field, layers, .. } = self;
        let loose = layers.iter_mut().filter(|layer| !layer.fixed);
        for layer in loose.skip(range.start).take(range.end - range.start) {
            layer.paint(frame, (plan, field), into)?;
        }
        Ok(())
    }

    /// The palette's base colour, if the lowest layer that is seen leaves any of it free.
    fn ground(&self, frame: u64, into: &mut PlanesMut<'_>) {
        let whole = self.field.frame();
        let lowest = self.layers.iter().find(|layer| !layer.fixed && layer.sight(frame, &self.plan) != Sight::Hidden);
        if lowest.is_some_and(|layer| layer.covers(frame, whole)) {
            return;
        }
        for (plane, value) in into.each().into_iter().zip(bt709_of(self.plan.palette.base)) {
            plane.data.chunks_mut(plane.stride).take(plane.height).for_each(|row| row[..plane.width].fill(value));
        }
    }

    fn fits(&self, into: &PlanesMut<'_>) -> Result<(), PictureError> {
        let Canvas { width, height, .. } = self.canvas;
        if (into.width, into.height) == (width as usize, height as usize) {
            return Ok(());
        }
        let what = format!("the frame has {}x{} pixels, not {width}x{height}", into.width, into.height);
        Err(PictureError::Plan { what })
    }
}

fn copy(picture: &Picture420, into: &mut PlanesMut<'_>) {
    for (plane, source) in into.each().into_iter().zip(&picture.planes) {
        for (row, source) in plane.data.chunks_mut(plane.stride).zip(source.chunks_exact(plane.width)) {
            row[..plane.width].copy_from_slice(source);
        }
    }
}

/// A copy of what was painted.
fn taken(from: &mut PlanesMut<'_>) -> Picture420 {
    let mut picture = Picture420::black(from.width, from.height);
    for (plane, own) in from.each().into_iter().zip(&mut picture.planes) {
        for (row, own) in plane.data.chunks(plane.stride).zip(own.chunks_exact_mut(plane.width)) {
            own.copy_from_slice(&row[..plane.width]);
        }
    }
    picture
}

fn check(canvas: Canvas, plan: &ScenePlan) -> Result<(), PictureError> {
    let wrong = |what: String| Err(PictureError::Plan { what });
    for (name, side) in [("width", canvas.width), ("height", canvas.height)] {
        if side % 2 == 1 || !SIDES.contains(&side) {
            return wrong(format!("{name} must be even and {} to {} pixels, not {side}", SIDES.start(), SIDES.end()));
        }
    }
    if !(1..=MOST_FPS).contains(&canvas.fps) {
        return wrong(format!("fps must be 1 to {MOST_FPS}, not {}", canvas.fps));
    }
    if !(1..=MOST_FRAMES).contains(&plan.frames) {
        return wrong(format!("a scene must have 1 to {MOST_FRAMES} frames, not {}", plan.frames));
    }
    if plan.layers.len() > MOST_LAYERS {
        return wrong(format!("a scene must have at most {MOST_LAYERS} layers, not {}", plan.layers.len()));
    }
    Ok(())
}

/// Paints one piece of a cut: a scene, or the transition from one into the next.
pub struct PiecePainter {
    scene: ScenePainter,
    from: u64,
    /// The scene that leaves, for a transition.
    leaving: Option<Box<Leaving>>,
}

struct Leaving {
    scene: ScenePainter,
    mixer: Mixer,
    transition: reelpress_templates::template::Transition,
    /// Of the transition.
    frames: u64,
}

impl PiecePainter {
    /// Gets ready to paint a piece.
    ///
    /// # Errors
    /// [`PictureError::Plan`] if the cut has no such piece; else as [`ScenePainter::new`].
    pub fn new(cut: &CutPlan, piece: Piece, fonts: &Fonts) -> Result<Self, PictureError> {
        let scene = |at: usize| {
            let Some(plan) = cut.scenes.get(at) else {
                let what = format!("there is no scene {at} among {} (count from 0)", cut.scenes.len());
                return Err(PictureError::Plan { what });
            };
            ScenePainter::new(cut.canvas, Arc::clone(plan), fonts)
        };
        match piece {
            Piece::Scene { scene: at, from } => Ok(Self { scene: scene(at)?, from, leaving: None }),
            Piece::Transition { into, frames } => {
                let Some(before) = into.checked_sub(1) else {
                    return Err(PictureError::Plan { what: "the first scene has no transition into it".to_owned() });
                };
                let mixer = || Mixer::new(cut.canvas.width as usize, cut.canvas.height as usize);
                let (scene, leaving) = (scene(into)?, scene(before)?);
                let leaving =
                    Leaving { scene: leaving, mixer: mixer(), transition: cut.transition, frames: frames.max(1) };
                Ok(Self { scene, from: 0, leaving: Some(Box::new(leaving)) })
            }
        }
    }

    /// Paints a frame, counted from the piece's first.
    ///
    /// # Errors
    /// As [`ScenePainter::paint`].
    pub fn paint(&mut self, at: u64, into: &mut PlanesMut<'_>) -> Result<(), PictureError> {
        let frame = self.from.saturating_add(at);
        if let Some(leaving) = &mut self.leaving {
            self.scene.fits(into)?;
            let end = leaving.scene.plan.frames;
            let (mut old, mut new) = leaving.mixer.scenes();
            leaving.scene.paint(end.saturating_add(at), &mut old)?;
            self.scene.paint(frame, &mut new)?;
            let time = (at as f64 + 1.0) / (leaving.frames as f64 + 1.0);
            leaving.mixer.mix(leaving.transition, time, into);
        } else {
            self.scene.paint(frame, into)?;
        }
        self.scene.paint_over(frame, into)
    }
}

#[cfg(test)]
mod tests;
