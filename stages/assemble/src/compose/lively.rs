//! Layers that change from frame to frame: progress, the narration's level, the time that is left.

use reelpress_templates::Palette;
use reelpress_templates::template::{Ink, ProgressForm, TimerForm, WaveformForm};

use super::form::{Form, Mark};
use crate::picture::Rect;
use crate::picture::background::Dice;
use crate::picture::planes::bt709_of;
use crate::plan::ScenePlan;

/// Opacity of what is to come, or gone.
pub(crate) const TRACK: f32 = 0.35;
/// Width of a ring as a share of its diameter.
pub(crate) const RING: f32 = 0.12;
/// Most scenes that are shown as pieces or dots.
const MOST_PIECES: usize = 100;

/// `colour` over `track`, both as BT.709 values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inks {
    pub(crate) colour: [u8; 3],
    pub(crate) track: [u8; 3],
}

impl Inks {
    pub(crate) fn new(colour: Ink, track: Ink, palette: &Palette) -> Self {
        Self { colour: bt709_of(colour.of(palette)), track: bt709_of(track.of(palette)) }
    }

    pub(crate) fn over(self, form: Form) -> Mark {
        Mark { form, ink: self.colour, opacity: 1.0 }
    }

    pub(crate) fn under(self, form: Form) -> Mark {
        Mark { form, ink: self.track, opacity: TRACK }
    }
}

/// Left, top, right, bottom.
pub(crate) fn sides(area: Rect) -> [f32; 4] {
    [area.x as f32, area.y as f32, area.right() as f32, area.bottom() as f32]
}

/// How much of the scene is over after a frame, 0.0 to 1.0.
fn passed(frame: u64, frames: u64) -> f32 {
    (frame.saturating_add(1) as f64 / frames.max(1) as f64).min(1.0) as f32
}

/// How much of the video is over; every scene counts alike.
pub(crate) fn progress(form: ProgressForm, inks: Inks, area: Rect, plan: &ScenePlan, frame: u64) -> Vec<Mark> {
    let [left, top, right, bottom] = sides(area);
    let (width, height) = (right - left, bottom - top);
    let share = passed(frame, plan.frames);
    let (count, index) = (plan.count.max(1), plan.index.min(plan.count.max(1) - 1));
    let radius = height.min(width) / 2.0;
    let line = |done: f32| {
        let whole = inks.under(Form::filled([left, top, right, bottom], radius));
        vec![whole, inks.over(Form::filled([left, top, left + width * done, bottom], radius))]
    };
    let all = (index as f32 + share) / count as f32;
    if count > MOST_PIECES {
        return line(all);
    }
    let pitch = width / count as f32;
    let mut marks = Vec::with_capacity(count + 1);
    match form {
        ProgressForm::Line => return line(all),
        ProgressForm::Segments => {
            let gap = (height * 0.8).min(pitch * 0.3);
            for at in 0..count {
                let from = left + (width + gap) / count as f32 * at as f32;
                let to = from + (width + gap) / count as f32 - gap;
                let done = if at < index { 1.0 } else { share };
                if at >= index {
                    marks.push(inks.under(Form::filled([from, top, to, bottom], radius)));
                }
                if at <= index {
                    marks.push(inks.over(Form::filled([from, top, from + (to - from) * done, bottom], radius)));
                }
            }
        }
        ProgressForm::Dots => {
            let radius = (height / 2.0).min(pitch * 0.4);
            for at in 0..count {
                let middle = (left + pitch * (at as f32 + 0.5), f32::midpoint(top, bottom));
                if at >= index {
                    marks.push(inks.under(Form::disc(middle, radius)));
                }
                if at <= index {
                    let grown = if at < index { 1.0 } else { share };
                    marks.push(inks.over(Form::disc(middle, radius * grown)));
                }
            }
        }
    }
    marks
}

