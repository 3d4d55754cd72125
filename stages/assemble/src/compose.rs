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
pub(crate) mod numbers;
mod painters;
mod pictures;
mod place;
mod pose;
mod still;
pub(crate) mod survey;
pub(crate) mod text;
mod travel;
mod writing;

use std::sync::Arc;

use reelpress_templates::template::{CaptionStyle, Captions, Layer, LayerKind, TimerForm, Transition};

use crate::picture::planes::{Picture420, bt709_of};
use crate::picture::{Fonts, PictureError, PlanesMut, Rect};
use crate::plan::{Canvas, CutPlan, Piece, ScenePlan};
use captions::{CaptionOrder, CaptionTrack};
use layer::{LayerPainter, Sight, Studio};
use mix::Mixer;
pub use painters::Painters;
pub use pictures::Pictures;
use place::Field;
use writing::{Glimpse, Writer};

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
    writer: Option<Writer>,
    /// Lowest first; the fixed ones lie over all others.
    layers: Vec<LayerPainter>,
    /// How many of them are not fixed.
    loose: usize,
    /// How many of them have their text.
    prepared: usize,
    rehearsal: Option<Rehearsal>,
    captions: Spoken,
    base: Base,
}

/// The lowest layers as one picture, for as long as none of them changes.
#[derive(Default)]
struct Base {
    /// What the layers in it are like, from the lowest on.
    sights: Vec<Sight>,
    picture: Option<Picture420>,
}

/// Captions, once what is behind them is known.
enum Spoken {
    Waiting,
    Ready(Option<Box<CaptionTrack>>),
}

/// Some frames of the scene, painted layer by layer ahead of time, to see what texts will lie on.
struct Rehearsal {
    frames: [u64; 3],
    pictures: Vec<Picture420>,
    /// How many layers are on them.
    painted: usize,
}

impl ScenePainter {
    /// Gets ready to paint a scene. Pictures are read when a frame first shows them.
    ///
    /// # Errors
    /// [`PictureError::Plan`] if the frame or the scene is out of bounds; [`PictureError::MissingFont`] if the scene has
    /// texts and none of their families is installed.
    pub fn new(canvas: Canvas, plan: Arc<ScenePlan>, fonts: &Fonts) -> Result<Self, PictureError> {
        Self::sharing(canvas, plan, fonts, &Pictures::default())
    }

    /// As [`ScenePainter::new`]; what others of the same cut read or drew is not read or drawn again.
    ///
    /// # Errors
    /// As [`ScenePainter::new`].
    pub fn sharing(
        canvas: Canvas,
        plan: Arc<ScenePlan>,
        fonts: &Fonts,
        pictures: &Pictures,
    ) -> Result<Self, PictureError> {
        check(canvas, &plan)?;
        let field = Field::new(canvas, plan.safe);
        let mut writer = None;
        if has_texts(&plan) {
            fonts.first_of(&plan.fonts.headline)?;
            fonts.first_of(&plan.fonts.body)?;
            writer = Some(Writer::new(fonts, &plan, &field));
        }
        let studio = Studio { plan: &plan, field: &field, canvas, writer: writer.as_mut() };
        let painters = plan.layers.iter().enumerate().filter_map(|(at, layer)| {
            let purpose = plan.purposes.get(at).copied().flatten();
            let mut painter = LayerPainter::new(layer, &studio, pictures)?;
            painter.purpose = purpose;
            Some(painter)
        });
        let (mut layers, fixed): (Vec<_>, Vec<_>) = painters.partition(|layer| !layer.fixed);
        let loose = layers.len();
        layers.extend(fixed);
        let (rehearsal, captions, base) = (None, Spoken::Waiting, Base::default());
        Ok(Self { plan, canvas, field, writer, layers, loose, prepared: 0, rehearsal, captions, base })
    }

    /// Paints all layers but the fixed ones, in a frame counted from the scene's first. Past its end the scene goes on
    /// moving, for the transition into the next.
    ///
    /// # Errors
    /// [`PictureError`] about a file or a text of the plan, or if `into` has another size than the canvas.
    pub fn paint(&mut self, frame: u64, into: &mut PlanesMut<'_>) -> Result<(), PictureError> {
        self.fits(into)?;
        self.prepare(self.loose)?;
        let (mut studio, layers) =
            studio((&self.plan, &self.field, self.canvas), self.writer.as_mut(), &mut self.layers[..self.loose]);
        let sights: Vec<Sight> = layers
            .iter()
            .map(|layer| layer.sight(frame, &studio))
            .take_while(|sight| *sight != Sight::Moving)
            .collect();
        let (kept, others) = layers.split_at_mut(sights.len());
        let shown = sights.iter().any(|sight| *sight != Sight::Hidden);
        let known = shown && self.base.sights == sights;
        if let Some(picture) = self.base.picture.as_ref().filter(|_| known) {
            copy(picture, into);
        } else {
            let lowest = kept.iter().zip(&sights).find(|(_, sight)| **sight != Sight::Hidden).map(|(layer, _)| layer);
            if !lowest.or(others.first()).is_some_and(|layer| layer.covers(frame, self.field.frame())) {
                fill(bt709_of(self.plan.palette.base), into);
            }
            for layer in kept {
                layer.paint(frame, &mut studio, into)?;
            }
            // Only what is there for a second time is worth keeping.
            self.base = Base { sights, picture: known.then(|| taken(into)) };
        }
        others.iter_mut().try_for_each(|layer| layer.paint(frame, &mut studio, into))
    }

