//! Base shorts as the press makes them: drawn pictures under the library's templates, with texts, pans and transitions,
//! painted by the real compositor into small frames.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use image::RgbImage;
use reelpress_assemble::{CutPlan, Fonts, Painters, PiecePainter, PlanesMut, Sample, TimedWord, preview};
use reelpress_config::Assemble as Settings;
use reelpress_similar::parts::{Part, PartKind};
use reelpress_similar::pdq::Pdq;
use reelpress_templates::TemplateLibrary;
use reelpress_templates::template::{Brand, LayerKind};
use reelpress_vocabulary::{Scene, Script, ScriptDraft, ScriptLimits, Writer};

use crate::drawn::Draw;
use crate::film::{Film, Frame, HEIGHT, RATE, WIDTH};
use crate::pictures;

/// Which half of the shorts: rules are tuned on the one and judged by the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Tuning,
    HeldOut,
}

impl Half {
    pub(crate) const BOTH: [Self; 2] = [Self::HeldOut, Self::Tuning];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tuning => "tuning",
            Self::HeldOut => "held out",
        }
    }

    /// The halves have no template in common.
    pub(crate) fn templates(self) -> [&'static str; 5] {
        match self {
            Self::Tuning => ["explainer", "news-brief", "top-list", "myth-fact", "calm-story"],
            Self::HeldOut => ["product", "countdown", "statistic", "quote", "how-to"],
        }
    }

    /// Nor a word of what is said.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Tuning => &[
                "harbour", "winter", "engine", "quietly", "eleven", "bridges", "carry", "amber", "towards", "morning",
                "villages", "measure", "glass", "slowly", "rivers", "under", "golden", "machine", "travel", "north",
            ],
            Self::HeldOut => &[
                "forest",
                "copper",
                "almost",
                "thousand",
                "lanterns",
                "across",
                "valley",
                "engineers",
                "repair",
                "silver",
                "whales",
                "evening",
                "beneath",
                "market",
                "signals",
                "paper",
                "islands",
                "rarely",
                "climb",
                "storm",
            ],
        }
    }
}

/// Scenes of a short, and words that are spoken in each: 1.7 s. Short ones are the harder case.
pub(crate) const SCENES: usize = 5;
const WORDS: usize = 4;

/// One short before it is painted.
pub(crate) struct Short {
    pub(crate) template: usize,
    pub(crate) plan: CutPlan,
    /// Where its pictures lie.
    files: Vec<PathBuf>,
    pub(crate) half: Half,
    pub(crate) number: u64,
}

/// What shorts are made with.
pub(crate) struct Studio<'a> {
    library: TemplateLibrary,
    fonts: Fonts,
    folder: &'a Path,
    seed: u64,
}

impl<'a> Studio<'a> {
    pub(crate) fn open(folder: &'a Path, seed: u64) -> anyhow::Result<Self> {
        let library = TemplateLibrary::load(None).context("the templates cannot be read")?;
        Ok(Self { library, fonts: Fonts::system()?, folder, seed })
    }

    fn draw(&self, half: Half, number: u64, what: u64) -> Draw {
        Draw(Draw(self.seed ^ (half as u64 + 1) << 60 ^ number << 20 ^ what).word())
    }

    /// The short of this number: other pictures and other words than any other one's.
    pub(crate) fn short(&self, half: Half, number: u64) -> anyhow::Result<Short> {
        let mut files = Vec::new();
        for scene in 0..SCENES as u64 {
            let picture = pictures::picture(self.draw(half, number, scene + 1).word());
            let path = self.folder.join(format!("{}-{number}-{scene}.png", half as u8));
            picture.save(&path).with_context(|| format!("could not write {}", path.display()))?;
            files.push(path);
        }
        let template = number as usize % half.templates().len();
        let plan = self.plan(half, template, &mut self.draw(half, number, 100), files.clone())?;
        Ok(Short { template, plan, files, half, number })
    }

    fn plan(&self, half: Half, template: usize, draw: &mut Draw, files: Vec<PathBuf>) -> anyhow::Result<CutPlan> {
        let name = half.templates()[template];
        let template = self.library.get(name).with_context(|| format!("there is no template {name}"))?;
        let settings = Settings { width: WIDTH as u32, height: HEIGHT as u32, fps: RATE, ..Settings::default() };
        let sample = Sample { script: script(half, draw)?, language: "en".to_owned(), files };
        let order = preview(template, &Brand::default(), &settings, &sample)?;
        Ok(Arc::unwrap_or_clone(order.plan))
    }

    /// The same pictures, moved as before, under another text.
    pub(crate) fn with_other_captions(&self, short: &Short) -> CutPlan {
        let mut draw = self.draw(short.half, short.number, 200);
        let mut plan = short.plan.clone();
        for scene in &mut plan.scenes {
            let scene = Arc::make_mut(scene);
            for TimedWord { text, .. } in &mut scene.words {
                *text = word(short.half, &mut draw);
            }
            for layer in scene.layers.iter_mut().filter(|layer| !layer.fixed) {
                if let LayerKind::Text(text) = &mut layer.kind {
                    text.says = words(short.half, &mut draw, 4);
                }
            }
        }
        plan
    }

