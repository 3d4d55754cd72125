//! Pictures and clips: cut to cover their place with their focus in sight, toned, in slow motion. Where there is none, a
//! background is drawn.

use image::DynamicImage;
use reelpress_templates::template::{Picture, PictureOf};
use reelpress_templates::{Background, Palette};

use super::place::{Field, held, part};
use super::pose::Pose;
use super::travel::Travel;
use super::{lay, view};
use crate::picture::motion::Sampler;
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
    Clip(Box<dyn Moving>),
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
    scratch: Option<Picture420>,
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
            scratch: None,
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
        let plain = pose.is_at_home() && pose.opacity >= 256 && self.area.within(&pose.clip) == self.area;
        if plain && self.corner <= 0.0 {
            return self.sample(frame, &mut part(into, self.area));
        }
        let mut scratch = self.scratch.take().unwrap_or_else(|| Picture420::black(self.area.width, self.area.height));
        let sampled = self.sample(frame, &mut scratch.as_planes());
        if sampled.is_ok() {
            lay::picture(&scratch, self.area, self.corner, pose, into);
        }
        self.scratch = Some(scratch);
        sampled
    }

    /// Fills `into`, which has the size of its place.
    fn sample(&mut self, frame: u64, into: &mut PlanesMut<'_>) -> Result<(), PictureError> {
        let seen = self.travel.view(frame);
        let shown = match self.shown.take() {
            Some(shown) => shown,
            None => self.open()?,
        };
        match self.shown.insert(shown) {
            Shown::Still(picture) => view::sample(&mut self.sampler, picture, seen, into),
            Shown::Clip(clip) => {
                view::sample(&mut self.sampler, clip.frame(frame)?, seen, into);
                tone(into.each(), &self.palette, self.tint);
            }
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