    /// Paints what lies over the scenes and keeps still while they change: the fixed layers, then the captions.
    ///
    /// # Errors
    /// As [`ScenePainter::paint`].
    pub fn paint_over(&mut self, frame: u64, into: &mut PlanesMut<'_>) -> Result<(), PictureError> {
        self.fits(into)?;
        self.prepare(self.layers.len())?;
        self.prepare_captions()?;
        let (mut studio, layers) =
            studio((&self.plan, &self.field, self.canvas), self.writer.as_mut(), &mut self.layers[self.loose..]);
        layers.iter_mut().try_for_each(|layer| layer.paint(frame, &mut studio, into))?;
        if let (Spoken::Ready(Some(track)), Some(writer)) = (&mut self.captions, &mut self.writer) {
            track.paint(frame, &mut writer.typesetter, into);
            if let Some(missing) = track.missing().filter(|missing| missing.is_letter()) {
                return Err(PictureError::MissingGlyph { what: missing.to_string() });
            }
        }
        Ok(())
    }

    /// Where letters are, line by line, in pixels of the frame: those of texts as they stand when they have come in, and
    /// those of the captions at `frame`. To be asked after the frame was painted.
    #[cfg(test)]
    pub(crate) fn letters(&mut self, frame: u64) -> Vec<Rect> {
        let mut letters: Vec<Rect> = self.layers.iter().flat_map(LayerPainter::letters).collect();
        if let (Spoken::Ready(Some(track)), Some(writer)) = (&mut self.captions, &mut self.writer) {
            letters.extend(track.ink(frame, &mut writer.typesetter));
        }
        letters
    }

    /// The texts that had no room and end in an ellipsis. To be asked after a frame was painted.
    #[cfg(test)]
    pub(crate) fn cut_texts(&self) -> Vec<&str> {
        self.layers.iter().filter_map(LayerPainter::cut_text).collect()
    }

    /// Sets the texts of the first `wanted` layers, each on what the layers under it look like.
    fn prepare(&mut self, wanted: usize) -> Result<(), PictureError> {
        while self.prepared < wanted {
            let at = self.prepared;
            let seen = match self.layers[at].looks_at() {
                Some(area) => self.glimpse(area, at)?,
                None => Glimpse::default(),
            };
            let (mut studio, layers) =
                studio((&self.plan, &self.field, self.canvas), self.writer.as_mut(), &mut self.layers);
            layers[at].prepare(seen, &mut studio)?;
            self.prepared += 1;
        }
        Ok(())
    }

    fn prepare_captions(&mut self) -> Result<(), PictureError> {
        if matches!(self.captions, Spoken::Ready(_)) {
            return Ok(());
        }
        let plan = Arc::clone(&self.plan);
        let place = self.field.rect(&plan.captions.place).filter(|_| speaks(&plan));
        let room = self.writer.as_ref().zip(place).and_then(|(writer, place)| writer.room(place));
        let track = match room {
            None => None,
            Some(place) => {
                let carried = writing::carries(plan.captions.backing);
                let seen = if carried { Glimpse::default() } else { self.glimpse(place, self.layers.len())? };
                let order = CaptionOrder {
                    captions: &Captions { size: place::held(plan.captions.size, 0.001, 1.0), ..plan.captions },
                    typefaces: &plan.fonts,
                    palette: &plan.palette,
                    language: &plan.language,
                    words: &plan.words,
                    frames: plan.frames,
                    fps: self.canvas.fps,
                    place,
                    reference: self.field.length(1.0),
                };
                CaptionTrack::new(&order, &mut |rect| seen.of(rect)).map(Box::new)
            }
        };
        self.captions = Spoken::Ready(track);
        // Nobody asks any more.
        self.rehearsal = None;
        Ok(())
    }

