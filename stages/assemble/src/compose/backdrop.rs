//! Pictures and clips: cut to cover their place with their focus in sight, toned, in slow motion. Where there is none, a
//! background is drawn.

use image::DynamicImage;
use reelpress_templates::template::{Picture, PictureOf};
use reelpress_templates::{Background, Palette};

use super::lay::Corners;
use super::place::{Field, held};
use super::pose::{Pose, around};
use super::travel::Travel;
use crate::picture::kernels::Cover;
use crate::picture::motion::{Sampler, View, Window};
use crate::picture::planes::{Picture420, PlaneMut, PlanesMut, bt709_of};
use crate::picture::{PictureError, Rect, background, photo};
use crate::plan::{Canvas, Media, MediaKind, ScenePlan};

/// Pictures that follow each other.
pub(crate) trait Moving: Send {
    /// What is seen in a frame, counted from the scene's first; always of the size that was asked for.
    fn frame(&mut self, at: u64) -> Result<&Picture420, PictureError>;
}

/// What is shown, once it is there.
enum Shown {
    Still(Picture420),
    Clip { clip: Box<dyn Moving>, toned: Picture420 },
}

/// One picture layer.
pub(crate) struct Backdrop {
    area: Rect,
    media: Option<Media>,
    drawn: Background,
    palette: Palette,
    seed: u64,
    /// How far towards the palette's base, 0.0 to 1.0.
    tint: f32,
    /// Pixels.
    corner: f32,
    travel: Travel,
    /// Read or drawn when it is first seen.
    shown: Option<Shown>,
    sampler: Sampler,
}

impl Backdrop {
    pub(crate) fn new(picture: &Picture, area: Rect, plan: &ScenePlan, canvas: Canvas, field: &Field) -> Self {
        let media = match picture.of {
            PictureOf::Scene => plan.media.clone(),
            PictureOf::Before if plan.index == 0 => plan.media_before.clone().or_else(|| plan.media.clone()),
            PictureOf::Before => plan.media_before.clone(),
        };
        Self {
            area,
            media,
            drawn: picture.drawn,
            palette: plan.palette,
            seed: plan.seed,
            tint: held(picture.tint, 0.0, 1.0),
            corner: field.length(picture.corner),
            travel: Travel::new(&picture.motion, plan.seed, (plan.frames, canvas.fps), (area.width, area.height)),
            shown: None,
            sampler: Sampler::default(),
        }
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
            return Ok(Shown::Still(background::draw((&self.palette, self.drawn), (self.seed, 0), size)));
        };
        match media.kind {
            MediaKind::Picture => {
                let mut picture = cover(&photo::open(&media.path)?, size, media.focus);
                tone(picture.as_planes().each(), &self.palette, self.tint);
                Ok(Shown::Still(picture))
            }
            MediaKind::Clip { .. } => Err(PictureError::WrongType { file: media.path.clone() }),
        }
    }
}

/// Cuts out what has the wanted shape, round the focus, then scales: a picture of 1 x 10,000 is never blown up as a whole.
fn cover(picture: &DynamicImage, (width, height): (usize, usize), focus: (f32, f32)) -> Picture420 {
    let (old_width, old_height) = (u64::from(picture.width()), u64::from(picture.height()));
    let (wide, high) = (width as u64, height as u64);
    let (cut_width, cut_height) = if old_width * high > old_height * wide {
        ((old_height * wide / high).max(1), old_height)
    } else {
        (old_width, (old_width * high / wide).max(1))
    };
    let start = |focus: f32, length: u64, cut: u64| {
        let middle = f64::from(held(focus, 0.0, 1.0)) * length as f64;
        ((middle - cut as f64 / 2.0).round().max(0.0) as u64).min(length - cut) as u32
    };
    let (left, top) = (start(focus.0, old_width, cut_width), start(focus.1, old_height, cut_height));
    let cut = picture.crop_imm(left, top, cut_width as u32, cut_height as u32).into_rgb8();
    let scaled = image::imageops::resize(&cut, width as u32, height as u32, image::imageops::FilterType::Triangle);
    Picture420::draw(width, height, |x, y| {
        scaled.get_pixel(x as u32, y as u32).0.map(|channel| f32::from(channel) / 255.0)
    })
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
