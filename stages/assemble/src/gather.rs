//! Where a cut's template, brand, pictures, clips and music come from: first chosen (what a memo key needs), then brought to
//! this host.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use reelpress_config::Settings;
use reelpress_core::{Artifacts, Clock, CpuPool, Job, Step};
use reelpress_media::{
    Choice, GeneratedImage, ImageMaker, ImageOrder, MediaDesk, MediaError, MediaLibrary, Picked, Terms, Wish,
};
use reelpress_templates::TemplateLibrary;
use reelpress_templates::template::{Brand, LayerKind, Template};
use reelpress_vocabulary::{MediaFile, MediaKind as Kind, Picture, Provenance, Voiced};
use tempfile::TempPath;

use crate::design::MediaOfScenes;
use crate::disclosure;
use crate::error::AssembleError;
use crate::plan::{Canvas, Media, MediaKind};
use crate::sound::{Track, TrackLimits, read_track};
use crate::source;
use crate::watch::Unwatched;

/// What provenance says about composed music.
const COMPOSED: &str = "reelpress procedural bed";
const MIDDLE: (f32, f32) = (0.5, 0.5);

/// Knows the places where things are.
pub(crate) struct Gatherer {
    clock: Arc<dyn Clock>,
    scratch: PathBuf,
    library: MediaDesk,
    images: ImageMaker,
    /// Files that could not be decoded; not picked again until they change or the daemon starts anew.
    damaged: Mutex<BTreeSet<PathBuf>>,
    /// Hashes of files that belong to templates and brands.
    hashes: Mutex<BTreeMap<PathBuf, (Stamp, String)>>,
}

/// Size and time of change of a file.
type Stamp = (u64, Option<std::time::SystemTime>);

/// What was chosen for a cut.
pub(crate) struct Supplies {
    pub(crate) canvas: Canvas,
    /// In the brand's colours.
    pub(crate) template: Template,
    pub(crate) brand: Brand,
    library: Arc<MediaLibrary>,
    scenes: Vec<Shown>,
    music: Option<Chosen>,
    logo: Option<Media>,
    clips: Vec<(String, Media)>,
}

/// A file of the media library, where it will be and which bytes it will have.
struct Chosen {
    choice: Choice,
    path: PathBuf,
    version: String,
}

/// What a scene shows.
enum Shown {
    Drawn,
    Chosen(Chosen),
    Painted(ImageOrder),
}

/// What was chosen, on this host; held there for as long as this lives.
pub(crate) struct Gathered {
    pub(crate) media: MediaOfScenes,
    pictures: Vec<Picture>,
    music: Option<Picked>,
    others: Vec<MediaFile>,
    held: Vec<Picked>,
    painted_files: Vec<TempPath>,
}

impl Gatherer {
    pub(crate) fn new(artifacts: Arc<dyn Artifacts>, clock: Arc<dyn Clock>, scratch: PathBuf) -> Self {
        let images = ImageMaker::new(artifacts);
        let (library, damaged, hashes) = (MediaDesk::default(), Mutex::default(), Mutex::default());
        Self { clock, scratch, library, images, damaged, hashes }
    }

    /// As [`Gatherer::supplies`], after a look at places on other hosts.
    pub(crate) async fn look(&self, settings: &Settings, input: &Voiced) -> Result<Supplies, AssembleError> {
        self.library.library(&settings.media)?.look(self.clock.now()).await?;
        self.supplies(settings, input)
    }

    /// Chooses template, pictures and music; nothing is fetched.
    pub(crate) fn supplies(&self, settings: &Settings, input: &Voiced) -> Result<Supplies, AssembleError> {
        let brief = &input.scripted.brief;
        let templates =
            TemplateLibrary::load(settings.assemble.templates.as_deref()).map_err(AssembleError::Templates)?;
        let template = templates
            .get(brief.template.as_str())
            .ok_or_else(|| AssembleError::NoTemplate { name: brief.template.to_string() })?;
        let kit = settings.niches.get(brief.niche.name()).map(|niche| &niche.brand);
        let brand = kit.map(Brand::from).unwrap_or_default();
        let library = self.library.library(&settings.media)?;
        library.look_at_folders()?;
        let logo = kit.and_then(|kit| kit.logo.as_deref()).map(|logo| self.own_file(logo, MediaKind::Picture));
        Ok(Supplies {
            canvas: Canvas {
                width: settings.assemble.width,
                height: settings.assemble.height,
                fps: settings.assemble.fps,
            },
            scenes: self.scenes(&library, settings, input)?,
            music: self.music(&library, settings, input, template)?,
            logo: logo.transpose()?,
            clips: self.clips(&templates, template)?,
            template: disclosure::laid(
                Template::clone(template).branded(&brand),
                disclosure::words(brief).as_deref(),
                &reelpress_templates::safe::zone(
                    settings.assemble.safe_zone,
                    settings.assemble.width,
                    settings.assemble.height,
                ),
            ),
            brand,
            library,
        })
    }

