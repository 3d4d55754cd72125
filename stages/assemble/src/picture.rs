//! Placeholder of the painter: a moving gradient, and one bar for each word in the caption area.

use std::path::PathBuf;
use std::sync::Arc;

use reelpress_templates::Look;

/// A frame's planes: 4:2:0, BT.709, limited range.
#[derive(Debug)]
pub struct PlanesMut<'a> {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// Luma.
    pub y: &'a mut [u8],
    /// Bytes from one luma row to the next.
    pub y_stride: usize,
    /// Blue difference.
    pub u: &'a mut [u8],
    /// Bytes from one row to the next.
    pub u_stride: usize,
    /// Red difference.
    pub v: &'a mut [u8],
    /// Bytes from one row to the next.
    pub v_stride: usize,
}

/// What is to be painted.
#[derive(Debug, Clone)]
pub struct PicturePlan {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames a second.
    pub fps: u32,
    /// Frames in all.
    pub frames: u64,
    /// Makes cuts differ.
    pub seed: u64,
    /// ISO 639-1.
    pub language: String,
    /// How it looks.
    pub look: Arc<Look>,
    /// The video's title.
    pub title: String,
    /// Beats in order.
    pub scenes: Vec<PictureScene>,
}

/// One beat.
#[derive(Debug, Clone)]
pub struct PictureScene {
    /// First frame.
    pub first_frame: u64,
    /// First frame after it.
    pub end_frame: u64,
    /// What stands on the screen.
    pub on_screen: String,
    /// A file of the library.
    pub picture: Option<PathBuf>,
    /// What is said.
    pub words: Vec<TimedWord>,
}

/// One word.
#[derive(Debug, Clone)]
pub struct TimedWord {
    /// As written.
    pub text: String,
    /// First frame.
    pub start_frame: u64,
    /// First frame after it.
    pub end_frame: u64,
}

/// Why nothing can be painted.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// A picture cannot be read.
    #[error("could not read the picture {path}")]
    Picture {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: image::ImageError,
    },
}

/// The fonts.
#[derive(Debug)]
pub struct Fonts;

impl Fonts {
    /// # Errors
    /// None in the placeholder.
    pub fn system() -> Result<Self, PictureError> {
        Ok(Self)
    }
}

/// A part of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// Paints frames.
#[derive(Debug)]
pub struct Painter(PicturePlan);

impl Painter {
    /// # Errors
    /// [`PictureError`] if a picture cannot be read.
    pub fn new(plan: PicturePlan, _fonts: &Fonts) -> Result<Self, PictureError> {
        for path in plan.scenes.iter().filter_map(|scene| scene.picture.as_ref()) {
            image::open(path).map_err(|source| PictureError::Picture { path: path.clone(), source })?;
        }
        Ok(Self(plan))
    }

    /// Paints one frame.
    pub fn paint(&mut self, frame: u64, into: &mut PlanesMut<'_>) {
        let shift = frame as usize * 3 + self.0.seed as usize % 64;
        for row in 0..into.height {
            for (x, pixel) in into.y[row * into.y_stride..][..into.width].iter_mut().enumerate() {
                *pixel = 60 + ((x + row + shift) / 2 % 128) as u8;
            }
        }
        for row in 0..into.height / 2 {
            into.u[row * into.u_stride..][..into.width / 2].fill(140);
            into.v[row * into.v_stride..][..into.width / 2].fill(100);
        }
        let area = self.caption_area();
        let spoken = self.0.scenes.iter().flat_map(|scene| &scene.words);
        if spoken.filter(|word| (word.start_frame..word.end_frame).contains(&frame)).count() > 0 {
            for row in area.y..area.y + area.height {
                into.y[row as usize * into.y_stride..][area.x as usize..][..area.width as usize].fill(230);
            }
        }
    }

    /// Where captions stand.
    #[must_use]
    pub fn caption_area(&self) -> Rect {
        Rect { x: self.0.width / 8, y: self.0.height * 5 / 8, width: self.0.width * 3 / 4, height: self.0.height / 8 }
    }
}
