use super::{Area, Caption, Readable, spelling, yuv};
use crate::finding::Rule;
use crate::limits::Limits;
use crate::testing::{BLACK, Picture, WHITE};

const SAFE: Area = Area { left: 0.06, top: 0.1, right: 0.86, bottom: 0.78 };

fn caption(text: &str, from_ms: f64, to_ms: f64) -> Caption {
    let area = Some(Area { left: 0.1, top: 0.5, right: 0.8, bottom: 0.6 });
    let colours = vec![[255, 255, 255]];
    Caption { text: text.to_owned(), from_ms, to_ms, area, size: Some(0.06), colours, spoken: true }
}

fn rules(captions: Vec<Caption>) -> Vec<Rule> {
    let (findings, _) = Readable::new(captions, Some(SAFE), &Limits::default()).finish();
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn letters_outside_of_the_safe_zone_are_told_with_how_far() {
    assert_eq!(rules(vec![caption("in its place", 0.0, 3_000.0)]), []);
    let outside = |change: fn(&mut Area)| {
        let mut caption = caption("out of place", 0.0, 3_000.0);
        change(caption.area.as_mut().unwrap());
        caption
    };
    for change in [
        (|area| area.left = 0.03) as fn(&mut Area),
        |area| area.top = 0.07,
        |area| area.right = 0.89,
        |area| area.bottom = 0.81,
    ] {
        let (findings, _) = Readable::new(vec![outside(change)], Some(SAFE), &Limits::default()).finish();
        assert_eq!(findings.len(), 1);
        assert!((findings[0].measured - 3.0).abs() < 0.01, "{}", findings[0]);
    }
    assert_eq!(rules(vec![outside(|area| area.left = 0.059)]), [], "a pixel of rounding");
    assert_eq!(rules(vec![outside(|area| area.left = f32::NAN)]), [Rule::CaptionPlace]);
}

#[test]
fn small_letters_and_short_times_are_found() {
    let small = Caption { size: Some(0.02), ..caption("small", 0.0, 3_000.0) };
    assert_eq!(rules(vec![small]), [Rule::CaptionSize]);
    let mut captions = vec![caption("there is time", 0.0, 3_000.0)];
    captions.push(caption("gone", 3_000.0, 3_080.0));
    assert_eq!(rules(captions), [Rule::CaptionTime]);
}

#[test]
fn other_texts_may_be_smaller_and_do_not_count_into_the_speed() {
    let label = |size| Caption { size: Some(size), spoken: false, ..caption("Made with AI", 0.0, 100.0) };
    assert_eq!(rules(vec![label(0.022)]), [], "small, and gone at once");
    assert_eq!(rules(vec![label(0.019)]), [Rule::CaptionSize]);
    let long = Caption { spoken: false, ..caption(&"a long text beside the captions ".repeat(9), 0.0, 3_000.0) };
    assert_eq!(rules(vec![long.clone(), caption("spoken", 0.0, 3_000.0)]), []);
    assert_eq!(spelling(&[long, caption("spoken", 0.0, 3_000.0)], &["Spoken."]), []);
}

#[test]
fn capitals_without_marks_and_words_without_spaces_are_spelled_right() {
    let shown = |text: &str| vec![caption(text, 0.0, 3_000.0)];
    assert_eq!(spelling(&shown("İYİ GÜNLER"), &["iyi günler"]), []);
    assert_eq!(spelling(&shown("ΚΑΛΗΜΕΡΑ ΚΟΣΜΕ"), &["καλημέρα κόσμε"]), []);
    assert_eq!(spelling(&shown("STRASSE"), &["Straße"]), []);
    assert_eq!(spelling(&shown("为什么 夜空 更亮？"), &["为什么夜空更亮？"]), []);
    assert!(!spelling(&shown("为什么 夜空 更暗？"), &["为什么夜空更亮？"]).is_empty());
}

#[test]
fn reading_speed_is_that_of_the_fastest_stretch() {
    let at_speed = |cps: f64, from: f64| {
        (0..10).map(move |at| {
            let length = 16.0 * 1_000.0 / cps;
            caption("sixteen letters.", from + f64::from(at) * length, from + f64::from(at + 1) * length)
        })
    };
    assert_eq!(rules(at_speed(24.0, 0.0).collect()), []);
    let fast: Vec<Caption> = at_speed(15.0, 0.0).chain(at_speed(32.0, 20_000.0)).collect();
    let (findings, _) = Readable::new(fast, Some(SAFE), &Limits::default()).finish();
    assert_eq!(findings.len(), 1);
    assert!((findings[0].measured - 32.0).abs() < 1.0 && findings[0].from_ms >= 20_000, "{}", findings[0]);
    // One long word that is spoken fast, among slow ones.
    let mut mixed: Vec<Caption> = at_speed(10.0, 0.0).collect();
    mixed.push(caption("incomprehensibly", 16_000.0, 16_400.0));
    assert_eq!(rules(mixed), []);
}

/// Bars as wide as the stems of letters, in white on `ground`, with an outline if asked for.
fn picture(ground: [u8; 3], outline: Option<[u8; 3]>) -> Picture {
    let mut picture = Picture::plain(1080, 1920, ground);
    for left in (120..840).step_by(60) {
        if let Some(outline) = outline {
            picture.fill([left - 10, 990, left + 28, 1130], outline);
        }
        picture.fill([left, 1000, left + 18, 1120], WHITE);
    }
    picture
}

fn contrast_of(picture: &Picture, colours: Vec<[u8; 3]>) -> (Vec<f64>, bool) {
    let limits = Limits::default();
    let mut readable = Readable::new(vec![Caption { colours, ..caption("bars", 0.0, 3_000.0) }], Some(SAFE), &limits);
    readable.add(&picture.frame(0.0, 33.0), &limits);
    readable.add(&picture.frame(1_490.0, 1_523.0), &limits);
    let (findings, unchecked) = readable.finish();
    assert!(findings.iter().all(|finding| finding.rule == Rule::CaptionContrast));
    let is_unchecked = unchecked.iter().any(|unchecked| unchecked.rule == Rule::CaptionContrast);
    (findings.iter().map(|finding| finding.measured).collect(), is_unchecked)
}

#[test]
fn letters_on_what_is_as_bright_are_found_and_an_outline_helps() {
    let white = || vec![[255, 255, 255]];
    assert_eq!(contrast_of(&picture(BLACK, None), white()), (vec![], false));
    // Luma 180: relative luminance 0.51, contrast 1.9.
    let (found, _) = contrast_of(&picture([180, 128, 128], None), white());
    assert_eq!(found.len(), 1);
    assert!((found[0] - 1.87).abs() < 0.1, "{found:?}");
    assert_eq!(contrast_of(&picture([180, 128, 128], Some(BLACK)), white()), (vec![], false));
    let faint = [150, 128, 128];
    assert_eq!(contrast_of(&picture([180, 128, 128], Some(faint)), white()).0.len(), 1, "2.6 to 1");
}

#[test]
fn letters_that_are_not_there_are_unchecked_not_fine() {
    assert_eq!(contrast_of(&picture(BLACK, None), vec![[255, 0, 0]]), (vec![], true));
    assert_eq!(contrast_of(&picture(BLACK, None), vec![]), (vec![], true));
}

#[test]
fn colours_are_those_of_the_standard() {
    assert_eq!(yuv([0, 0, 0]), [16, 128, 128]);
    assert_eq!(yuv([255, 255, 255]), [235, 128, 128]);
    assert_eq!(yuv([255, 0, 0]), [63, 102, 240]);
}

#[test]
fn a_word_that_is_not_the_scripts_is_found_and_the_rest_still_fits() {
    let captions = |texts: &[&str]| -> Vec<Caption> {
        let timed = texts.iter().enumerate();
        timed.map(|(at, text)| caption(text, at as f64 * 1_000.0, at as f64 * 1_000.0 + 900.0)).collect()
    };
    let script = ["The sky gets brighter.", "Every year, by a tenth!"];
    let told = |texts: &[&str]| -> Vec<String> {
        spelling(&captions(texts), &script)
            .iter()
            .map(|finding| format!("{} {}", finding.about, finding.from_ms))
            .collect()
    };
    assert!(told(&["THE SKY", "gets brighter.", "every year by", "a tenth"]).is_empty());
    assert_eq!(
        told(&["The sky", "gets birghter.", "Every year,", "by a tenth!"]),
        ["`BIRGHTER` instead of `BRIGHTER` 1000"]
    );
    assert_eq!(told(&["The sky", "gets", "every year,", "by a tenth!"]), ["nothing instead of `BRIGHTER` 2000"]);
    assert_eq!(
        told(&["The sky", "gets much brighter", "every year,", "by a tenth"]),
        ["`MUCH` instead of nothing 1000"]
    );
    assert_eq!(told(&["The sky gets brighter.", "Every year,"]), ["nothing instead of `BY A TENTH` 1000"]);
    assert!(told(&[]).is_empty(), "no captions are no misspelt ones");
}