    fn scenes(&self, library: &MediaLibrary, settings: &Settings, input: &Voiced) -> Result<Vec<Shown>, AssembleError> {
        let beats = input.scripted.script.beats();
        let kinds = &[Kind::Picture, Kind::Clip];
        let wishes: Vec<Wish<'_>> =
            beats.map(|beat| Wish { show: beat.show.as_str(), kinds, ..Wish::default() }).collect();
        let size = (settings.assemble.width, settings.assemble.height);
        let choices = self.pick(library, settings, input, &wishes)?.into_iter().zip(&wishes);
        let shown = choices.map(|(choice, wish)| match choice {
            Some(choice) => Shown::Chosen(choice),
            None => {
                let order = settings.media.openai.as_ref().and_then(|end| ImageOrder::new(end, wish.show, size));
                order.map_or(Shown::Drawn, Shown::Painted)
            }
        });
        Ok(shown.collect())
    }

    fn music(
        &self,
        library: &MediaLibrary,
        settings: &Settings,
        input: &Voiced,
        template: &Template,
    ) -> Result<Option<Chosen>, AssembleError> {
        if settings.assemble.music_db.is_none() {
            return Ok(None);
        }
        let moods = if template.music.minor { ["calm", "serious"] } else { ["bright", "happy"] };
        let tempo = Some(template.music.tempo_bpm as u32);
        let wish = Wish { show: "", kinds: &[Kind::Music], moods: &moods, tempo };
        Ok(self.pick(library, settings, input, &[wish])?.pop().flatten())
    }

    fn pick(
        &self,
        library: &MediaLibrary,
        settings: &Settings,
        input: &Voiced,
        wishes: &[Wish<'_>],
    ) -> Result<Vec<Option<Chosen>>, AssembleError> {
        let damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let terms = Terms {
            seed: input.scripted.brief.seed,
            today: self.clock.now().to_zoned(TimeZone::UTC).date(),
            uses: &settings.media.uses,
            recent: &BTreeMap::new(),
            damaged: &damaged,
        };
        let chosen = |choice: Choice| -> Result<Chosen, MediaError> {
            let (path, version) = (library.path(&choice), library.version(&choice)?);
            Ok(Chosen { choice, path, version })
        };
        let choices = library.pick(wishes, &terms)?.into_iter();
        Ok(choices.map(|choice| choice.map(chosen).transpose()).collect::<Result<_, MediaError>>()?)
    }

    /// The clips that the template's video layers show.
    fn clips(&self, library: &TemplateLibrary, template: &Template) -> Result<Vec<(String, Media)>, AssembleError> {
        let mut clips = Vec::new();
        for layer in &template.layers {
            let LayerKind::Video(video) = &layer.kind else { continue };
            let path = library.clip(&video.file).unwrap_or_else(|| PathBuf::from(&video.file));
            let kind = MediaKind::Clip { start_ms: 0, end_ms: None, speed: video.speed, looped: video.looped };
            clips.push((video.file.clone(), self.own_file(&path, kind)?));
        }
        Ok(clips)
    }

    /// A file that belongs to a template or a brand; read once for each change.
    fn own_file(&self, path: &Path, kind: MediaKind) -> Result<Media, AssembleError> {
        let stamp = std::fs::metadata(path).map_or((0, None), |data| (data.len(), data.modified().ok()));
        let known = self.hashes.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        let hash = match known.filter(|(then, _)| *then == stamp && stamp.1.is_some()) {
            Some((_, hash)) => hash,
            None => {
                let (hash, _) = source::identity(path)?;
                let mut hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
                hashes.insert(path.to_owned(), (stamp, hash.clone()));
                hash
            }
        };
        Ok(Media { hash, kind, focus: MIDDLE, path: path.to_owned() })
    }

    /// Brings everything to this host.
    pub(crate) async fn gather(
        &self,
        settings: &Settings,
        supplies: &Supplies,
        job: &Job,
    ) -> Result<Step<Gathered>, AssembleError> {
        let mut gathered = Gathered {
            media: supplies.media(),
            pictures: Vec::with_capacity(supplies.scenes.len()),
            music: None,
            others: Vec::new(),
            held: Vec::new(),
            painted_files: Vec::new(),
        };
        for (at, shown) in supplies.scenes.iter().enumerate() {
            let (media, picture) = match shown {
                Shown::Drawn => (None, Picture::Drawn),
                Shown::Chosen(chosen) => {
                    let picked = supplies.library.fetch(&chosen.choice).await?;
                    let media = Media { hash: picked.hash.clone(), ..chosen.media() };
                    let picture = Picture::File(picked.used_as(picked.record.kind));
                    gathered.held.push(picked);
                    (Some(media), picture)
                }
                Shown::Painted(order) => match self.painted(settings, order, job).await? {
                    Step::Next((image, file)) => {
                        let path = file.to_path_buf();
                        gathered.painted_files.push(file);
                        let media = Media { hash: image.hash.clone(), kind: MediaKind::Picture, focus: MIDDLE, path };
                        (Some(media), image.picture())
                    }
                    Step::Later(wait) => return Ok(Step::Later(wait)),
                    Step::Hold(reason) => return Ok(Step::Hold(reason)),
                    Step::Reject(reason) => return Ok(Step::Reject(reason)),
                },
            };
            gathered.media.scenes[at] = media;
            gathered.pictures.push(picture);
        }
        if let Some(chosen) = &supplies.music {
            let picked = supplies.library.fetch(&chosen.choice).await?;
            gathered.others.push(picked.used_as(Kind::Music));
            gathered.music = Some(picked);
        }
        Ok(Step::Next(gathered))
    }

    /// A picture by the endpoint, as a file.
    async fn painted(
        &self,
        settings: &Settings,
        order: &ImageOrder,
        job: &Job,
    ) -> Result<Step<(GeneratedImage, TempPath)>, AssembleError> {
        let Some(endpoint) = &settings.media.openai else { return Err(AssembleError::NoImageEndpoint) };
        let image = match self.images.make(endpoint, order, job).await? {
            Step::Next(image) => image,
            Step::Later(wait) => return Ok(Step::Later(wait)),
            Step::Hold(reason) => return Ok(Step::Hold(reason)),
            Step::Reject(reason) => return Ok(Step::Reject(reason)),
        };
        let failed = |source| AssembleError::Scratch { action: "write a picture", path: self.scratch.clone(), source };
        let ending = format!(".{}", image.ending());
        std::fs::create_dir_all(&self.scratch).map_err(failed)?;
        let file = tempfile::Builder::new().prefix("picture-").suffix(&ending).tempfile_in(&self.scratch);
        let file = file.map_err(failed)?;
        tokio::fs::write(file.path(), &image.bytes).await.map_err(failed)?;
        Ok(Step::Next((image, file.into_temp_path())))
    }

    /// Keeps a damaged file from being picked again.
    pub(crate) fn remember(&self, error: &AssembleError) {
        if let Some(path) = error.damaged_file() {
            self.damaged.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        }
    }
}

impl Chosen {
    /// As it is known before it is fetched.
    fn media(&self) -> Media {
        let record = self.choice.record();
        let focus = record.focus.map_or(MIDDLE, |(x, y)| (x as f32, y as f32));
        let kind = if record.kind == Kind::Clip {
            let (start, end) =
                record.trim.map_or((0, None), |(start, end)| ((start * 1_000.0) as u64, Some((end * 1_000.0) as u64)));
            MediaKind::Clip { start_ms: start, end_ms: end, speed: 1.0, looped: true }
        } else {
            MediaKind::Picture
        };
        Media { hash: self.version.clone(), kind, focus, path: self.path.clone() }
    }
}

impl Supplies {
    /// What the scenes show, as known before anything is fetched.
    pub(crate) fn media(&self) -> MediaOfScenes {
        let media = |shown: &Shown| match shown {
            Shown::Drawn => None,
            Shown::Chosen(chosen) => Some(chosen.media()),
            Shown::Painted(order) => Some(Media {
                hash: order.key().as_str().to_owned(),
                kind: MediaKind::Picture,
                focus: MIDDLE,
                path: PathBuf::new(),
            }),
        };
        MediaOfScenes {
            scenes: self.scenes.iter().map(media).collect(),
            logo: self.logo.clone(),
            clips: self.clips.clone(),
        }
    }

