//! Pictures and clips: cut to cover their place with their focus in sight, toned, in slow motion. Where there is none, a
//! background is drawn.

use std::sync::Arc;

use reelpress_templates::template::{Easing, Picture, PictureMotion, PictureOf, Role, Video};
use reelpress_templates::{Background, BackgroundKind, Colour, Palette};

use super::lay::Corners;
use super::layer::Studio;
use super::pictures::Pictures;
use super::place::held;
use super::pose::{Pose, around};
use super::travel::Travel;
use crate::picture::kernels::Cover;
use crate::picture::motion::{Sampler, View, Window};
use crate::picture::planes::{Picture420, PlaneMut, PlanesMut, bt709_of};
use crate::picture::{PictureError, Rect, background};
use crate::plan::{Media, MediaKind};
use crate::source::{self, Clip, ClipOrder, Framing};

/// What is shown, once it is there.
enum Shown {
    Still(Arc<Picture420>),
    Clip { clip: Box<Clip>, toned: Picture420 },
}

/// One picture layer.
pub(crate) struct Backdrop {
    area: Rect,
    media: Option<Media>,
    drawn: Background,
    palette: Palette,
    seed: u64,
    fps: u32,
    /// How far towards the palette's base, 0.0 to 1.0.
    tint: f32,
    /// Pixels.
    corner: f32,
    travel: Travel,
    /// Read or drawn when it is first seen.
    shown: Option<Shown>,
    /// Where stills are shared with other painters.
    pictures: Pictures,
    sampler: Sampler,
}

impl Backdrop {
    pub(crate) fn new(picture: &Picture, area: Rect, studio: &Studio<'_>, pictures: &Pictures) -> Self {
        let Studio { plan, field, canvas, .. } = *studio;
        let media = match picture.of {
            PictureOf::Scene => plan.media.clone(),
            PictureOf::Before if plan.role == Role::Hook => plan.media_before.clone().or_else(|| plan.media.clone()),
            PictureOf::Before => plan.media_before.clone(),
            PictureOf::None => None,
        };
        Self {
            area,
            media,
            drawn: picture.drawn,
            palette: plan.palette,
            seed: plan.seed,
            fps: canvas.fps,
            tint: held(picture.tint, 0.0, 1.0),
            corner: field.length(picture.corner),
            travel: Travel::new(&picture.motion, plan.seed, (plan.frames, canvas.fps), (area.width, area.height)),
            shown: None,
            pictures: pictures.clone(),
            sampler: Sampler::default(),
        }
    }

    /// A clip of the template; `None` if the plan has no such clip.
    pub(crate) fn of_video(video: &Video, area: Rect, studio: &Studio<'_>, pictures: &Pictures) -> Option<Self> {
        let (_, media) = studio.plan.clips.iter().find(|(file, _)| *file == video.file)?;
        let still = PictureMotion { zoom_from: 1.0, zoom_to: 1.0, pan: 0.0, easing: Easing::Linear };
        let drawn = Background { kind: BackgroundKind::Light, strength: 0.0 };
        let picture = Picture { of: PictureOf::Scene, drawn, motion: still, tint: 0.0, corner: 0.0 };
        let mut media = media.clone();
        if let MediaKind::Clip { speed, looped, .. } = &mut media.kind {
            (*speed, *looped) = (video.speed, video.looped);
        }
        Some(Self { media: Some(media), ..Self::new(&picture, area, studio, pictures) })
    }

    /// True if every frame of it is the same.
    pub(crate) fn is_still(&self) -> bool {
        let clip = self.media.as_ref().is_some_and(|media| media.kind != MediaKind::Picture);
        !clip && self.travel.is_still()
    }

    /// True if nothing under it is seen, in a pose that changes nothing.
    pub(crate) fn covers(&self, frame: Rect) -> bool {
        self.area == frame && self.corner <= 0.0
    }

