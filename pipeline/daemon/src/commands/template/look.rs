//! `reelpress template preview` and `reelpress template gallery`: templates to look at.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use indicatif::ProgressBar;
use reelpress_assemble::{Fonts, Press, Pressed, Sample, SegmentStore, Sheet, Watch, contact_sheet};
use reelpress_config::Settings;
use reelpress_core::CpuPool;
use reelpress_store::FolderArtifacts;
use reelpress_templates::safe::Shape;
use reelpress_templates::template::{Brand, Template};
use reelpress_templates::{TemplateLibrary, catalogue};
use reelpress_vocabulary::{MediaKind, ScriptLimits, Writer};

use super::super::make::read_script;
use crate::cli::PreviewTemplate;
use crate::exit::{Exit, coded};
use crate::{progress, say};

/// A gallery's frames: large enough to judge a design, small enough for a page of them.
const GALLERY_SIZE: (u32, u32) = (540, 960);
const GALLERY_FPS: u32 = 10;
const SHEET: Sheet = Sheet { columns: 5, frame_width: 270 };
const GALLERY_SHEET: Sheet = Sheet { columns: 5, frame_width: 180 };

pub(super) async fn preview(settings: &Settings, order: &PreviewTemplate) -> anyhow::Result<Exit> {
    let template = find(settings, &order.template)?;
    let brand = brand(settings, order.niche.as_deref())?;
    let mut settings = settings.clone();
    let shape = Shape::ALL.into_iter().find(|shape| shape.ratio() == order.shape).unwrap_or(Shape::Upright);
    (settings.assemble.width, settings.assemble.height) = shape.size();
    let sample = sample(&settings, order)?;
    let studio = Studio::open().await?;
    std::fs::create_dir_all(&order.out).with_context(|| format!("could not make {}", order.out.display()))?;
    let pressed = studio.press(&template, &brand, &settings, &sample).await?;
    let (video, sheet) = (order.out.join(&template.name), order.out.join(&template.name));
    let (video, sheet) = (video.with_extension("mp4"), sheet.with_extension("png"));
    std::fs::copy(&pressed.video, &video).with_context(|| format!("could not write {}", video.display()))?;
    contact_sheet(&[(&video, template.name.clone())], SHEET, &sheet)?;
    say::line(video.display());
    say::line(sheet.display());
    Ok(Exit::Ok)
}

pub(super) async fn gallery(settings: &Settings, out: &Path) -> anyhow::Result<Exit> {
    let library = super::library(settings)?;
    let pictures = out.join("gallery");
    std::fs::create_dir_all(&pictures).with_context(|| format!("could not make {}", pictures.display()))?;
    let mut settings = settings.clone();
    (settings.assemble.width, settings.assemble.height) = GALLERY_SIZE;
    settings.assemble.fps = GALLERY_FPS;
    let sample = Sample::default();
    let studio = Studio::open().await?;
    let mut page = String::from(
        "# Gallery\n\nEvery template on the same five scenes: hook, three points (the second with figures), call to \
         action. Made by `reelpress template gallery`; a template of your own: `reelpress template new NAME`, then \
         `reelpress template preview NAME`.\n",
    );
    for template in library.names().filter_map(|name| library.get(name)) {
        let pressed = studio.press(template, &Brand::default(), &settings, &sample).await?;
        let file = pictures.join(format!("{}.png", template.name));
        contact_sheet(&[(&pressed.video, template.name.clone())], GALLERY_SHEET, &file)?;
        let Template { name, description, .. } = &**template;
        write!(page, "\n## {name}\n\n{description}\n\n![{name}](gallery/{name}.png)\n").context("text grows")?;
    }
    let file = out.join("gallery.md");
    std::fs::write(&file, page).with_context(|| format!("could not write {}", file.display()))?;
    say::line(file.display());
    Ok(Exit::Ok)
}