    /// What the first `below` layers look like in a rectangle.
    fn glimpse(&mut self, area: Rect, below: usize) -> Result<Glimpse, PictureError> {
        let (mut studio, layers) =
            studio((&self.plan, &self.field, self.canvas), self.writer.as_mut(), &mut self.layers);
        let rehearsal = self.rehearsal.get_or_insert_with(|| Rehearsal::new(&studio));
        for layer in &mut layers[rehearsal.painted.min(below)..below] {
            for (frame, picture) in rehearsal.frames.into_iter().zip(&mut rehearsal.pictures) {
                layer.paint(frame, &mut studio, &mut picture.as_planes())?;
            }
        }
        rehearsal.painted = rehearsal.painted.max(below);
        Ok(Glimpse::new(area, &mut rehearsal.pictures))
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

/// What layers are painted with, and some layers: the parts of a painter, borrowed one by one.
fn studio<'a>(
    (plan, field, canvas): (&'a ScenePlan, &'a Field, Canvas),
    writer: Option<&'a mut Writer>,
    layers: &'a mut [LayerPainter],
) -> (Studio<'a>, &'a mut [LayerPainter]) {
    (Studio { plan, field, canvas, writer }, layers)
}

impl Rehearsal {
    /// The scene's start, middle and end; layers that come and go are seen in the middle at least.
    fn new(studio: &Studio<'_>) -> Self {
        let last = studio.plan.frames.saturating_sub(1);
        let edge = u64::from(studio.canvas.fps).min(last / 2);
        let Canvas { width, height, .. } = studio.canvas;
        let mut ground = Picture420::black(width as usize, height as usize);
        fill(bt709_of(studio.plan.palette.base), &mut ground.as_planes());
        Self { frames: [edge, last / 2, last - edge], pictures: vec![ground; 3], painted: 0 }
    }
}

fn has_texts(plan: &ScenePlan) -> bool {
    let writes = |layer: &Layer| match &layer.kind {
        LayerKind::Text(_) | LayerKind::Chart(_) => true,
        LayerKind::Timer { form, .. } => *form == TimerForm::Seconds,
        LayerKind::Picture(_)
        | LayerKind::Video(_)
        | LayerKind::Colour { .. }
        | LayerKind::Gradient(_)
        | LayerKind::Shape(_)
        | LayerKind::Logo
        | LayerKind::Progress { .. }
        | LayerKind::Waveform { .. } => false,
    };
    speaks(plan) || plan.layers.iter().any(writes)
}

fn speaks(plan: &ScenePlan) -> bool {
    plan.captions.style != CaptionStyle::None && !plan.words.is_empty()
}

fn fill(colour: [u8; 3], into: &mut PlanesMut<'_>) {
    for (plane, value) in into.each().into_iter().zip(colour) {
        plane.data.chunks_mut(plane.stride).take(plane.height).for_each(|row| row[..plane.width].fill(value));
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
fn taken(from: &PlanesMut<'_>) -> Picture420 {
    writing::cut(from, Rect { x: 0, y: 0, width: from.width, height: from.height })
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
    for layer in &plan.layers {
        if let LayerKind::Video(video) = &layer.kind
            && !plan.clips.iter().any(|(file, _)| *file == video.file)
        {
            return wrong(format!("layer {} shows {}, which is not among the plan's clips", layer.name, video.file));
        }
    }
    Ok(())
}

/// Paints one piece of a cut: a scene, or the transition from one into the next.
pub struct PiecePainter {
    /// Which scene of the cut.
    at: usize,
    scene: ScenePainter,
    from: u64,
    /// The scene that leaves, for a transition.
    leaving: Option<Box<Leaving>>,
}

struct Leaving {
    scene: ScenePainter,
    mixer: Mixer,
    transition: Transition,
    /// Of the transition.
    frames: u64,
}

impl PiecePainter {
    /// Gets ready to paint a piece.
    ///
    /// # Errors
    /// [`PictureError::Plan`] if the cut has no such piece; else as [`ScenePainter::new`].
    pub fn new(cut: &CutPlan, piece: Piece, fonts: &Fonts) -> Result<Self, PictureError> {
        Self::sharing(cut, piece, fonts, &Painters::default())
    }

    /// As [`PiecePainter::new`]; what others of the same cut read, drew or set is not read, drawn or set again. Give it
    /// back to `painters` when all its frames are painted.
    ///
    /// # Errors
    /// As [`PiecePainter::new`].
    pub fn sharing(cut: &CutPlan, piece: Piece, fonts: &Fonts, painters: &Painters) -> Result<Self, PictureError> {
        let scene = |at: usize| {
            let Some(plan) = cut.scenes.get(at) else {
                let what = format!("there is no scene {at} among {} (count from 0)", cut.scenes.len());
                return Err(PictureError::Plan { what });
            };
            let known = painters.take(at).map(Ok);
            known.unwrap_or_else(|| ScenePainter::sharing(cut.canvas, Arc::clone(plan), fonts, painters.pictures()))
        };
        match piece {
            Piece::Scene { scene: at, from } => Ok(Self { at, scene: scene(at)?, from, leaving: None }),
            Piece::Transition { into, frames } => {
                let Some(before) = into.checked_sub(1) else {
                    return Err(PictureError::Plan { what: "the first scene has no transition into it".to_owned() });
                };
                let mixer = || Mixer::new(cut.canvas.width as usize, cut.canvas.height as usize);
                let (scene, leaving) = (scene(into)?, scene(before)?);
                let leaving =
                    Leaving { scene: leaving, mixer: mixer(), transition: cut.transition, frames: frames.max(1) };
                Ok(Self { at: into, scene, from: 0, leaving: Some(Box::new(leaving)) })
            }
        }
    }

    /// What its scene puts over its pictures; see [`ScenePainter::survey`].
    pub(crate) fn survey(&mut self) -> Result<Vec<survey::Seen>, PictureError> {
        self.scene.survey()
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
