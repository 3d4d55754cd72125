//! The picture half of a cut: backgrounds in slow motion, the scenes' texts, captions word by word, progress and labels,
//! painted straight into the encoder's planes.
//!
//! What costs is done once: a background is drawn or decoded once for each scene, text is set once for each change.
//! A frame is then one resampling of the background and a few small sprites. The same plan gives the same bytes.

pub(crate) mod background;
mod caption;
pub(crate) mod fonts;
mod furniture;
mod headline;
pub(crate) mod kernels;
mod layout;
pub(crate) mod mask;
pub(crate) mod motion;
pub(crate) mod photo;
pub(crate) mod planes;
pub(crate) mod sprite;
pub(crate) mod text;
pub(crate) mod words;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use reelpress_templates::Look;

use background::Dice;
use caption::Captions;
pub use fonts::Fonts;
use furniture::Furniture;
use headline::{Headlines, Statement};
use layout::Layout;
use motion::{Path, Sampler};
use planes::Picture420;
pub use planes::{PlanesMut, Rect};
use text::Typesetter;

/// Least width and height of a frame in pixels: below it, no text could be read.
const LEAST_SIDE: u32 = 64;
/// Largest width and height of a frame in pixels.
const MOST_SIDE: u32 = 8_192;
/// Longest video in frames: nine hours at 30 a second.
const MOST_FRAMES: u64 = 1_000_000;
/// Most frames a second.
const MOST_FPS: u32 = 240;

/// All that a video's pictures are made from.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PicturePlan {
    /// Pixels; even, 64 to 8192.
    pub width: u32,
    /// Pixels; even, 64 to 8192.
    pub height: u32,
    /// Frames a second, 1 to 240.
    pub fps: u32,
    /// Length of the video in frames, 1 to 1,000,000.
    pub frames: u64,
    /// What drawn backgrounds and the directions of motion follow from.
    pub seed: u64,
    /// ISO 639-1 code, for labels and for the choice of glyphs.
    pub language: String,
    /// How it looks.
    pub look: Arc<Look>,
    /// Stands on the first scene if that has no text of its own.
    pub title: String,
    /// In order, without gaps, from frame 0 to `frames`; one or more.
    pub scenes: Vec<PictureScene>,
}

/// One scene of a video.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PictureScene {
    /// First frame.
    pub first_frame: u64,
    /// First frame after it.
    pub end_frame: u64,
    /// Text of the scene; may be empty.
    pub on_screen: String,
    /// JPEG, PNG or WebP to show; `None` draws a background.
    pub picture: Option<PathBuf>,
    /// What is spoken in it.
    pub words: Vec<TimedWord>,
}

/// A spoken word and when it is heard.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TimedWord {
    /// As written, with its punctuation.
    pub text: String,
    /// The frame of its first sound: here its highlight begins.
    pub start_frame: u64,
    /// The frame after its last sound.
    pub end_frame: u64,
}

/// Why a video's pictures cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The plan contradicts itself.
    #[error("picture plan: {what}")]
    Plan {
        /// What is wrong with it, with the value.
        what: String,
    },
    /// None of the families of a look is installed.
    #[error("none of the fonts {} is installed (install them: `{hint}`)", families.join(", "))]
    MissingFont {
        /// In the order of the look.
        families: Vec<String>,
        /// The command that installs those of the built-in looks.
        hint: &'static str,
    },
    /// This host has no fonts at all.
    #[error("no font is installed (install some: `{hint}`)")]
    NoFonts {
        /// The command that installs those of the built-in looks.
        hint: &'static str,
    },
    /// The picture's file could not be read.
    #[error("could not read picture {}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The picture's file is too large to be read.
    #[error("picture {} has more than {limit} bytes", file.display())]
    FileTooLarge {
        /// The file.
        file: PathBuf,
        /// Bytes.
        limit: u64,
    },
    /// The file is no picture that can be used, whatever its name says.
    #[error("picture {} is not a JPEG, PNG or WebP file", file.display())]
    WrongType {
        /// The file.
        file: PathBuf,
    },
    /// The picture says it has more pixels than can be held.
    #[error("picture {} has {width}x{height} pixels, not 1 to {limit} in all", file.display())]
    TooManyPixels {
        /// The file.
        file: PathBuf,
        /// As its header says.
        width: u32,
        /// As its header says.
        height: u32,
        /// Pixels.
        limit: u64,
    },
    /// The picture's content is broken.
    #[error("picture {} cannot be decoded", file.display())]
    Decode {
        /// The file.
        file: PathBuf,
        /// Where and how.
        #[source]
        source: image::ImageError,
    },
}