/// A template by its name, or by the path of its file.
fn find(settings: &Settings, wanted: &str) -> anyhow::Result<Template> {
    let file = Path::new(wanted);
    if file.extension().is_some_and(|extension| extension == "toml") {
        return catalogue::read(file).map_err(|problems| coded(Exit::BadInput, problems.to_string()));
    }
    let library: TemplateLibrary = super::library(settings)?;
    let known = || library.names().collect::<Vec<_>>().join(", ");
    let found = library.get(wanted).map(|template| Template::clone(template));
    found.ok_or_else(|| coded(Exit::BadInput, format!("there is no template `{wanted}` (there is: {})", known())))
}

fn brand(settings: &Settings, niche: Option<&str>) -> anyhow::Result<Brand> {
    let Some(name) = niche else { return Ok(Brand::default()) };
    let known = || settings.niches.keys().map(reelpress_config::Name::as_str).collect::<Vec<_>>().join(", ");
    let niche = settings.niches.get(name);
    let niche = niche
        .ok_or_else(|| coded(Exit::BadInput, format!("niche `{name}` is not in the config (there is: {})", known())))?;
    Ok(Brand::from(&niche.brand))
}

/// The words and files that were asked for, or the ones there are.
fn sample(settings: &Settings, order: &PreviewTemplate) -> anyhow::Result<Sample> {
    let mut sample = Sample::default();
    if let Some(file) = &order.script {
        let (words_min, words_max) = (settings.script.words_min, settings.script.words_max);
        let limits = ScriptLimits { words_min, words_max, ..ScriptLimits::default() };
        let script = read_script(file)?.check(Writer::Person, &limits);
        sample.script =
            script.map_err(|problems| coded(Exit::BadInput, format!("script {}: {problems}", file.display())))?;
        let niche = order.niche.as_deref().and_then(|name| settings.niches.get(name));
        let language = order.language.as_deref().or(niche.map(|niche| niche.language.as_str()));
        language.unwrap_or("en").clone_into(&mut sample.language);
    }
    if let Some(folder) = &order.media {
        sample.files = files(folder)?;
    }
    Ok(sample)
}

/// The pictures and clips of a folder, by name.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let unread = |error: std::io::Error| {
        coded(Exit::BadInput, format!("could not read the folder {}: {error}", folder.display()))
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        let kind = path.to_str().and_then(reelpress_media::ending_kind);
        if matches!(kind, Some(MediaKind::Picture | MediaKind::Clip)) {
            files.push(path);
        }
    }
    if files.is_empty() {
        let message = format!("{} has no picture and no clip (jpg, png, webp, mp4, mov, webm)", folder.display());
        return Err(coded(Exit::BadInput, message));
    }
    files.sort();
    Ok(files)
}

/// A press with nothing kept from before.
struct Studio {
    press: Press,
    // Removed with everything in it when the command ends.
    _folder: tempfile::TempDir,
}

impl Studio {
    async fn open() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("could not make a folder")?;
        let artifacts = Arc::new(FolderArtifacts::open(&folder.path().join("artifacts"))?);
        let segments = SegmentStore::open(artifacts, super::super::clock(), 0).await?;
        let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let workers = CpuPool::new(cores).context("could not start the encoder threads")?;
        let fonts = Arc::new(Fonts::system()?);
        let scratch: PathBuf = folder.path().join("scratch");
        Ok(Self { press: Press::new(segments, workers, fonts, scratch), _folder: folder })
    }

    async fn press(
        &self,
        template: &Template,
        brand: &Brand,
        settings: &Settings,
        sample: &Sample,
    ) -> anyhow::Result<Pressed> {
        let order = reelpress_assemble::preview(template, brand, &settings.assemble, sample)?;
        let bar = progress::frames(&template.name, order.plan.frames());
        let pressed = self.press.press(&order, Arc::new(Bar(bar.clone()))).await;
        bar.finish_and_clear();
        pressed.with_context(|| format!("could not press template `{}`", template.name))
    }
}

struct Bar(ProgressBar);

impl Watch for Bar {
    fn frame_done(&self, done: u64, _total: u64) {
        self.0.set_position(done);
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}
