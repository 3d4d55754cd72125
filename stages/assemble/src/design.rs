//! A template laid over a script: what each scene is to be painted from, and nothing that does not change its pixels.

use std::sync::Arc;

use reelpress_templates::safe::Shape;
use reelpress_templates::template::{
    Brand, CaptionStyle, Captions, Condition, Layer, LayerKind, PictureOf, Place, Role, Template,
};
use reelpress_vocabulary::{Figure, Scene, Script, VoiceTrack};

use crate::compose::numbers::grown_number;
use crate::figures;
use crate::overlays;
use crate::picture::text::is_rtl_language;
use crate::plan::{Canvas, CutPlan, Media, ScenePlan};
use crate::timeline::{self, Timeline};

mod mirror;

/// All that a cut's pictures follow from.
pub(crate) struct Materials<'a> {
    pub(crate) canvas: Canvas,
    /// In the brand's colours.
    pub(crate) template: &'a Template,
    pub(crate) brand: &'a Brand,
    pub(crate) safe: Place,
    pub(crate) script: &'a Script,
    pub(crate) voice: &'a VoiceTrack,
    pub(crate) timeline: &'a Timeline,
    pub(crate) language: &'a str,
    /// Of the brief.
    pub(crate) seed: u64,
    pub(crate) media: MediaOfScenes,
    /// The narration's level in each frame of each scene; asked for only where a layer shows it.
    pub(crate) level: &'a dyn Fn(usize) -> Vec<u8>,
}

/// Every file that a cut may show.
#[derive(Debug, Clone, Default)]
pub(crate) struct MediaOfScenes {
    /// One place for each scene.
    pub(crate) scenes: Vec<Option<Media>>,
    pub(crate) logo: Option<Media>,
    /// Those of the template's video layers, by the path the layer gives.
    pub(crate) clips: Vec<(String, Media)>,
}

/// The plan of a whole cut.
pub(crate) fn cut(materials: &Materials<'_>) -> CutPlan {
    let count = materials.timeline.scenes().len();
    let scenes = materials.script.beats().zip(materials.timeline.scenes()).enumerate();
    let scenes = scenes.map(|(index, (written, (first, end)))| {
        Arc::new(materials.scene(&Beat { index, count, written, frames: end - first }))
    });
    let transition = materials.template.transition;
    let transition = if is_rtl_language(materials.language) { mirror::transition(transition) } else { transition };
    CutPlan { canvas: materials.canvas, scenes: scenes.collect(), transition }
}

/// One scene of the script.
struct Beat<'a> {
    index: usize,
    count: usize,
    written: &'a Scene,
    frames: u64,
}

impl Beat<'_> {
    fn role(&self) -> Role {
        match self.index {
            0 => Role::Hook,
            last if last + 1 == self.count => Role::Call,
            _ => Role::Point,
        }
    }
}

impl Materials<'_> {
    fn scene(&self, beat: &Beat<'_>) -> ScenePlan {
        let (role, template) = (beat.role(), self.template);
        let all_figures = figures::of(beat.written);
        let media = self.media.scenes.get(beat.index).cloned().flatten();
        let texts = Texts { materials: self, beat, figures: &all_figures };
        let from_right = is_rtl_language(self.language);
        let is_wide = Shape::of(self.canvas.width, self.canvas.height) == Shape::Wide;
        let holds = |condition: &Condition| match condition {
            Condition::Media => media.is_some(),
            Condition::NoMedia => media.is_none(),
            Condition::Figure => !all_figures.is_empty(),
            Condition::NoFigure => all_figures.is_empty(),
            Condition::Figures => all_figures.len() > 1,
            Condition::NoFigures => all_figures.len() < 2,
            Condition::Text => !texts.on_screen().is_empty(),
            Condition::NoText => texts.on_screen().is_empty(),
            Condition::Wide => is_wide,
            Condition::NoWide => !is_wide,
        };
        let (purposes, layers): (Vec<_>, Vec<Layer>) = template
            .layers
            .iter()
            .filter(|layer| layer.on.contains(&role) && layer.when.iter().all(holds))
            .filter_map(|layer| Some((overlays::purpose(layer), texts.fill(layer)?)))
            .map(|(purpose, layer)| (purpose, if from_right { mirror::layer(layer) } else { layer }))
            .unzip();
        let place = |place: Place| if from_right { mirror::place(place) } else { place };
        let shows = |wanted: &dyn Fn(&LayerKind) -> bool| layers.iter().any(|layer| wanted(&layer.kind));
        let counts = shows(&|kind| matches!(kind, LayerKind::Progress { .. }));
        let before = shows(&|kind| matches!(kind, LayerKind::Picture(picture) if picture.of == PictureOf::Before));
        let own = shows(&|kind| matches!(kind, LayerKind::Picture(picture) if picture.of == PictureOf::Scene));
        let captioned = template.captions.style != CaptionStyle::None;
        let spoken = self.voice.beats.get(beat.index).filter(|_| captioned);
        ScenePlan {
            role,
            // A scene that does not show where it is in the cut is the same scene anywhere.
            index: if counts { beat.index } else { 0 },
            count: if counts { beat.count } else { 0 },
            frames: beat.frames,
            language: self.language.to_owned(),
            seed: seed_of(self.seed, &beat.written.narration),
            palette: template.palette,
            fonts: template.fonts.clone(),
            captions: Captions { place: place(template.captions.place), ..template.captions },
            reserved: template.reserved.iter().copied().map(place).collect(),
            safe: self.safe,
            words: spoken.map_or_else(Vec::new, |spoken| timeline::words(spoken, beat.frames, self.canvas.fps)),
            figures: if shows(&|kind| matches!(kind, LayerKind::Chart(_))) { all_figures.clone() } else { Vec::new() },
            level: if shows(&|kind| matches!(kind, LayerKind::Waveform { .. })) {
                (self.level)(beat.index)
            } else {
                Vec::new()
            },
            media: media.clone().filter(|_| own || (before && beat.index == 0)),
            media_before: match beat.index.checked_sub(1) {
                Some(last) if before => self.media.scenes.get(last).cloned().flatten(),
                Some(_) | None => None,
            },
            logo: self.media.logo.clone().filter(|_| shows(&|kind| *kind == LayerKind::Logo)),
            clips: self.clips_of(&layers),
            layers,
            purposes,
        }
    }

    fn clips_of(&self, layers: &[Layer]) -> Vec<(String, Media)> {
        let shown = |file: &str| {
            layers.iter().any(|layer| matches!(&layer.kind, LayerKind::Video(video) if video.file == file))
        };
        self.media.clips.iter().filter(|(file, _)| shown(file)).cloned().collect()
    }
}

