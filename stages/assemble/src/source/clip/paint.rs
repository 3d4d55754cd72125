//! A decoded frame as the picture that is wanted: cut, scaled, BT.709 in limited range, upright.

use std::path::Path;

use ffmpeg_next::ffi::AVColorTransferCharacteristic;
use ffmpeg_next::util::chroma::Location;
use ffmpeg_next::util::color::{Primaries, Range, Space};
use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::{Rational, frame};

use super::native::{ScaleKey, Scaler};
use crate::picture::Picture420;
use crate::source::framing::{Turn, Window};
use crate::source::{Framing, SourceError, planes, profile};

/// Pixels wider or higher than this are an error of the file.
const MOST_ASPECT: f64 = 16.0;

pub(super) struct Painter {
    framing: Framing,
    turn: Turn,
    /// A pixel's width to its height, as the container says.
    aspect: Option<f64>,
    scaler: Option<Scaler>,
}

impl Painter {
    pub(super) fn new(path: &Path, framing: Framing, turn: Turn, aspect: Rational) -> Result<Self, SourceError> {
        Ok(Self { framing, turn, aspect: square_or(path, aspect)?, scaler: None })
    }

    pub(super) fn paint(&mut self, path: &Path, frame: frame::Video) -> Result<Picture420, SourceError> {
        let weights = Weights::of(&frame).map_err(|why| SourceError::unsupported(path, why))?;
        let aspect = self.aspect.or(square_or(path, frame.aspect_ratio())?).unwrap_or(1.0);
        let (width, height) = (frame.width(), frame.height());
        let shape = self.turn.size((f64::from(width) * aspect, f64::from(height)));
        let Window { x, y, width: wide, height: high } = self.turn.stored(self.framing.window(shape));
        let (left, right) = even(x, wide, width);
        let (top, bottom) = even(y, high, height);
        let to = self.turn.size((self.framing.width, self.framing.height));
        let key = ScaleKey {
            format: frame.format(),
            width,
            height,
            full_range: frame.color_range() == Range::JPEG,
            centred: frame.chroma_location() == Location::Center,
            crop: [left, top, right - left, bottom - top],
            to: [to.0, to.1],
        };
        let failed = |error| {
            SourceError::damaged(path, format!("its {width}x{height} frames cannot be scaled: {}", super::said(error)))
        };
        let scaler = match self.scaler.take() {
            Some(scaler) if *scaler.key() == key => scaler,
            _ => Scaler::new(key).map_err(failed)?,
        };
        let mut picture = copied(self.scaler.insert(scaler).run(frame).map_err(failed)?);
        if weights == Weights::Bt601 {
            planes::from_bt601(&mut picture);
        }
        Ok(self.upright(picture))
    }

    fn upright(&self, picture: Picture420) -> Picture420 {
        let stored = (picture.width, picture.height);
        let chroma = (stored.0 / 2, stored.1 / 2);
        let (width, height) = self.turn.size(stored);
        let [luma, blue, red] = picture.planes;
        let planes = [
            self.turn.upright::<1>(luma, stored),
            self.turn.upright::<1>(blue, chroma),
            self.turn.upright::<1>(red, chroma),
        ];
        Picture420 { width, height, planes }
    }
}

/// What luma and chroma were made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weights {
    Bt709,
    Bt601,
}

impl Weights {
    /// By the frame's tags; the reason if it cannot be shown.
    fn of(frame: &frame::Video) -> Result<Self, String> {
        let transfer = AVColorTransferCharacteristic::from(frame.color_transfer_characteristic());
        if let Some(transfer) = profile::hdr_transfer(transfer as u8) {
            return Err(format!("it is HDR, {transfer}"));
        }
        if frame.color_primaries() == Primaries::BT2020 {
            return Err("its colours are BT.2020's".to_owned());
        }
        if is_rgb(frame.format()) {
            return Ok(Self::Bt709);
        }
        let space = frame.color_space();
        let untold = matches!(space, Space::Unspecified | Space::Reserved);
        // As players do: what is no larger than a television picture comes from one.
        let small = frame.width() < 1_280 && frame.height() <= 576;
        if matches!(space, Space::BT470BG | Space::SMPTE170M | Space::FCC) || untold && small {
            return Ok(Self::Bt601);
        }
        if matches!(space, Space::BT709 | Space::SMPTE240M | Space::RGB) || untold {
            return Ok(Self::Bt709);
        }
        Err(format!("its colour matrix is {}", space.name().unwrap_or("unknown")))
    }
}

fn is_rgb(format: Pixel) -> bool {
    format.descriptor().is_some_and(|descriptor| {
        let name = descriptor.name();
        name.starts_with("gbr") || name.starts_with("rgb") || name.starts_with("bgr")
    })
}

/// `None` if nothing is said.
fn square_or(path: &Path, aspect: Rational) -> Result<Option<f64>, SourceError> {
    if aspect.numerator() <= 0 || aspect.denominator() <= 0 {
        return Ok(None);
    }
    let ratio = f64::from(aspect.numerator()) / f64::from(aspect.denominator());
    if !(1.0 / MOST_ASPECT..=MOST_ASPECT).contains(&ratio) {
        let why = format!("its pixels are {}:{}", aspect.numerator(), aspect.denominator());
        return Err(SourceError::damaged(path, why));
    }
    Ok(Some(ratio))
}

/// First and end of a share of `side` pixels. Chroma has one sample for two: inner edges are even.
fn even(start: f64, share: f64, side: u32) -> (u32, u32) {
    let nearest = |at: f64| ((at * f64::from(side) / 2.0).round() as u32 * 2).min(side);
    let first = nearest(start).min(side.saturating_sub(2) & !1);
    let end = if start + share >= 1.0 { side } else { nearest(start + share) };
    (first, end.max(first + 2).min(side))
}

fn copied(frame: &frame::Video) -> Picture420 {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let planes = [0, 1, 2].map(|at| {
        let (width, height) = if at == 0 { (width, height) } else { (width / 2, height / 2) };
        let mut plane = Vec::with_capacity(width * height);
        for row in frame.data(at).chunks_exact(frame.stride(at)).take(height) {
            plane.extend_from_slice(&row[..width]);
        }
        plane
    });
    Picture420 { width, height, planes }
}
