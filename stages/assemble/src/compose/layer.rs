//! One layer of a scene, ready to be painted in any frame.

use reelpress_templates::template::{
    Animation, Chart, Easing, Ink, Layer, LayerKind, ProgressForm, TimerForm, WaveformForm,
};

use super::backdrop::Backdrop;
use super::form::{Form, Mark};
use super::lively::{self, Inks, sides};
use super::place::Field;
use super::pose::{Pose, Presence};
use super::still::{self, Drawn};
use super::{chart, lay};
use crate::picture::planes::{PlanesMut, bt709_of};
use crate::picture::sprite::Sprite;
use crate::picture::{PictureError, Rect};
use crate::plan::{Canvas, ScenePlan};

/// A layer of one scene.
pub(crate) struct LayerPainter {
    area: Rect,
    presence: Presence,
    content: Content,
    pub(crate) fixed: bool,
}

/// What a layer shows.
enum Content {
    Picture(Box<Backdrop>),
    /// Drawn when it is first seen.
    Drawn {
        what: Box<LayerKind>,
        drawn: Option<Drawn>,
    },
    Mark(Mark),
    Progress(ProgressForm, Inks),
    Waveform {
        form: WaveformForm,
        ink: [u8; 3],
        bars: u32,
    },
    Chart {
        chart: Chart,
        inks: Inks,
        start: f64,
        grow: f64,
    },
    Timer(TimerForm, Inks),
}

/// What a layer is like in a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sight {
    /// Not to be seen.
    Hidden,
    /// The same in every frame that has the same number.
    Still(u64),
    /// Another one in each frame.
    Moving,
}

impl LayerPainter {
    /// `None` if the layer has no size or nothing to show in this scene.
    pub(crate) fn new(layer: &Layer, plan: &ScenePlan, canvas: Canvas, field: &Field) -> Option<Self> {
        let area = field.rect(&layer.place)?;
        let content = content(layer, area, plan, canvas, field)?;
        // What keeps still while scenes change comes in with the first and goes with the last.
        let inner = |animation: Option<Animation>, edge: bool| animation.filter(|_| !layer.fixed || edge);
        let (enter, exit) = (inner(layer.enter, plan.index == 0), inner(layer.exit, plan.index + 1 >= plan.count));
        let presence = Presence::new(layer.opacity, (enter, exit), (plan.frames, canvas.fps), area, field);
        Some(Self { area, presence, content, fixed: layer.fixed })
    }

    /// What it is like in a frame counted from the scene's first.
    pub(crate) fn sight(&self, frame: u64, plan: &ScenePlan) -> Sight {
        let Some(pose) = self.presence.pose(frame) else { return Sight::Hidden };
        if !pose.is_at_home() || pose != self.presence.settled(pose) {
            return Sight::Moving;
        }
        match &self.content {
            Content::Picture(backdrop) if !backdrop.is_still() => Sight::Moving,
            Content::Picture(_) | Content::Drawn { .. } | Content::Mark(_) => Sight::Still(0),
            Content::Progress(..) | Content::Timer(..) if frame < plan.frames => Sight::Moving,
            Content::Progress(..) | Content::Timer(..) => Sight::Still(0),
            Content::Waveform { .. } => Sight::Moving,
            Content::Chart { start, grow, .. } => match grown(frame, *start, *grow) {
                share if share <= 0.0 => Sight::Still(0),
                share if share >= 1.0 => Sight::Still(1),
                _ => Sight::Moving,
            },
        }
    }

    /// True if nothing of what lies under it is seen in a frame.
    pub(crate) fn covers(&self, frame: u64, whole: Rect) -> bool {
        let plain = |pose: Pose| pose == Pose { middle: pose.middle, ..Pose::plain(whole) };
        self.presence.pose(frame).is_some_and(plain)
            && match &self.content {
                Content::Picture(backdrop) => backdrop.covers(whole),
                Content::Mark(Mark { form: Form::Box { shape, stroke }, opacity, .. }) => {
                    let full = [shape.left, shape.top, shape.right, shape.bottom] == sides(whole);
                    full && shape.radius <= 0.0 && *stroke <= 0.0 && *opacity >= 1.0
                }
                Content::Drawn { .. }
                | Content::Mark(_)
                | Content::Progress(..)
                | Content::Waveform { .. }
                | Content::Chart { .. }
                | Content::Timer(..) => false,
            }
    }

