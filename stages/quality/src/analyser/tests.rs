use proptest::prelude::*;

use super::{Analyser, Order, Report};
use crate::caption::{Area, Caption};
use crate::finding::{Rule, Weight};
use crate::frame::{Frame, Sound};
use crate::speech::Spoken;
use crate::testing::{BLACK, Picture, WHITE, noise, tone};

const RATE: usize = 48_000;

fn words(upto_ms: f64) -> Vec<Spoken> {
    (0..100)
        .map(|at| f64::from(at) * 1_000.0)
        .take_while(|from| from + 600.0 <= upto_ms)
        .map(|from_ms| Spoken { text: "word".to_owned(), from_ms, to_ms: from_ms + 600.0 })
        .collect()
}

/// Speech in those words over a bed 30 dB below, fading out at the end.
fn mix(words: &[Spoken], seconds: usize) -> Vec<f32> {
    let mut sound = noise(3, 0.01, seconds * RATE);
    for word in words {
        let (from, to) = ((word.from_ms * 48.0) as usize, ((word.to_ms * 48.0) as usize).min(sound.len()));
        for (sample, voice) in sound[from.min(to)..to].iter_mut().zip(tone(200.0, 0.3, to)) {
            *sample += voice;
        }
    }
    let fade = RATE / 5;
    let start = sound.len() - fade;
    for (at, sample) in sound[start..].iter_mut().enumerate() {
        *sample *= 1.0 - at as f32 / fade as f32;
    }
    sound
}

/// A cut of so many seconds whose picture moves, but for what `paint` does to it.
fn cut(order: Order, seconds: usize, sound: &[f32], paint: impl Fn(f64, &mut Picture)) -> Report {
    let mut analyser = Analyser::new(order);
    for at in 0..seconds * 25 {
        let mut picture = Picture::plain(180, 320, [60, 128, 128]);
        let left = at % 70 * 2;
        picture.fill([left, 100, left + 40, 200], [120, 110, 140]);
        let time = at as f64 * 40.0;
        paint(time, &mut picture);
        analyser.picture(&picture.frame(time, time + 40.0));
    }
    for block in sound.chunks(1_024) {
        analyser.sound(&Sound { rate: RATE as u32, left: block, right: block });
    }
    analyser.finish()
}

fn rules(report: &Report) -> Vec<Rule> {
    report.findings.iter().map(|finding| finding.rule).collect()
}

fn order(words: Vec<Spoken>) -> Order {
    Order { words, ..Order::default() }
}

#[test]
fn a_good_cut_has_no_finding_and_says_what_it_could_not_check() {
    let words = words(5_700.0);
    let report = cut(order(words.clone()), 6, &mix(&words, 6), |_, _| {});
    assert_eq!(rules(&report), []);
    assert!(report.measures.speech_db.is_some_and(|ratio| (25.0..40.0).contains(&ratio)), "{report:?}");
    assert_eq!((report.measures.frames, report.measures.refused_frames), (150, 0));
    let unchecked: Vec<Rule> = report.unchecked.iter().map(|unchecked| unchecked.rule).collect();
    let captions =
        [Rule::CaptionPlace, Rule::CaptionSize, Rule::CaptionContrast, Rule::CaptionSpeed, Rule::CaptionWords];
    assert_eq!(unchecked, captions);
}

