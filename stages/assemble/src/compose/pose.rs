//! Where a layer stands in a frame, as its animations have it.

use reelpress_templates::template::{Animation, AnimationKind, Direction};

use super::place::{Field, held};
use crate::picture::Rect;

/// How far a layer slides, as a share of the reference height.
const SLIDE: f32 = 0.035;
/// How large a layer is when it starts to pop.
const POP: f64 = 0.8;

/// How a layer is laid over the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pose {
    /// 0 (nothing) to 256 (as it is).
    pub(crate) opacity: u16,
    /// Pixels to the right and down.
    pub(crate) shift: (f32, f32),
    /// About `middle`.
    pub(crate) scale: f32,
    /// Of the layer's place, in pixels.
    pub(crate) middle: (f32, f32),
    /// Nothing is painted outside; even edges.
    pub(crate) clip: Rect,
}

impl Pose {
    /// As it is, anywhere on a frame.
    pub(crate) fn plain(frame: Rect) -> Self {
        Self { opacity: 256, shift: (0.0, 0.0), scale: 1.0, middle: (0.0, 0.0), clip: frame }
    }

    /// True if it stands where it belongs, in its own size.
    pub(crate) fn is_at_home(&self) -> bool {
        self.shift == (0.0, 0.0) && !self.is_scaled()
    }

    /// True if it stands in another size than its own.
    pub(crate) fn is_scaled(&self) -> bool {
        (self.scale - 1.0).abs() > f32::EPSILON
    }

    /// Where a point of the layer comes to be.
    pub(crate) fn moved(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let along = |value: f32, middle: f32, shift: f32| middle + (value - middle) * self.scale + shift;
        (along(x, self.middle.0, self.shift.0), along(y, self.middle.1, self.shift.1))
    }

    /// The pixels that an area of the layer may come to touch; even edges, within the clip.
    pub(crate) fn touched(&self, area: Rect) -> Rect {
        if self.is_at_home() {
            return area.even().within(&self.clip);
        }
        let (left, top) = self.moved((area.x as f32, area.y as f32));
        let (right, bottom) = self.moved((area.right() as f32, area.bottom() as f32));
        around([left, top, right, bottom]).within(&self.clip)
    }
}

/// The even rectangle round `[left, top, right, bottom]`, without what lies left of or above the frame.
pub(crate) fn around([left, top, right, bottom]: [f32; 4]) -> Rect {
    let (x, y) = (left.floor().max(0.0) as usize, top.floor().max(0.0) as usize);
    let length = |end: f32, start: usize| (end.ceil().clamp(0.0, 65_536.0) as usize).saturating_sub(start);
    Rect { x, y, width: length(right, x), height: length(bottom, y) }.even()
}

/// When and how one layer is there.
#[derive(Debug, Clone)]
pub(crate) struct Presence {
    opacity: f32,
    enter: Option<Animation>,
    exit: Option<Animation>,
    /// Frames of the scene.
    frames: u64,
    fps: u32,
    /// How far it slides, in pixels.
    slide: f32,
    place: Rect,
    frame: Rect,
}

impl Presence {
    pub(crate) fn new(
        opacity: f32,
        (enter, exit): (Option<Animation>, Option<Animation>),
        (frames, fps): (u64, u32),
        place: Rect,
        field: &Field,
    ) -> Self {
        let slide = field.length(SLIDE);
        Self { opacity: held(opacity, 0.0, 1.0), enter, exit, frames, fps, slide, place, frame: field.frame() }
    }

    /// How much of it is there when no animation is at work, 0.0 to 1.0.
    pub(crate) fn opacity(&self) -> f32 {
        self.opacity
    }

    /// The pose it has when no animation is at work.
    pub(crate) fn settled(&self, pose: Pose) -> Pose {
        Pose { opacity: (self.opacity * 256.0 + 0.5) as u16, middle: pose.middle, ..Pose::plain(self.frame) }
    }

    /// How it stands in a frame counted from the scene's first; `None` if it is not to be seen.
    pub(crate) fn pose(&self, frame: u64) -> Option<Pose> {
        let frames = |ms: u32| f64::from(ms) * f64::from(self.fps) / 1_000.0;
        let mut pose = Pose {
            middle: (
                self.place.x as f32 + self.place.width as f32 / 2.0,
                self.place.y as f32 + self.place.height as f32 / 2.0,
            ),
            ..Pose::plain(self.frame)
        };
        let mut opacity = self.opacity;
        // One frame more than the animation has, so that neither its first nor its last frame is lost.
        if let Some(enter) = self.enter {
            let time = (frame as f64 + 1.0 - frames(enter.delay_ms)) / (frames(enter.ms) + 1.0);
            opacity *= self.animate(enter, time, &mut pose)?;
        }
        if let Some(exit) = self.exit {
            let left = self.frames as f64 - frames(exit.delay_ms) - frame as f64;
            opacity *= self.animate(exit, left / (frames(exit.ms) + 1.0), &mut pose)?;
        }
        pose.opacity = (opacity * 256.0 + 0.5) as u16;
        (pose.opacity > 0 && pose.clip.width > 0 && pose.clip.height > 0).then_some(pose)
    }

    /// Changes the pose to that of an animation of which `time` is over, and says how much of the layer is seen.
    fn animate(&self, animation: Animation, time: f64, pose: &mut Pose) -> Option<f32> {
        if time <= 0.0 {
            return None;
        }
        if time >= 1.0 {
            return Some(1.0);
        }
        let eased = animation.easing.at(time);
        let seen = eased.clamp(0.0, 1.0) as f32;
        match animation.kind {
            AnimationKind::Fade => Some(seen),
            AnimationKind::Slide(to) => {
                let away = (1.0 - eased as f32) * self.slide;
                let (x, y) = towards(to);
                pose.shift = (pose.shift.0 - x * away, pose.shift.1 - y * away);
                Some(seen)
            }
            AnimationKind::Wipe(to) => {
                pose.clip = pose.clip.within(&uncovered(self.place, to, seen));
                Some(1.0)
            }
            AnimationKind::Pop => {
                pose.scale *= (POP + (1.0 - POP) * eased) as f32;
                // It is there before it has its size.
                Some((seen * 1.5).min(1.0))
            }
        }
    }
}

/// One step in a direction.
pub(crate) fn towards(direction: Direction) -> (f32, f32) {
    match direction {
        Direction::Up => (0.0, -1.0),
        Direction::Down => (0.0, 1.0),
        Direction::Left => (-1.0, 0.0),
        Direction::Right => (1.0, 0.0),
    }
}

/// The part of `area` that a wipe in a direction has uncovered; what reaches over the area's other edges stays.
fn uncovered(area: Rect, to: Direction, seen: f32) -> Rect {
    let part = |length: usize| ((length as f32 * seen / 2.0).round() * 2.0) as usize;
    let (wide, high) = (part(area.width), part(area.height));
    let all = Rect { x: 0, y: 0, width: 1 << 16, height: 1 << 16 };
    match to {
        Direction::Right => Rect { width: area.x + wide, ..all },
        Direction::Left => Rect { x: area.right() - wide, ..all },
        Direction::Down => Rect { height: area.y + high, ..all },
        Direction::Up => Rect { y: area.bottom() - high, ..all },
    }
}