/// Another number for each scene of a brief. It follows the words that are spoken and not the scene's place, so that a
/// scene put in before it changes nothing.
fn seed_of(brief: u64, narration: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&brief.to_le_bytes()).update(narration.as_bytes());
    let mut seed = [0; 8];
    seed.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(seed)
}

/// What the variables of text layers stand for in one scene.
struct Texts<'a> {
    materials: &'a Materials<'a>,
    beat: &'a Beat<'a>,
    figures: &'a [Figure],
}

impl Texts<'_> {
    /// The scene's text; the hook without one shows the title.
    fn on_screen(&self) -> &str {
        let own = self.beat.written.on_screen.trim();
        if own.is_empty() && self.beat.index == 0 { self.materials.script.draft().title.trim() } else { own }
    }

    /// The layer with its text filled in; `None` if the text has variables and all of them are empty.
    fn fill(&self, layer: &Layer) -> Option<Layer> {
        let LayerKind::Text(text) = &layer.kind else { return Some(layer.clone()) };
        let says = filled(&text.says, &|name| self.value(name))?;
        let text = reelpress_templates::template::Text { says, ..text.clone() };
        Some(Layer { kind: LayerKind::Text(text), ..layer.clone() })
    }

    fn value(&self, name: &str) -> String {
        let (template, language) = (self.materials.template, self.materials.language);
        let figure = self.figures.first();
        match name {
            "title" => self.materials.script.draft().title.trim().to_owned(),
            "on_screen" => self.on_screen().to_owned(),
            "claim" => figure.map_or(self.on_screen(), |figure| figures::claim(self.on_screen(), figure)).to_owned(),
            "kicker" => template.labels.kicker(language).to_owned(),
            "ai" => template.labels.ai(language).to_owned(),
            // A script opens with a hook and ends with a call: what lies between is the list.
            "number" if self.beat.role() == Role::Point => self.beat.index.to_string(),
            "rank" if self.beat.role() == Role::Point => {
                self.beat.count.saturating_sub(self.beat.index + 1).to_string()
            }
            "count" => self.beat.count.saturating_sub(2).to_string(),
            "figure" => figure.map_or_else(String::new, |figure| grown_number(figure, 1.0, language)),
            "value" => figure.map_or_else(String::new, |figure| figures::written(figure.value, language)),
            "unit" => figure.map_or_else(String::new, |figure| figure.unit.clone()),
            "label" => figure.map_or_else(String::new, |figure| figure.label.clone()),
            "handle" => self.materials.brand.handle.clone(),
            "source" => {
                let sources = &self.materials.script.draft().sources;
                sources.first().map_or_else(String::new, |source| source.title.trim().to_owned())
            }
            _ => String::new(),
        }
    }
}

/// The text with its `{variables}` replaced; `None` if it has some and all of them are empty. What a variable brings is
/// never read as a variable again.
fn filled(says: &str, value: &dyn Fn(&str) -> String) -> Option<String> {
    let (mut out, mut rest) = (String::new(), says);
    let (mut has_variables, mut has_values) = (false, false);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let value = value(name);
        has_variables = true;
        has_values |= !value.is_empty();
        out.push_str(&value);
        rest = tail;
    }
    out.push_str(rest);
    let text = out.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && (has_values || !has_variables)).then_some(text)
}

#[cfg(test)]
mod tests;
