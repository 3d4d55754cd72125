//! From one picture to the next.

use reelpress_templates::template::{Direction, Transition, TransitionKind};

use super::pose::towards;
use super::view;
use crate::picture::motion::{Sampler, View};
use crate::picture::planes::{Picture420, PlanesMut};

/// Width of a wipe's soft edge as a share of the frame.
const SOFT: f32 = 0.10;
/// How far a zoom goes into the scene that leaves.
const INTO: f64 = 0.45;
/// How small the scene that comes in starts.
const FROM: f64 = 0.80;

/// Two pictures and what it takes to mix them.
pub(crate) struct Mixer {
    old: Picture420,
    new: Picture420,
    /// The new one in another size.
    scaled: Option<Picture420>,
    sampler: Sampler,
}

impl Mixer {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let black = Picture420::black(width, height);
        Self { old: black.clone(), new: black, scaled: None, sampler: Sampler::default() }
    }

    /// To be painted before [`Mixer::mix`]: the scene that leaves and the one that comes in.
    pub(crate) fn scenes(&mut self) -> (PlanesMut<'_>, PlanesMut<'_>) {
        (self.old.as_planes(), self.new.as_planes())
    }

    /// Mixes both into `into`, with `time` (0.0 to 1.0) of the transition over.
    pub(crate) fn mix(&mut self, transition: Transition, time: f64, into: &mut PlanesMut<'_>) {
        // Beyond its end, a frame has nothing to show.
        let eased = transition.easing.at(time).clamp(0.0, 1.0);
        let share = (eased * 256.0).round() as u16;
        match transition.kind {
            TransitionKind::Cut => copy(&self.new, (0, 0), into),
            TransitionKind::CrossFade => {
                copy(&self.old, (0, 0), into);
                self.new.mix_into(into, share);
            }
            TransitionKind::Slide(direction) => {
                copy(&self.old, (0, 0), into);
                let away = away(direction, 1.0 - eased, (into.width, into.height));
                copy(&self.new, (-away.0, -away.1), into);
            }
            TransitionKind::Push(direction) => {
                let size = (into.width as isize, into.height as isize);
                let (x, y) = away(direction, 1.0 - eased, (into.width, into.height));
                let step = towards(direction);
                copy(&self.old, (size.0 * step.0 as isize - x, size.1 * step.1 as isize - y), into);
                copy(&self.new, (-x, -y), into);
            }
            TransitionKind::Wipe(direction) => self.wipe(direction, eased as f32, into),
            TransitionKind::Zoom => {
                let middle = (into.width as f64 / 2.0, into.height as f64 / 2.0);
                let view = |scale: f64| View { middle, step: 1.0 / scale };
                view::sample(&mut self.sampler, &self.old, view(1.0 + INTO * eased), into);
                let scaled = self.scaled.get_or_insert_with(|| Picture420::black(into.width, into.height));
                let grown = view(FROM + (1.0 - FROM) * eased);
                view::sample(&mut self.sampler, &self.new, grown, &mut scaled.as_planes());
                scaled.mix_into(into, share);
            }
        }
    }

    fn wipe(&self, direction: Direction, eased: f32, into: &mut PlanesMut<'_>) {
        copy(&self.old, (0, 0), into);
        // How much of the new picture is seen at a share of the way.
        let seen = |place: f32| {
            let place = match direction {
                Direction::Right | Direction::Down => place,
                Direction::Left | Direction::Up => 1.0 - place,
            };
            (((eased * (1.0 + SOFT) - place) / SOFT).clamp(0.0, 1.0) * 256.0 + 0.5) as u16
        };
        let across = matches!(direction, Direction::Left | Direction::Right);
        for (plane, new) in into.each().into_iter().zip(&self.new.planes) {
            let shares =
                |length: usize| -> Vec<u16> { (0..length).map(|at| seen((at as f32 + 0.5) / length as f32)).collect() };
            let (columns, rows) = (shares(plane.width), shares(plane.height));
            for (y, (row, new)) in plane.data.chunks_mut(plane.stride).zip(new.chunks_exact(plane.width)).enumerate() {
                for (x, (old, new)) in row.iter_mut().zip(new).enumerate() {
                    let share = if across { columns[x] } else { rows[y] };
                    *old = ((u16::from(*old) * (256 - share) + u16::from(*new) * share + 128) >> 8) as u8;
                }
            }
        }
    }
}

/// How far a picture that moves in a direction still has to go: whole pixels, even.
fn away(direction: Direction, rest: f64, (width, height): (usize, usize)) -> (isize, isize) {
    let (x, y) = towards(direction);
    let even = |length: usize, step: f32| ((length as f64 * rest / 2.0).round() as isize * 2) * step as isize;
    (even(width, x), even(height, y))
}

/// Copies a picture to `(right, down)` of where it belongs; both are even.
fn copy(from: &Picture420, (right, down): (isize, isize), into: &mut PlanesMut<'_>) {
    for (index, plane) in into.each().into_iter().enumerate() {
        let scale = if index == 0 { 1 } else { 2 };
        let (right, down) = (right / scale, down / scale);
        let (width, height) = (plane.width as isize, plane.height as isize);
        let (left, end) = (right.clamp(0, width), (right + width).clamp(0, width));
        if left >= end {
            continue;
        }
        for y in down.clamp(0, height)..(down + height).clamp(0, height) {
            let source = ((y - down) * width + left - right) as usize;
            let length = (end - left) as usize;
            plane.data[y as usize * plane.stride + left as usize..][..length]
                .copy_from_slice(&from.planes[index][source..source + length]);
        }
    }
}