/// One scene's background and its motion.
struct Ground {
    path: Path,
    first_frame: u64,
    /// A library picture, toned; drawn backgrounds are made when they are first seen.
    picture: Option<Picture420>,
    /// True if it came from a file and cannot be drawn again.
    keep: bool,
}

/// Paints the frames of one video.
///
/// Frames may be painted in any order, but in rising order each text and background is made only once.
pub struct Painter {
    plan: PicturePlan,
    layout: Layout,
    grounds: Vec<Ground>,
    /// Length of the cross-fade at the start of a scene, in frames.
    fade: u64,
    sampler: Sampler,
    scratch: Picture420,
    typesetter: Typesetter,
    furniture: Furniture,
    headlines: Headlines,
    captions: Captions,
}

impl Painter {
    /// Gets ready to paint: checks the plan, finds the fonts, reads all pictures.
    ///
    /// # Errors
    /// Any [`PictureError`]; those about a picture name its file.
    pub fn new(plan: PicturePlan, fonts: &Fonts) -> Result<Self, PictureError> {
        let all = 0..plan.frames;
        Self::for_frames(plan, fonts, all)
    }

    /// As [`Painter::new`], for somebody who paints only the frames of `range`: pictures of scenes that are not seen in
    /// it are not read.
    ///
    /// # Errors
    /// Any [`PictureError`]; those about a picture name its file.
    pub fn for_frames(plan: PicturePlan, fonts: &Fonts, range: std::ops::Range<u64>) -> Result<Self, PictureError> {
        check(&plan)?;
        let look = Arc::clone(&plan.look);
        let headline_family = fonts.first_of(&look.fonts.headline)?;
        let body_family = fonts.first_of(&look.fonts.body)?;
        let (width, height) = (plan.width as usize, plan.height as usize);
        let layout = Layout::new(&look, width, height);
        let fade = u64::from(look.motion.fade_ms) * u64::from(plan.fps) / 1_000;
        let mut grounds = grounds(&plan, fade);
        for (scene, ground) in plan.scenes.iter().zip(&mut grounds) {
            let seen = scene.first_frame < range.end && range.start < scene.end_frame + fade;
            if let Some(file) = scene.picture.as_ref().filter(|_| seen) {
                ground.picture = Some(photo::load(file, &look, ground.path.source())?);
                ground.keep = true;
            }
        }
        let mut typesetter = Typesetter::new(fonts, &plan.language);
        let spans: Vec<(u64, u64)> = plan.scenes.iter().map(|scene| (scene.first_frame, scene.end_frame)).collect();
        let furniture = Furniture::new((&look, &layout), &spans, &plan.language, &body_family, &mut typesetter);
        let groups = plan
            .scenes
            .iter()
            .flat_map(|scene| words::group(&scene.words, scene.end_frame, plan.fps, look.caption.words));
        let captions = Captions::new(groups.collect(), &look, body_family, &layout);
        Ok(Self {
            layout,
            grounds,
            fade,
            sampler: Sampler::default(),
            scratch: Picture420::black(width, height),
            typesetter,
            furniture,
            headlines: Headlines::new(statements(&plan), headline_family),
            captions,
            plan,
        })
    }

    /// Paints all of frame `frame`; a frame past the end looks like the last one.
    ///
    /// # Panics
    /// If `into` has another size than the plan, or a plane is too short for its rows.
    pub fn paint(&mut self, frame: u64, into: &mut PlanesMut<'_>) {
        let size = (self.plan.width as usize, self.plan.height as usize);
        assert_eq!((into.width, into.height), size, "the planes must have the plan's size");
        let frame = frame.min(self.plan.frames - 1);
        let scene = self.grounds.partition_point(|ground| ground.first_frame <= frame).saturating_sub(1);
        self.paint_ground(scene, frame, into);
        self.furniture.paint(frame, into);
        let (look, layout) = (Arc::clone(&self.plan.look), self.layout);
        let place = (look.as_ref(), &layout);
        self.headlines.paint((scene, frame, self.plan.fps), place, &mut self.typesetter, into);
        self.captions.paint(frame, place, &mut self.typesetter, into);
    }

    /// Where captions are: no word is ever outside, and nothing else is inside but the background.
    #[must_use]
    pub fn caption_area(&self) -> Rect {
        self.layout.caption
    }

