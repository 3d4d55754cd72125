//! One layer of a scene, ready to be painted in any frame.

mod seen;

use reelpress_templates::template::{
    Animation, Chart, Easing, Face, Ink, Layer, LayerKind, ProgressForm, Role, Text, TimerForm, WaveformForm,
};
use reelpress_vocabulary::OverlayKind;

use super::backdrop::Backdrop;
use super::form::{Form, Mark};
use super::lively::{self, Inks, sides};
use super::numbers::{self, Caption};
use super::pictures::Pictures;
use super::place::Field;
use super::pose::{Pose, Presence};
use super::still::{self, Drawn};
use super::text::TextLayer;
use super::writing::{Glimpse, Writer, carries};
use super::{chart, lay};
use crate::picture::planes::{PlanesMut, bt709_of};
use crate::picture::shade::Shade;
use crate::picture::sprite::Layers;
use crate::picture::text::is_rtl_language;
use crate::picture::{PictureError, Rect};
use crate::plan::{Canvas, ScenePlan};

/// A layer of one scene.
pub(crate) struct LayerPainter {
    area: Rect,
    presence: Presence,
    content: Content,
    pub(crate) fixed: bool,
    /// What it is over the pictures, if it is not a part of them.
    pub(crate) purpose: Option<OverlayKind>,
}

/// What layers are painted with.
pub(crate) struct Studio<'a> {
    pub(crate) plan: &'a ScenePlan,
    pub(crate) field: &'a Field,
    pub(crate) canvas: Canvas,
    /// `None` if the scene has no texts.
    pub(crate) writer: Option<&'a mut Writer>,
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
    Shade(Shade),
    Text {
        text: Box<Text>,
        set: Option<Box<TextLayer>>,
    },
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
        lines: Lines,
    },
    Timer {
        form: TimerForm,
        inks: Inks,
        lines: Lines,
    },
}

/// Texts that change while they are seen.
#[derive(Default)]
struct Lines {
    glimpse: Glimpse,
    set: Vec<(String, Option<TextLayer>)>,
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
    pub(crate) fn new(layer: &Layer, studio: &Studio<'_>, pictures: &Pictures) -> Option<Self> {
        let Studio { plan, field, canvas, .. } = *studio;
        let place = field.rect(&layer.place)?;
        let area = match (&layer.kind, &studio.writer) {
            (LayerKind::Text(_), Some(writer)) => writer.room(place)?,
            _ => place,
        };
        let content = content(layer, area, studio, pictures)?;
        // What keeps still while scenes change comes in with the first and goes with the last.
        let inner = |animation: Option<Animation>, edge: bool| animation.filter(|_| !layer.fixed || edge);
        let (enter, exit) = (inner(layer.enter, plan.role == Role::Hook), inner(layer.exit, plan.role == Role::Call));
        let presence = Presence::new(layer.opacity, (enter, exit), (plan.frames, canvas.fps), place, field);
        Some(Self { area, presence, content, fixed: layer.fixed, purpose: None })
    }