/// The narration's level, 0.0 to 1.0, made smooth over three frames; silence where there is none.
fn level(plan: &ScenePlan, frame: u64, back: u64) -> f32 {
    let at = |frame: Option<u64>| {
        let frame = frame.and_then(|frame| usize::try_from(frame).ok());
        frame.and_then(|frame| plan.level.get(frame)).map_or(0.0, |level| f32::from(*level) / 255.0)
    };
    let now = frame.checked_sub(back);
    let (before, after) = (now.and_then(|now| now.checked_sub(1)), now.and_then(|now| now.checked_add(1)));
    at(before) * 0.25 + at(now) * 0.5 + at(after) * 0.25
}

/// The narration's level as it is heard: newest in the middle, running to both sides.
pub(crate) fn waveform(
    form: WaveformForm,
    bars: u32,
    ink: [u8; 3],
    area: Rect,
    plan: &ScenePlan,
    frame: u64,
) -> Vec<Mark> {
    let [left, top, right, bottom] = sides(area);
    let (width, height) = (right - left, bottom - top);
    let mark = |form: Form, opacity: f32| Mark { form, ink, opacity };
    let count = bars.clamp(1, 256).min((width / 3.0) as u32).max(1);
    let pitch = width / count as f32;
    let middle = (count as f32 - 1.0) / 2.0;
    let mut dice = Dice::new(plan.seed, 0);
    let bar = |at: u32| {
        let off = (at as f32 - middle).abs();
        let outward = off / middle.max(1.0);
        let heard = level(plan, frame, off as u64) * (1.0 - 0.55 * outward * outward) * dice.between(0.72, 1.0);
        let wide = pitch * 0.56;
        let high = (height * heard).max(wide.min(height));
        let from = left + pitch * (at as f32 + 0.5) - wide / 2.0;
        let (upper, lower) = match form {
            WaveformForm::Floor => (bottom - high, bottom),
            WaveformForm::Bars | WaveformForm::Pulse => {
                (f32::midpoint(top, bottom) - high / 2.0, f32::midpoint(top, bottom) + high / 2.0)
            }
        };
        mark(Form::filled([from, upper, from + wide, lower], wide / 2.0), 1.0)
    };
    match form {
        WaveformForm::Bars | WaveformForm::Floor => (0..count).map(bar).collect(),
        WaveformForm::Pulse => {
            let (point, radius) = ((left + width / 2.0, top + height / 2.0), width.min(height) / 2.0);
            let disc =
                |back: u64, least: f32| Form::disc(point, radius * (least + (1.0 - least) * level(plan, frame, back)));
            vec![mark(disc(3, 0.5), TRACK), mark(disc(0, 0.36), 1.0)]
        }
    }
}

/// The scene's own time running out.
pub(crate) fn timer(form: TimerForm, inks: Inks, area: Rect, plan: &ScenePlan, frame: u64) -> Vec<Mark> {
    let left = 1.0 - passed(frame, plan.frames);
    match form {
        TimerForm::Ring => ring(inks, area, left),
        TimerForm::Bar => {
            let [from, top, right, bottom] = sides(area);
            let radius = (bottom - top).min(right - from) / 2.0;
            let rest = [from, top, from + (right - from) * left, bottom];
            vec![inks.under(Form::filled([from, top, right, bottom], radius)), inks.over(Form::filled(rest, radius))]
        }
        TimerForm::Seconds => Vec::new(),
    }
}

/// A ring of which a share has the colour.
pub(crate) fn ring(inks: Inks, area: Rect, share: f32) -> Vec<Mark> {
    let [left, top, right, bottom] = sides(area);
    let middle = (f32::midpoint(left, right), f32::midpoint(top, bottom));
    let across = (right - left).min(bottom - top);
    let width = across * RING;
    let arc = |share: f32| Form::Arc { middle, radius: (across - width) / 2.0, width, share };
    let mut marks = vec![inks.under(arc(1.0))];
    if share > 0.0 {
        marks.push(inks.over(arc(share.min(1.0))));
    }
    marks
}
