//! From one picture to the next.

use reelpress_templates::template::{Direction, Transition, TransitionKind};

use super::pose::towards;
use crate::picture::Rect;
use crate::picture::kernels::{Cover, Towards, Wipe};
use crate::picture::motion::{Sampler, View, Window};
use crate::picture::planes::{Picture420, PlanesMut};

/// Width of a wipe's soft edge as a share of the frame.
const SOFT: f32 = 0.10;
/// How large the scene that leaves becomes.
const INTO: f64 = 0.45;
/// How much smaller the scene that comes in starts.
const FROM: f64 = 0.08;

/// Two pictures and what it takes to mix them.
pub(crate) struct Mixer {
    old: Picture420,
    new: Picture420,
    sampler: Sampler,
}

impl Mixer {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let black = Picture420::black(width, height);
        Self { old: black.clone(), new: black, sampler: Sampler::default() }
    }

    /// To be painted before [`Mixer::mix`]: the scene that leaves and the one that comes in.
    pub(crate) fn scenes(&mut self) -> (PlanesMut<'_>, PlanesMut<'_>) {
        (self.old.as_planes(), self.new.as_planes())
    }

    /// Mixes both into `into`, with `time` (0.0 to 1.0) of the transition over.
    pub(crate) fn mix(&mut self, transition: Transition, time: f64, into: &mut PlanesMut<'_>) {
        // Beyond its end, a frame has nothing to show.
        let eased = transition.easing.at(time).clamp(0.0, 1.0);
        let frame = Rect { x: 0, y: 0, width: into.width, height: into.height };
        let (whole, view) = (Window::new(frame), View::whole(&self.new));
        let length = |direction| match direction {
            Direction::Left | Direction::Right => frame.width as f64,
            Direction::Up | Direction::Down => frame.height as f64,
        };
        // A window on its way in a direction, counted from where it is at home.
        let moved = |direction: Direction, by: f64| {
            let (x, y) = towards(direction);
            whole.moved(f64::from(x) * by * length(direction), f64::from(y) * by * length(direction))
        };
        let share = Cover::Share((eased * 256.0).round() as u16);
        let (old, new) = match transition.kind {
            TransitionKind::Cut => (None, (view, whole, Cover::Whole)),
            TransitionKind::CrossFade => (Some((view, whole)), (view, whole, share)),
            TransitionKind::Slide(to) => (Some((view, whole)), (view, moved(to, eased - 1.0), Cover::Whole)),
            TransitionKind::Push(to) => (Some((view, moved(to, eased))), (view, moved(to, eased - 1.0), Cover::Whole)),
            TransitionKind::Wipe(to) => {
                let edge = match to {
                    Direction::Left => Towards::Left,
                    Direction::Right => Towards::Right,
                    Direction::Up => Towards::Up,
                    Direction::Down => Towards::Down,
                };
                let soft = length(to) as f32 * SOFT;
                (Some((view, whole)), (view, whole, Cover::Wipe(Wipe::new(edge, eased as f32, soft, frame))))
            }
            TransitionKind::Zoom => {
                let (larger, smaller) = (1.0 + INTO * eased, 1.0 - FROM * (1.0 - eased));
                (Some((view.enlarged(larger), whole)), (view.enlarged(smaller), whole, share))
            }
        };
        if let Some((view, window)) = old {
            self.sampler.sample_over(&self.old, view, window, &Cover::Whole, into);
        }
        let (view, window, cover) = new;
        self.sampler.sample_over(&self.new, view, window, &cover, into);
    }
}