    /// What it is like in a frame counted from the scene's first.
    pub(crate) fn sight(&self, frame: u64, studio: &Studio<'_>) -> Sight {
        let Some(pose) = self.presence.pose(frame) else { return Sight::Hidden };
        if pose != self.presence.settled(pose) {
            return Sight::Moving;
        }
        match &self.content {
            Content::Picture(backdrop) if !backdrop.is_still() => Sight::Moving,
            Content::Timer { form: TimerForm::Seconds, .. } => Sight::Still(seconds_left(frame, studio)),
            Content::Progress(..) | Content::Timer { .. } if frame < studio.plan.frames => Sight::Moving,
            Content::Picture(_)
            | Content::Drawn { .. }
            | Content::Mark(_)
            | Content::Shade(_)
            | Content::Text { .. }
            | Content::Progress(..)
            | Content::Timer { .. } => Sight::Still(0),
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
                    let [left, top, right, bottom] = sides(whole);
                    let across = shape.left <= left && shape.right >= right;
                    across
                        && shape.top <= top
                        && shape.bottom >= bottom
                        && shape.radius <= 0.0
                        && *stroke <= 0.0
                        && *opacity >= 1.0
                }
                Content::Drawn { .. }
                | Content::Mark(_)
                | Content::Shade(_)
                | Content::Text { .. }
                | Content::Progress(..)
                | Content::Waveform { .. }
                | Content::Chart { .. }
                | Content::Timer { .. } => false,
            }
    }

    /// The rectangle whose ground must be known before the layer can be prepared.
    pub(crate) fn looks_at(&self) -> Option<Rect> {
        match &self.content {
            Content::Text { text, .. } => (!carries(text.backing)).then_some(self.area),
            Content::Chart { .. } | Content::Timer { form: TimerForm::Seconds, .. } => Some(self.area),
            Content::Picture(_)
            | Content::Drawn { .. }
            | Content::Mark(_)
            | Content::Shade(_)
            | Content::Progress(..)
            | Content::Waveform { .. }
            | Content::Timer { .. } => None,
        }
    }

    /// Sets its text; to be called once, before it is painted.
    pub(crate) fn prepare(&mut self, seen: Glimpse, studio: &mut Studio<'_>) -> Result<(), PictureError> {
        match &mut self.content {
            Content::Text { text, set } => {
                if let Some(writer) = studio.writer.as_deref_mut() {
                    *set = writer.set(text, self.area, studio.plan, &seen)?.map(Box::new);
                }
            }
            Content::Chart { lines, .. } | Content::Timer { lines, .. } => lines.glimpse = seen,
            Content::Picture(_)
            | Content::Drawn { .. }
            | Content::Mark(_)
            | Content::Shade(_)
            | Content::Progress(..)
            | Content::Waveform { .. } => {}
        }
        Ok(())
    }

    /// Where its letters are when it has come in, line by line.
    #[cfg(test)]
    pub(crate) fn letters(&self) -> Vec<crate::picture::Rect> {
        match &self.content {
            Content::Text { set: Some(set), .. } => set.ink.clone(),
            Content::Chart { lines, .. } | Content::Timer { lines, .. } => {
                lines.set.iter().filter_map(|(_, set)| set.as_ref()).flat_map(|set| set.ink.clone()).collect()
            }
            Content::Text { set: None, .. }
            | Content::Picture(_)
            | Content::Drawn { .. }
            | Content::Mark(_)
            | Content::Shade(_)
            | Content::Progress(..)
            | Content::Waveform { .. } => Vec::new(),
        }
    }

    /// The text that ends in an ellipsis, if this layer holds one.
    #[cfg(test)]
    pub(crate) fn cut_text(&self) -> Option<&str> {
        let Content::Text { text, set } = &self.content else { return None };
        set.as_ref().filter(|set| set.cut).map(|_| text.says.as_str())
    }

    /// Paints it into a frame counted from the scene's first.
    pub(crate) fn paint(
        &mut self,
        frame: u64,
        studio: &mut Studio<'_>,
        into: &mut PlanesMut<'_>,
    ) -> Result<(), PictureError> {
        let Some(pose) = self.presence.pose(frame) else { return Ok(()) };
        let (area, plan) = (self.area, studio.plan);
        let marks = match &mut self.content {
            Content::Picture(backdrop) => return backdrop.paint(frame, &pose, into),
            Content::Drawn { what, drawn } => {
                let ready = match drawn.take() {
                    Some(ready) => ready,
                    None => draw(what, area, plan, studio.field)?,
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
            Content::Shade(shade) => {
                let posed = if pose.is_at_home() {
                    *shade
                } else {
                    let [left, top, right, bottom] = sides(area);
                    let ((left, top), (right, bottom)) = (pose.moved((left, top)), pose.moved((right, bottom)));
                    shade.between([left, top, right, bottom])
                };
                posed.lay(into, pose.clip, pose.opacity);
                return Ok(());
            }
            Content::Text { set, .. } => {
                if let Some(set) = set {
                    lay::sprite(&set.sprite, &pose, into);
                }
                return Ok(());
            }
            Content::Progress(form, inks) => directed(lively::progress(*form, *inks, area, plan, frame), area, plan),
            Content::Waveform { form, ink, bars } => lively::waveform(*form, *bars, *ink, area, plan, frame),
            Content::Timer { form: TimerForm::Seconds, lines, .. } => {
                let caption = seconds(seconds_left(frame, studio), area, studio);
                return lines.lay(caption, studio, &pose, into);
            }
            Content::Timer { form: TimerForm::Bar, inks, .. } => {
                directed(lively::timer(TimerForm::Bar, *inks, area, plan, frame), area, plan)
            }
            Content::Timer { form, inks, .. } => lively::timer(*form, *inks, area, plan, frame),
            Content::Chart { chart, inks, start, grow, lines } => {
                let grown = Easing::Out.at(grown(frame, *start, *grow)) as f32;
                let drawing = numbers::drawing(chart.form, area);
                let from_right = is_rtl_language(&plan.language);
                let marks = chart::marks(chart.form, *inks, drawing, &plan.figures, (grown, from_right));
                paint_marks(&marks, area, &pose, into);
                let reference = studio.writer.as_deref().map_or(1.0, Writer::reference);
                let setting = (plan.language.as_str(), reference);
                let captions = numbers::captions(chart.form, &plan.figures, area, grown, setting);
                return lines.lay(captions, studio, &pose, into);
            }
        };
        paint_marks(&marks, area, &pose, into);
        Ok(())
    }
}

impl Lines {
    /// Lays texts over the frame; those that are the same as in the frame before are not set again.
    fn lay(
        &mut self,
        captions: Vec<Caption>,
        studio: &mut Studio<'_>,
        pose: &Pose,
        into: &mut PlanesMut<'_>,
    ) -> Result<(), PictureError> {
        let Some(writer) = studio.writer.as_deref_mut() else { return Ok(()) };
        self.set.resize_with(captions.len(), Default::default);
        for ((says, set), (text, rect)) in self.set.iter_mut().zip(captions) {
            if *says != text.says {
                *set = match writer.room(rect) {
                    Some(room) => writer.set(&text, room, studio.plan, &self.glimpse)?,
                    None => None,
                };
                *says = text.says;
            }
            if let Some(set) = set {
                lay::sprite(&set.sprite, pose, into);
            }
        }
        Ok(())
    }
}

/// A form may reach over its place by its smooth edge, not further.
fn paint_marks(marks: &[Mark], area: Rect, pose: &Pose, into: &mut PlanesMut<'_>) {
    let clip = if pose.is_at_home() { pose.clip.within(&area) } else { pose.clip };
    let pose = Pose { clip, ..*pose };
    for mark in marks {
        mark.paint(&pose, into);
    }
}

/// What runs from left to right runs the other way where people read so.
fn directed(mut marks: Vec<Mark>, area: Rect, plan: &ScenePlan) -> Vec<Mark> {
    if is_rtl_language(&plan.language) {
        let both = (area.x + area.right()) as f32;
        for mark in &mut marks {
            if let Form::Box { shape, .. } = &mut mark.form {
                (shape.left, shape.right) = (both - shape.right, both - shape.left);
            }
        }
    }
    marks
}

/// How far a chart has grown, 0.0 to 1.0; both times are in frames.
fn grown(frame: u64, start: f64, grow: f64) -> f64 {
    ((frame as f64 + 1.0 - start) / (grow + 1.0)).clamp(0.0, 1.0)
}

/// Whole seconds of the scene that are left, counted up.
fn seconds_left(frame: u64, studio: &Studio<'_>) -> u64 {
    studio.plan.frames.saturating_sub(frame).div_ceil(u64::from(studio.canvas.fps))
}

fn seconds(left: u64, area: Rect, studio: &Studio<'_>) -> Vec<Caption> {
    let reference = studio.writer.as_deref().map_or(1.0, Writer::reference);
    vec![(numbers::line(left.to_string(), Face::Headline, area.height as f32 * 0.8 / reference.max(1.0)), area)]
}

fn content(layer: &Layer, area: Rect, studio: &Studio<'_>, pictures: &Pictures) -> Option<Content> {
    let Studio { plan, canvas, .. } = *studio;
    let palette = &plan.palette;
    let ink = |ink: Ink| bt709_of(ink.of(palette));
    Some(match &layer.kind {
        LayerKind::Picture(picture) => Content::Picture(Box::new(Backdrop::new(picture, area, studio, pictures))),
        LayerKind::Video(video) => Content::Picture(Box::new(Backdrop::of_video(video, area, studio, pictures)?)),
        LayerKind::Colour { colour } => {
            Content::Mark(Mark { form: Form::filled(sides(area), 0.0), ink: ink(*colour), opacity: 1.0 })
        }
        LayerKind::Logo => {
            plan.logo.as_ref()?;
            Content::Drawn { what: Box::new(layer.kind.clone()), drawn: None }
        }
        LayerKind::Gradient(gradient) => Content::Shade(still::gradient(gradient, area, palette)),
        LayerKind::Shape(_) => Content::Drawn { what: Box::new(layer.kind.clone()), drawn: None },
        LayerKind::Text(text) => Content::Text { text: Box::new(text.clone()), set: None },
        LayerKind::Progress { form, colour, track } => Content::Progress(*form, Inks::new(*colour, *track, palette)),
        LayerKind::Waveform { form, colour, bars } => Content::Waveform { form: *form, ink: ink(*colour), bars: *bars },
        LayerKind::Chart(chart) => {
            let frames = |ms: u32| f64::from(ms) * f64::from(canvas.fps) / 1_000.0;
            Content::Chart {
                chart: chart.clone(),
                inks: Inks::new(chart.colour, chart.track, palette),
                start: frames(layer.enter.map_or(0, |enter| enter.delay_ms)),
                grow: frames(chart.grow_ms),
                lines: Lines::default(),
            }
        }
        LayerKind::Timer { form, colour, track } => {
            Content::Timer { form: *form, inks: Inks::new(*colour, *track, palette), lines: Lines::default() }
        }
    })
}

fn draw(what: &LayerKind, area: Rect, plan: &ScenePlan, field: &Field) -> Result<Drawn, PictureError> {
    Ok(match (what, &plan.logo) {
        (LayerKind::Shape(shape), _) => still::shape(shape, area, &plan.palette, field),
        (_, Some(logo)) => Drawn::Sprite(Box::new(still::logo(logo, area)?)),
        (_, None) => Drawn::Sprite(Box::new(Layers::new(Rect { width: 2, height: 2, ..area }).finish())),
    })
}