    /// Where text may be: everything but the background stays inside.
    #[must_use]
    pub fn safe_area(&self) -> Rect {
        self.layout.safe
    }

    fn paint_ground(&mut self, scene: usize, frame: u64, into: &mut PlanesMut<'_>) {
        let age = frame - self.grounds[scene].first_frame;
        self.draw_ground(scene);
        if scene > 0 && age < self.fade {
            self.draw_ground(scene - 1);
            self.sample(scene - 1, frame, into);
            let mut scratch = std::mem::replace(&mut self.scratch, Picture420::black(0, 0));
            self.sample(scene, frame, &mut scratch.as_planes());
            let share = (age + 1) as f32 / (self.fade + 1) as f32;
            scratch.mix_into(into, (share * share * (3.0 - 2.0 * share) * 256.0) as u16);
            self.scratch = scratch;
        } else {
            self.sample(scene, frame, into);
        }
    }

    fn sample(&mut self, scene: usize, frame: u64, into: &mut PlanesMut<'_>) {
        let ground = &self.grounds[scene];
        let view = ground.path.view(frame - ground.first_frame);
        if let Some(picture) = &ground.picture {
            self.sampler.sample(picture, view, into);
        }
    }

    /// Makes sure that the scene has its picture, and forgets drawn ones that are out of sight.
    fn draw_ground(&mut self, scene: usize) {
        if self.grounds[scene].picture.is_some() {
            return;
        }
        for (at, ground) in self.grounds.iter_mut().enumerate() {
            if !ground.keep && at.abs_diff(scene) > 1 {
                ground.picture = None;
            }
        }
        let source = self.grounds[scene].path.source();
        self.grounds[scene].picture = Some(background::draw(
            (&self.plan.look.palette, self.plan.look.background),
            (self.plan.seed, scene),
            source,
        ));
    }
}

fn grounds(plan: &PicturePlan, fade: u64) -> Vec<Ground> {
    let frame = (plan.width as usize, plan.height as usize);
    plan.scenes
        .iter()
        .enumerate()
        .map(|(index, scene)| {
            let mut dice = Dice::new(!plan.seed, index);
            let towards = (f64::from(dice.sign()), f64::from(dice.between(-0.6, 0.6)));
            // The move goes on while the next scene fades in.
            let frames = scene.end_frame - scene.first_frame + fade;
            Ground {
                path: Path::new(plan.look.motion, towards, frames, frame),
                first_frame: scene.first_frame,
                picture: None,
                keep: false,
            }
        })
        .collect()
}

fn statements(plan: &PicturePlan) -> Vec<Statement> {
    let last = plan.scenes.len() - 1;
    plan.scenes
        .iter()
        .enumerate()
        .map(|(index, scene)| Statement {
            text: if index == 0 && scene.on_screen.trim().is_empty() {
                plan.title.clone()
            } else {
                scene.on_screen.clone()
            },
            first_frame: scene.first_frame,
            end_frame: scene.end_frame,
            title: index == 0,
            // A script opens with a hook and ends with a call: what lies between is the list.
            number: (index > 0 && index < last).then_some(index),
            last: index == last,
        })
        .collect()
}

fn check(plan: &PicturePlan) -> Result<(), PictureError> {
    let wrong = |what: String| Err(PictureError::Plan { what });
    for (name, side) in [("width", plan.width), ("height", plan.height)] {
        if side % 2 == 1 || !(LEAST_SIDE..=MOST_SIDE).contains(&side) {
            return wrong(format!("{name} must be even and {LEAST_SIDE} to {MOST_SIDE} pixels, not {side}"));
        }
    }
    if !(1..=MOST_FPS).contains(&plan.fps) {
        return wrong(format!("fps must be 1 to {MOST_FPS}, not {}", plan.fps));
    }
    if !(1..=MOST_FRAMES).contains(&plan.frames) {
        return wrong(format!("frames must be 1 to {MOST_FRAMES}, not {}", plan.frames));
    }
    let mut expected = 0;
    for (index, scene) in plan.scenes.iter().enumerate() {
        if scene.first_frame != expected || scene.end_frame <= scene.first_frame {
            let (first, end) = (scene.first_frame, scene.end_frame);
            return wrong(format!(
                "scene {index} goes from frame {first} to {end}, but must start at {expected} and end later"
            ));
        }
        expected = scene.end_frame;
    }
    if expected != plan.frames {
        return wrong(format!("scenes end at frame {expected}, the video at {}", plan.frames));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