    /// The parts of a cut that was made of the same pictures once more: other words, another template's times and order.
    /// Coded anew they have other bytes, and only their look says that they are the same.
    pub(crate) fn parts_again(&self, short: &Short, coded_anew: bool) -> anyhow::Result<Vec<Part>> {
        let mut draw = self.draw(short.half, short.number, 300);
        let mut files = short.files.clone();
        files.rotate_left(2);
        let template = (short.template + 1) % short.half.templates().len();
        let plan = self.plan(short.half, template, &mut draw, files.clone())?;
        parts(&plan, &files, coded_anew)
    }

    pub(crate) fn paint(&self, plan: &CutPlan) -> anyhow::Result<Film> {
        self.paint_some(plan, 1)
    }

    /// Paints one frame of so many, the last of them; it stands for the others.
    pub(crate) fn paint_some(&self, plan: &CutPlan, one_of: u64) -> anyhow::Result<Film> {
        let painters = Painters::default();
        let mut frames = Vec::with_capacity(plan.frames() as usize);
        for piece in plan.pieces() {
            let mut painter = PiecePainter::sharing(plan, piece, &self.fonts, &painters)?;
            for at in 0..plan.frames_of(piece) {
                if !(frames.len() as u64 + 1).is_multiple_of(one_of) && !frames.is_empty() {
                    frames.extend(frames.last().cloned());
                    continue;
                }
                let mut frame = Frame::black();
                let (y, u, v) = (frame.y.as_mut_slice(), frame.u.as_mut_slice(), frame.v.as_mut_slice());
                let (y_stride, half) = (WIDTH, WIDTH / 2);
                let mut planes =
                    PlanesMut { width: WIDTH, height: HEIGHT, y, y_stride, u, u_stride: half, v, v_stride: half };
                painter.paint(at, &mut planes)?;
                frames.push(Arc::new(frame));
            }
            painters.take_back(painter);
        }
        Ok(Film { frames })
    }
}

impl Short {
    pub(crate) fn parts(&self) -> anyhow::Result<Vec<Part>> {
        parts(&self.plan, &self.files, false)
    }

    pub(crate) fn forget_files(&self) {
        for file in &self.files {
            // The folder goes with all that is in it; this only keeps it small.
            let _gone = std::fs::remove_file(file);
        }
    }
}

/// What a plan shows, and when.
fn parts(plan: &CutPlan, files: &[PathBuf], coded_anew: bool) -> anyhow::Result<Vec<Part>> {
    let mut at = 0;
    let mut parts = Vec::new();
    for (scene, file) in plan.scenes.iter().zip(files) {
        let picture = image::open(file).with_context(|| format!("could not read {}", file.display()))?.to_rgb8();
        let picture = if coded_anew { smaller_jpeg(&picture)? } else { picture };
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let seen = Pdq::new().see_packed(picture.as_raw(), width, height, 3)?;
        let ms = |frame: u64| (frame * 1_000 / u64::from(RATE)) as u32;
        parts.push(Part {
            kind: PartKind::Picture,
            content: *blake3::hash(picture.as_raw()).as_bytes(),
            shown_ms: (ms(at), ms(at + scene.frames)),
            taken_ms: None,
            looks: vec![seen.view()],
            shared_on_purpose: false,
        });
        at += scene.frames;
    }
    Ok(parts)
}

/// As a picture comes back from a messenger.
fn smaller_jpeg(picture: &RgbImage) -> anyhow::Result<RgbImage> {
    let (width, height) = (picture.width() * 7 / 10, picture.height() * 7 / 10);
    let small = image::imageops::resize(picture, width, height, image::imageops::FilterType::Triangle);
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 60).encode_image(&small)?;
    Ok(image::load_from_memory(&bytes)?.to_rgb8())
}

fn word(half: Half, draw: &mut Draw) -> String {
    let words = half.words();
    words[(draw.word() % words.len() as u64) as usize].to_owned()
}

fn words(half: Half, draw: &mut Draw, count: usize) -> String {
    (0..count).map(|_| word(half, draw)).collect::<Vec<String>>().join(" ")
}

fn script(half: Half, draw: &mut Draw) -> anyhow::Result<Script> {
    let mut scene = || Scene {
        narration: words(half, draw, WORDS),
        on_screen: words(half, draw, 3),
        show: String::new(),
        figures: Vec::new(),
        sources: Vec::new(),
    };
    let hook = scene();
    let scenes = (2..SCENES).map(|_| scene()).collect();
    let call_to_action = scene();
    let draft = ScriptDraft {
        title: hook.on_screen.clone(),
        hook,
        other_hooks: Vec::new(),
        scenes,
        call_to_action,
        caption: words(half, draw, 4),
        hashtags: Vec::new(),
        sources: Vec::new(),
    };
    let limits = ScriptLimits { words_min: 1, words_max: 500, ..ScriptLimits::default() };
    Ok(draft.check(Writer::Person, &limits)?)
}