    /// What provenance says about each file, for the memo key: another licence is another product.
    pub(crate) fn versions(&self) -> Vec<String> {
        let files = self.scenes.iter().filter_map(|shown| match shown {
            Shown::Chosen(chosen) => Some(chosen),
            Shown::Drawn | Shown::Painted(_) => None,
        });
        let told = |chosen: &Chosen| {
            let record = chosen.choice.record();
            let terms = format!("{:?}", record.terms());
            [&record.file, &record.licence, &record.attribution, &record.source, &terms, &chosen.version]
                .map(String::as_str)
                .join("\0")
        };
        files.chain(&self.music).map(told).collect()
    }
}

impl Gathered {
    /// The licensed music, decoded.
    pub(crate) async fn track(&self, workers: &CpuPool) -> Result<Option<Arc<Track>>, AssembleError> {
        let Some(picked) = &self.music else { return Ok(None) };
        let path = picked.path.clone();
        let read = move || read_track(&path, TrackLimits::default(), &Unwatched);
        let track = workers.run(read).await.map_err(AssembleError::Worker)?;
        Ok(Some(Arc::new(track.map_err(AssembleError::Track)?)))
    }

    pub(crate) fn provenance(&self, settings: &Settings, input: &Voiced) -> Provenance {
        let composed = settings.assemble.music_db.map(|_| COMPOSED.to_owned());
        Provenance {
            template: input.scripted.brief.template.clone(),
            voice: input.voice.voice.clone(),
            pictures: self.pictures.clone(),
            music: self.music.as_ref().map(|picked| picked.record.file.clone()).or(composed),
            others: self.others.clone(),
        }
    }
}
