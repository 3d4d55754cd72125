//! Letters stay where platforms leave room, in every built-in template: with the longest texts that a script may have, in
//! three scripts, in every shape of frame.

use std::sync::Arc;

use reelpress_core::ArtifactKey;
use reelpress_templates::catalogue::built_in;
use reelpress_templates::template::{Place, Within};
use reelpress_vocabulary::{Figure, SpokenBeat, Word, columns};

use crate::compose::ScenePainter;
use crate::picture::Rect;
use crate::plan::ScenePlan;
use crate::testing::{Edition, fonts, template};
use crate::yuv::Planes;

/// Longest texts of a script, in letters of usual width.
const ON_SCREEN: usize = 60;
const TITLE: usize = 150;
/// Language, a text, and its words as a voice would give them.
const TEXTS: [(&str, &str); 3] = [
    ("en", "Why the night sky is getting brighter every single year, and what a lamp has to do with it. "),
    ("ar", "لماذا تزداد سماء الليل سطوعًا كل عام، وما علاقة المصابيح بذلك؟ "),
    ("zh", "为什么 夜空 每年 都在 变得 更亮？ 城市 使用 越来越多 的 灯光， 而 人们 几乎 看不到 星星。 "),
];

/// A script full to its limits, in this language.
fn edition(name: &str, (language, text): (&str, &str), (width, height): (u32, u32)) -> Edition {
    let mut edition = Edition::new(4_000);
    edition.template = template(name);
    edition.language = language.to_owned();
    (edition.settings.width, edition.settings.height) = (width, height);
    let letters = if language == "zh" { text.replace(' ', "") } else { text.to_owned() };
    let long = |most: usize| {
        let letters = letters.chars().cycle().scan(0, |taken, letter| {
            *taken += columns(letter.encode_utf8(&mut [0; 4]));
            (*taken <= most).then_some(letter)
        });
        letters.collect::<String>()
    };
    edition.rewrite(|draft| {
        draft.title = long(TITLE);
        for beat in [&mut draft.hook, &mut draft.call_to_action].into_iter().chain(&mut draft.scenes) {
            beat.narration = text.to_owned();
            beat.on_screen = long(ON_SCREEN);
        }
        let figure = |value| Figure { label: long(20), value, unit: "%".to_owned() };
        draft.scenes[1].figures = vec![figure(1_234_567.0), figure(-8.5), figure(90.0)];
    });
    let audio = ArtifactKey::parse("voice/none").expect("a plain path");
    let words: Vec<Word> = text
        .split_whitespace()
        .enumerate()
        .map(|(at, word)| (at as u64 * 200, word))
        .map(|(start_ms, word)| Word { text: word.to_owned(), start_ms, end_ms: start_ms + 160 })
        .collect();
    let duration_ms = words.len() as u64 * 200 + 300;
    edition.voice.beats.fill(SpokenBeat { audio, duration_ms, words });
    edition
}

/// Left, top, right and bottom in pixels.
fn edges(place: &Place, safe: &Place, (width, height): (u32, u32)) -> [f32; 4] {
    let (width, height) = (width as f32, height as f32);
    let [left, top, wide, high] = match place.within {
        Within::Frame => [0.0, 0.0, width, height],
        Within::Safe => [safe.x * width, safe.y * height, safe.width * width, safe.height * height],
    };
    let (left, top) = (left + place.x * wide, top + place.y * high);
    [left, top, left + place.width * wide, top + place.height * high]
}

/// Edges of places are rounded to even pixels, that is by one at most.
fn keeps_clear(letters: &Rect, plan: &ScenePlan, size: (u32, u32)) -> Result<(), String> {
    let own = [letters.x, letters.y, letters.right(), letters.bottom()].map(|edge| edge as f32);
    let safe = edges(&Place { within: Within::Frame, ..plan.safe }, &plan.safe, size);
    if own[0] < safe[0] - 1.0 || own[1] < safe[1] - 1.0 || own[2] > safe[2] + 1.0 || own[3] > safe[3] + 1.0 {
        return Err(format!("letters at {own:?} leave the safe zone {safe:?}"));
    }
    for place in &plan.reserved {
        let taken = edges(place, &plan.safe, size);
        let apart = |low: usize, high: usize| own[high] <= taken[low] + 1.0 || own[low] >= taken[high] - 1.0;
        if !apart(0, 2) && !apart(1, 3) {
            return Err(format!("letters at {own:?} lie over the reserved place {taken:?}"));
        }
    }
    Ok(())
}

fn every_template_keeps_clear_in(size: (u32, u32)) {
    let mut seen = 0;
    for name in built_in() {
        for text in TEXTS {
            let plan = edition(name, text, size).plan();
            for (at, scene) in plan.scenes.iter().enumerate() {
                let what = format!("{name}, {}, {}x{}, scene {at}", text.0, size.0, size.1);
                let mut painter = ScenePainter::new(plan.canvas, Arc::clone(scene), &fonts()).expect("a sound plan");
                let mut planes = Planes::black(size.0, size.1);
                let mut letters = Vec::new();
                for part in 1..=4 {
                    let frame = scene.frames * part / 5;
                    let painted = painter.paint(frame, &mut planes.as_mut());
                    painted.and_then(|()| painter.paint_over(frame, &mut planes.as_mut())).expect(&what);
                    letters.extend(painter.letters(frame));
                }
                for rect in &letters {
                    assert_eq!(keeps_clear(rect, scene, size), Ok(()), "{what}");
                }
                seen += letters.len();
                assert!(at > 0 || !letters.is_empty(), "{what}: no letter is seen");
            }
        }
    }
    assert!(seen > 12 * 3 * 4 * 4, "{seen} lines of letters are not all that there are");
}

/// What a script may put on the screen (`ScriptLimits::on_screen_max`) is short enough for the boxes of every template, so
/// one limit serves all of them.
#[test]
fn on_screen_texts_at_their_limit_are_shown_whole_in_every_template() {
    let size = (270, 480);
    let mut cut = Vec::new();
    for name in built_in() {
        for text in TEXTS
            .into_iter()
            .chain([("de", "Geschwindigkeitsbegrenzung auf Landstraßen und Autobahnen: was sich nun ändert. ")])
        {
            let edition = edition(name, text, size);
            let draft = edition.script.draft();
            let (on_screen, title) = (draft.hook.on_screen.clone(), draft.title.clone());
            for (at, scene) in edition.plan().scenes.iter().enumerate() {
                let mut painter =
                    ScenePainter::new(edition.plan().canvas, Arc::clone(scene), &fonts()).expect("a sound plan");
                let mut planes = Planes::black(size.0, size.1);
                painter.paint(scene.frames / 2, &mut planes.as_mut()).expect("a sound plan");
                let own =
                    painter.cut_texts().into_iter().filter(|says| says.contains(&on_screen) && !says.contains(&title));
                cut.extend(own.map(|says| format!("{name}, {}, scene {at}: {says}", text.0)));
            }
        }
    }
    assert!(cut.is_empty(), "{}", cut.join("\n"));
}

#[test]
fn letters_keep_clear_in_9_by_16() {
    every_template_keeps_clear_in((270, 480));
}

#[test]
fn letters_keep_clear_in_1_by_1() {
    every_template_keeps_clear_in((360, 360));
}

#[test]
fn letters_keep_clear_in_4_by_5() {
    every_template_keeps_clear_in((320, 400));
}

#[test]
fn letters_keep_clear_in_16_by_9() {
    every_template_keeps_clear_in((480, 270));
}