    pub(crate) fn paint(&mut self, frame: u64, pose: &Pose, into: &mut PlanesMut<'_>) -> Result<(), PictureError> {
        let shown = match self.shown.take() {
            Some(shown) => shown,
            None => self.open()?,
        };
        let shown = self.shown.insert(shown);
        let (left, top) = pose.moved((self.area.x as f32, self.area.y as f32));
        let (right, bottom) = pose.moved((self.area.right() as f32, self.area.bottom() as f32));
        let (mut middle, mut step) = self.travel.view(frame);
        let window = if pose.is_scaled() {
            // A picture that grows has even edges at any time; its content does not follow their rounding.
            let area = around([left, top, right, bottom]);
            step /= f64::from(pose.scale);
            let off = |start: usize, length: usize, from: f32, to: f32| {
                start as f64 + length as f64 / 2.0 - f64::from(from + to) / 2.0
            };
            middle.0 += off(area.x, area.width, left, right) * step;
            middle.1 += off(area.y, area.height, top, bottom) * step;
            Window::new(area)
        } else {
            Window::new(self.area).moved(f64::from(pose.shift.0), f64::from(pose.shift.1))
        };
        let corners = (self.corner > 0.0)
            .then(|| Corners::save([left, top, right, bottom], self.corner * pose.scale, pose.clip, into));
        let view = View::new(middle, step);
        let (window, cover) = (window.clipped(pose.clip), Cover::Share(pose.opacity));
        match shown {
            Shown::Still(picture) => self.sampler.sample_over(picture, view, window, &cover, into),
            Shown::Clip { clip, toned } => {
                let picture = clip.frame(frame)?;
                if self.tint > 0.0 {
                    toned.clone_from(picture);
                    tone(toned.as_planes().each(), &self.palette, self.tint);
                    self.sampler.sample_over(toned, view, window, &cover, into);
                } else {
                    self.sampler.sample_over(picture, view, window, &cover, into);
                }
            }
        }
        if let Some(corners) = corners {
            corners.put_back(into);
        }
        Ok(())
    }

    fn open(&self) -> Result<Shown, PictureError> {
        let size = self.travel.source();
        let Some(media) = &self.media else {
            let key = format!("drawn {:?}", (&self.palette, self.drawn, self.seed, size));
            let draw = || Ok(background::draw((&self.palette, self.drawn), (self.seed, 0), size));
            return self.pictures.get_or_make(key, draw).map(Shown::Still);
        };
        let framing = framing(media, size, self.palette.base);
        match media.kind {
            MediaKind::Picture => {
                let key = format!("read {:?}", (&media.hash, &framing, self.tint));
                let read = || {
                    let mut picture = source::picture(&media.path, &framing)?;
                    tone(picture.as_planes().each(), &self.palette, self.tint);
                    Ok(picture)
                };
                self.pictures.get_or_make(key, read).map(Shown::Still)
            }
            MediaKind::Clip { start_ms, end_ms, speed, looped } => {
                let speed_permille = (held(speed, 0.25, 4.0) * 1_000.0).round() as u32;
                let order = ClipOrder { framing, start_ms, end_ms, speed_permille, looped, fps: self.fps };
                let clip = Box::new(Clip::open(&media.path, &order)?);
                Ok(Shown::Clip { clip, toned: Picture420::black(0, 0) })
            }
        }
    }
}

/// The part of a file that covers `size`, with the focus in sight.
fn framing(media: &Media, (width, height): (usize, usize), ground: Colour) -> Framing {
    let share = |share: f32| f64::from(held(share, 0.0, 1.0));
    Framing { width: width as u32, height: height as u32, centre: (share(media.focus.0), share(media.focus.1)), ground }
}

/// Pulls a picture towards the palette's base colour.
fn tone(planes: [PlaneMut<'_>; 3], palette: &Palette, tint: f32) {
    if tint <= 0.0 {
        return;
    }
    for (plane, base) in planes.into_iter().zip(bt709_of(palette.base)) {
        let table: [u8; 256] = std::array::from_fn(|value| {
            let value = value as f32;
            (value + (f32::from(base) - value) * tint + 0.5) as u8
        });
        for row in plane.data.chunks_mut(plane.stride).take(plane.height) {
            for value in &mut row[..plane.width] {
                *value = table[usize::from(*value)];
            }
        }
    }
}