    /// Paints it into a frame counted from the scene's first.
    pub(crate) fn paint(
        &mut self,
        frame: u64,
        (plan, field): (&ScenePlan, &Field),
        into: &mut PlanesMut<'_>,
    ) -> Result<(), PictureError> {
        let Some(pose) = self.presence.pose(frame) else { return Ok(()) };
        let area = self.area;
        let marks = match &mut self.content {
            Content::Picture(backdrop) => return backdrop.paint(frame, &pose, into),
            Content::Drawn { what, drawn } => {
                let ready = match drawn.take() {
                    Some(ready) => ready,
                    None => draw(what, area, plan, field)?,
                };
                match drawn.insert(ready) {
                    Drawn::Mark(mark) => mark.paint(&pose, into),
                    Drawn::Sprite(sprite) => lay::sprite(sprite, &pose, into),
                }
                return Ok(());
            }
            Content::Mark(mark) => {
                mark.paint(&pose, into);
                return Ok(());
            }
            Content::Progress(form, inks) => lively::progress(*form, *inks, area, plan, frame),
            Content::Waveform { form, ink, bars } => lively::waveform(*form, *bars, *ink, area, plan, frame),
            Content::Timer(form, inks) => lively::timer(*form, *inks, area, plan, frame),
            Content::Chart { chart, inks, start, grow } => {
                let grown = Easing::Out.at(grown(frame, *start, *grow)) as f32;
                chart::marks(chart.form, *inks, area, &plan.figures, grown)
            }
        };
        // A form may reach over the place by its smooth edge, not further.
        let clip = if pose.is_at_home() { pose.clip.within(&area) } else { pose.clip };
        let pose = Pose { clip, ..pose };
        marks.iter().for_each(|mark| mark.paint(&pose, into));
        Ok(())
    }
}

/// How far a chart has grown, 0.0 to 1.0; both times are in frames.
fn grown(frame: u64, start: f64, grow: f64) -> f64 {
    ((frame as f64 + 1.0 - start) / (grow + 1.0)).clamp(0.0, 1.0)
}

fn content(layer: &Layer, area: Rect, plan: &ScenePlan, canvas: Canvas, field: &Field) -> Option<Content> {
    let palette = &plan.palette;
    let ink = |ink: Ink| bt709_of(ink.of(palette));
    Some(match &layer.kind {
        LayerKind::Picture(picture) => Content::Picture(Box::new(Backdrop::new(picture, area, plan, canvas, field))),
        LayerKind::Colour { colour } => {
            Content::Mark(Mark { form: Form::filled(sides(area), 0.0), ink: ink(*colour), opacity: 1.0 })
        }
        LayerKind::Logo => {
            plan.logo.as_ref()?;
            Content::Drawn { what: Box::new(layer.kind.clone()), drawn: None }
        }
        LayerKind::Gradient(_) | LayerKind::Shape(_) => {
            Content::Drawn { what: Box::new(layer.kind.clone()), drawn: None }
        }
        LayerKind::Progress { form, colour, track } => Content::Progress(*form, Inks::new(*colour, *track, palette)),
        LayerKind::Waveform { form, colour, bars } => Content::Waveform { form: *form, ink: ink(*colour), bars: *bars },
        LayerKind::Chart(chart) => {
            let frames = |ms: u32| f64::from(ms) * f64::from(canvas.fps) / 1_000.0;
            Content::Chart {
                chart: chart.clone(),
                inks: Inks::new(chart.colour, chart.track, palette),
                start: frames(layer.enter.map_or(0, |enter| enter.delay_ms)),
                grow: frames(chart.grow_ms),
            }
        }
        LayerKind::Timer { form, colour, track } => Content::Timer(*form, Inks::new(*colour, *track, palette)),
        LayerKind::Text(_) | LayerKind::Video(_) => return None,
    })
}

fn draw(what: &LayerKind, area: Rect, plan: &ScenePlan, field: &Field) -> Result<Drawn, PictureError> {
    Ok(match (what, &plan.logo) {
        (LayerKind::Gradient(gradient), _) => Drawn::Sprite(still::gradient(gradient, area, &plan.palette)),
        (LayerKind::Shape(shape), _) => still::shape(shape, area, &plan.palette, field),
        (_, Some(logo)) => Drawn::Sprite(still::logo(logo, area)?),
        (_, None) => Drawn::Sprite(empty(area)),
    })
}

fn empty(area: Rect) -> Sprite {
    crate::picture::sprite::Layers::new(Rect { width: 2, height: 2, ..area }).finish()
}
