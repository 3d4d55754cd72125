//! The shape of a look's file: which keys there are and what each may hold.

use std::path::Path;

use toml::de::DeTable;

use crate::look::{Align, Backing, Caption, Card, Fonts, Headline, Highlight, Look, Motion, Progress};
use crate::parts::{Background, BackgroundKind, Labels, MusicMood, Palette, Typeface};
use crate::problem::TemplateProblem;
use crate::reader::{Page, Section};

/// Reads one look.
///
/// # Errors
/// Every problem of the text, in the order of its lines; never empty.
pub(crate) fn parse(file: &Path, name: &str, text: &str) -> Result<Look, Vec<TemplateProblem>> {
    let (table, broken) = DeTable::parse_recoverable(text);
    if !broken.is_empty() {
        let problem = |error: &toml::de::Error| {
            let place = error.span().map_or(0, |span| span.start);
            TemplateProblem::at(file, text, place, error.message().to_owned())
        };
        return Err(broken.iter().map(problem).collect());
    }
    let mut page = Page { file, text, problems: Vec::new() };
    let look = look(&mut page, Section::root(&table), name);
    page.problems.sort_by_key(|problem| problem.place);
    if page.problems.is_empty() { Ok(look) } else { Err(page.problems) }
}

fn look(page: &mut Page<'_>, mut root: Section<'_>, name: &str) -> Look {
    let look = Look {
        name: name.to_owned(),
        description: root.text(page, "description"),
        palette: palette(page, &mut root),
        fonts: fonts(page, &mut root),
        background: background(page, &mut root),
        motion: motion(page, &mut root),
        caption: caption(page, &mut root),
        headline: headline(page, &mut root),
        progress: root.word(page, "progress", &[("segments", Progress::Segments), ("line", Progress::Line)]),
        labels: labels(page, &mut root),
        music: music(page, &mut root),
    };
    root.finish(page);
    look
}

fn palette(page: &mut Page<'_>, root: &mut Section<'_>) -> Palette {
    let mut section = root.section(page, "palette");
    let already_wrong = page.problems.len();
    let palette = Palette {
        base: section.colour(page, "base"),
        tone: section.colour(page, "tone"),
        glow: section.colour(page, "glow"),
        ink: section.colour(page, "ink"),
        surface: section.colour(page, "surface"),
        accent: section.colour(page, "accent"),
    };
    let contrast = palette.ink.contrast(palette.base);
    if page.problems.len() == already_wrong && contrast < 4.5 {
        page.problem(
            &section.place_of("ink"),
            format!(
                "`palette.ink` {} has a contrast of {contrast:.1}:1 against `palette.base` {}, less than 4.5:1",
                palette.ink, palette.base
            ),
        );
    }
    section.finish(page);
    palette
}

fn fonts(page: &mut Page<'_>, root: &mut Section<'_>) -> Fonts {
    let mut section = root.section(page, "fonts");
    let mut face = |page: &mut Page<'_>, key| {
        let mut face = section.section(page, key);
        let families = face.texts(page, "families");
        let weight = face.whole(page, "weight", 100..=900) as u16;
        face.finish(page);
        Typeface { families, weight }
    };
    let fonts = Fonts { headline: face(page, "headline"), body: face(page, "body") };
    section.finish(page);
    fonts
}

fn background(page: &mut Page<'_>, root: &mut Section<'_>) -> Background {
    let mut section = root.section(page, "background");
    let kinds = [
        ("light", BackgroundKind::Light),
        ("bands", BackgroundKind::Bands),
        ("rays", BackgroundKind::Rays),
        ("paper", BackgroundKind::Paper),
        ("hills", BackgroundKind::Hills),
    ];
    let background =
        Background { kind: section.word(page, "kind", &kinds), strength: section.number(page, "strength", 0.0..=1.0) };
    section.finish(page);
    background
}

fn motion(page: &mut Page<'_>, root: &mut Section<'_>) -> Motion {
    let mut section = root.section(page, "motion");
    let motion = Motion {
        zoom_from: section.number(page, "zoom_from", 1.0..=1.25),
        zoom_to: section.number(page, "zoom_to", 1.0..=1.25),
        pan: section.number(page, "pan", 0.0..=1.0),
        fade_ms: section.whole(page, "fade_ms", 0..=600),
    };
    section.finish(page);
    motion
}

fn caption(page: &mut Page<'_>, root: &mut Section<'_>) -> Caption {
    let mut section = root.section(page, "caption");
    let backings = [("outline", Backing::Outline), ("panel", Backing::Panel), ("shadow", Backing::Shadow)];
    let caption = Caption {
        size: section.number(page, "size", 0.02..=0.06),
        position: section.number(page, "position", 0.4..=0.78),
        words: section.whole(page, "words", 2..=6) as usize,
        capitals: section.boolean(page, "capitals"),
        highlight: section.word(page, "highlight", &[("colour", Highlight::Colour), ("box", Highlight::Box)]),
        highlight_colour: section.colour(page, "highlight_colour"),
        backing: section.word(page, "backing", &backings),
        pop: section.number(page, "pop", 0.0..=0.2),
    };
    section.finish(page);
    caption
}

fn headline(page: &mut Page<'_>, root: &mut Section<'_>) -> Headline {
    let mut section = root.section(page, "headline");
    let cards = [
        ("rule", Card::Rule),
        ("strips", Card::Strips),
        ("card", Card::Card),
        ("bar", Card::Bar),
        ("number", Card::Number),
    ];
    let headline = Headline {
        title: section.word(page, "title", &cards),
        scene: section.word(page, "scene", &cards),
        title_size: section.number(page, "title_size", 0.02..=0.09),
        scene_size: section.number(page, "scene_size", 0.02..=0.09),
        position: section.number(page, "position", 0.16..=0.5),
        align: section.word(page, "align", &[("start", Align::Start), ("centre", Align::Centre)]),
        capitals: section.boolean(page, "capitals"),
        leading: section.number(page, "leading", 1.0..=1.6),
    };
    section.finish(page);
    headline
}

fn labels(page: &mut Page<'_>, root: &mut Section<'_>) -> Labels {
    let mut section = root.section(page, "labels");
    let labels =
        Labels { ai: section.languages(page, "ai", &(2..=32)), kicker: section.languages(page, "kicker", &(0..=24)) };
    section.finish(page);
    labels
}

fn music(page: &mut Page<'_>, root: &mut Section<'_>) -> MusicMood {
    let mut section = root.section(page, "music");
    let mood = MusicMood {
        tempo_bpm: section.number(page, "tempo_bpm", 50.0..=180.0),
        root_hz: section.number(page, "root_hz", 40.0..=440.0),
        minor: section.word(page, "mode", &[("minor", true), ("major", false)]),
    };
    section.finish(page);
    mood
}