#[test]
fn black_and_frozen_stretches_have_their_times_and_black_is_not_frozen_too() {
    let words = words(5_700.0);
    let report = cut(order(words.clone()), 6, &mix(&words, 6), |time, picture| {
        if (1_000.0..2_200.0).contains(&time) {
            *picture = Picture::plain(180, 320, BLACK);
        } else if (3_000.0..4_400.0).contains(&time) {
            *picture = Picture::plain(180, 320, [90, 128, 128]);
        }
    });
    insta::assert_snapshot!(told(&report), @"
    quality.black: 1200 ms (limit 1000), from 1.00 s to 2.20 s; look for a missing picture or a fade that is too long
    quality.frozen: 1400 ms (limit 1000), from 3.00 s to 4.40 s; give the scene motion, or make it shorter
    ");
}

fn told(report: &Report) -> String {
    report.findings.iter().map(ToString::to_string).collect::<Vec<String>>().join("\n")
}

#[test]
fn flashes_block_and_name_their_rate_and_share() {
    let words = words(5_700.0);
    let report = cut(order(words.clone()), 6, &mix(&words, 6), |time, picture| {
        if (2_000.0..3_000.0).contains(&time) && ((time / 80.0) as u64).is_multiple_of(2) {
            picture.fill([0, 0, 180, 320], WHITE);
        }
    });
    assert_eq!(rules(&report), [Rule::Flash]);
    assert_eq!(report.findings[0].weight, Weight::Block);
    assert!(report.findings[0].about.ends_with("of the screen"), "{}", report.findings[0]);
    assert!((report.findings[0].measured - 6.25).abs() < 0.3, "{}", report.findings[0]);
}

#[test]
fn a_voice_to_the_last_frame_and_a_cut_off_word_are_two_weights() {
    let close = words(6_000.0);
    let mut last = close.clone();
    last.last_mut().unwrap().to_ms = 5_950.0;
    let report = cut(order(last.clone()), 6, &mix(&close, 6), |_, _| {});
    assert_eq!(rules(&report), [Rule::EndingVoice]);
    assert_eq!((report.findings[0].weight, report.findings[0].measured), (Weight::Hold, 50.0));
    last.push(Spoken { text: "gone".to_owned(), from_ms: 6_000.0, to_ms: 6_400.0 });
    let report = cut(order(last), 6, &mix(&close, 6), |_, _| {});
    assert_eq!(rules(&report), [Rule::EndingVoice, Rule::EndingWords]);
    assert!(report.findings.iter().all(|finding| finding.weight == Weight::Block));
}

#[test]
fn last_words_that_are_not_in_the_sound_block() {
    let planned = words(5_700.0);
    let report = cut(order(planned.clone()), 6, &mix(&planned[..4], 6), |_, _| {});
    assert!(rules(&report).contains(&Rule::EndingWords), "{}", told(&report));
    let finding = report.findings.iter().find(|finding| finding.rule == Rule::EndingWords).unwrap();
    assert_eq!((finding.measured, finding.from_ms, finding.weight), (2.0, 4_000, Weight::Block));
}

#[test]
fn black_silent_short_and_abrupt_ends_are_found() {
    let words = words(4_000.0);
    let sound = mix(&words, 6);
    let black = |from: f64| {
        move |time: f64, picture: &mut Picture| {
            if time >= from {
                *picture = Picture::plain(180, 320, BLACK);
            }
        }
    };
    assert_eq!(rules(&cut(order(words.clone()), 6, &sound, black(5_500.0))), [Rule::EndingBlack]);
    assert_eq!(rules(&cut(order(words.clone()), 6, &sound, black(5_900.0))), []);
    assert_eq!(rules(&cut(order(words.clone()), 6, &sound, black(4_000.0))), [Rule::Black], "told once");
    let mut silent = sound.clone();
    silent[RATE * 4..].fill(0.0);
    assert_eq!(rules(&cut(order(words.clone()), 6, &silent, |_, _| {})), [Rule::EndingSilent], "told once");
    let short = &sound[..RATE * 5];
    assert_eq!(rules(&cut(order(words.clone()), 6, short, |_, _| {})), [Rule::EndingShort]);
    let mut loud = sound.clone();
    let end = loud.len() - RATE / 10;
    loud[end..].copy_from_slice(&tone(100.0, 0.3, RATE / 10));
    assert_eq!(rules(&cut(order(words), 6, &loud, |_, _| {})), [Rule::EndingAbrupt]);
}

#[test]
fn a_bed_as_loud_as_the_voice_is_found() {
    let words = words(5_700.0);
    let mut sound = mix(&words, 6);
    for (sample, bed) in sound.iter_mut().zip(noise(9, 0.25, RATE * 6 - RATE / 5)) {
        *sample += bed;
    }
    let report = cut(order(words), 6, &sound, |_, _| {});
    assert_eq!(rules(&report), [Rule::Speech]);
    // A sine of 0.3 against even noise of 0.25: 0.045 over 0.0208.
    assert!((report.findings[0].measured - 3.3).abs() < 0.5, "{}", report.findings[0]);
}

#[test]
fn words_on_the_screen_are_held_against_the_script() {
    let words = words(5_700.0);
    let caption = |text: &str, from_ms: f64| {
        let area = Some(Area { left: 0.2, top: 0.4, right: 0.8, bottom: 0.5 });
        Caption {
            text: text.to_owned(),
            from_ms,
            to_ms: from_ms + 3_000.0,
            area,
            size: Some(0.05),
            colours: vec![],
            spoken: true,
        }
    };
    let captions = vec![caption("Stars are fading", 0.0), caption("over the town", 3_000.0)];
    let script = vec!["Stars are fading".to_owned(), "over the town.".to_owned()];
    let good = Order { captions, script, words, ..Order::default() };
    let sound = mix(&good.words, 6);
    assert_eq!(rules(&cut(good.clone(), 6, &sound, |_, _| {})), []);
    let mut wrong = good;
    wrong.captions[1].text = "over the twon".to_owned();
    insta::assert_snapshot!(told(&cut(wrong, 6, &sound, |_, _| {})), @"quality.caption-words: `TWON` instead of `TOWN`: 1 words differ (limit 0), from 3.00 s to 6.00 s; correct the text on the screen or the script");
}

#[test]
fn without_pictures_and_sound_nothing_is_said_to_be_fine() {
    let report = Analyser::new(Order::default()).finish();
    assert_eq!(rules(&report), []);
    let unchecked: Vec<Rule> = report.unchecked.iter().map(|unchecked| unchecked.rule).collect();
    for rule in [Rule::Black, Rule::Flash, Rule::Loudness, Rule::Speech, Rule::EndingWords, Rule::CaptionPlace] {
        assert!(unchecked.contains(&rule), "{rule:?}");
    }
}

#[test]
fn rules_have_words_of_their_own_and_advice() {
    let mut words: Vec<&str> = Rule::ALL.iter().map(|rule| rule.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Rule::ALL.len());
    assert!(Rule::ALL.iter().all(|rule| rule.as_str().starts_with("quality.") && !rule.advice().is_empty()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_frames_sound_or_plan_make_it_panic(
        frames in prop::collection::vec(
            (0_usize..80, 0_usize..80, 0_usize..90, 0_usize..9_000, prop::num::f64::ANY, prop::num::f64::ANY),
            0..12,
        ),
        sounds in prop::collection::vec(
            (prop::sample::select(vec![0_u32, 1, 8_000, 48_000, u32::MAX]), prop::collection::vec(prop::num::f32::ANY, 0..400)),
            0..6,
        ),
        times in prop::collection::vec((prop::num::f64::ANY, prop::num::f64::ANY, prop::num::f32::ANY, "[a-z \u{0}-\u{ff}]{0,12}"), 0..6),
    ) {
        let area = |at: f32| Area { left: at, top: -at, right: at * 2.0, bottom: at };
        let captions = times.iter().map(|(from, to, at, text)| Caption {
            text: text.clone(), from_ms: *from, to_ms: *to, area: Some(area(*at)), size: Some(*at),
            colours: vec![[255, 255, 255], [0, 0, 0]],
            spoken: true,
        });
        let words = times.iter().map(|(from, to, _, text)| Spoken { text: text.clone(), from_ms: *from, to_ms: *to });
        let script = times.iter().rev().map(|(.., text)| text.clone()).collect();
        let order = Order { captions: captions.collect(), words: words.collect(), script, safe: Some(area(0.1)), ..Order::default() };
        let mut analyser = Analyser::new(order);
        for (at, (width, height, stride, length, from, to)) in frames.iter().enumerate() {
            let plane: Vec<u8> = (0..*length).map(|pixel| (pixel * 7 + at * 100) as u8).collect();
            // Every other one has times that can be.
            let (from, to) = if at % 2 == 0 { (at as f64 * 40.0, at as f64 * 40.0 + 40.0) } else { (*from, *to) };
            analyser.picture(&Frame {
                width: *width, height: *height, y: &plane, y_stride: *stride, u: &plane, v: &plane,
                chroma_stride: *stride, time_ms: from, end_ms: to,
            });
        }
        for (rate, samples) in &sounds {
            analyser.sound(&Sound { rate: *rate, left: samples, right: samples });
        }
        let report = analyser.finish();
        let told: String = report.findings.iter().map(ToString::to_string).collect();
        prop_assert!(!told.contains('\u{0}'), "control characters stay out of messages");
    }
}
