use super::*;

fn order(voice: &str, text: &str) -> Order {
    Order { beat: 0, text: text.to_owned(), voice: voice.to_owned(), words_per_minute: 165, pitch: 50 }
}

#[test]
fn every_voice_that_the_settings_allow_speaks_and_tells_its_words() {
    let text = "The quick brown fox jumps over the lazy dog.\nIt barks.";
    let sounds = FLITE_VOICES.map(|voice| speak(&order(voice, text)).unwrap());
    for (voice, sound) in FLITE_VOICES.iter().zip(&sounds) {
        assert_eq!(sound.words.len(), 11, "{voice}");
        let seconds = sound.samples.len() / SAMPLE_RATE as usize;
        assert!((2..8).contains(&seconds), "{voice} takes {seconds} s");
        let rising = sound.words.is_sorted_by(|one, other| one.at_ms < other.at_ms && one.position < other.position);
        assert!(rising, "{voice}: {:?}", sound.words);
    }
    assert!(sounds.windows(2).all(|pair| pair[0] != pair[1]), "each voice has its own sound");
}

#[test]
fn the_same_order_gives_the_same_bytes_whatever_was_spoken_before() {
    let wanted = order("rms", "Hello there, my friend.");
    let first = speak(&wanted).unwrap();
    let mut other = order("slt", "Something else?\nYes!");
    (other.words_per_minute, other.pitch) = (250, 90);
    speak(&other).unwrap();
    speak(&Order { words_per_minute: 100, ..order("rms", "And slowly.") }).unwrap();
    assert_eq!(speak(&wanted).unwrap(), first);
}

#[test]
fn rate_and_pitch_are_heard() {
    let text = "This is a sentence of some length, spoken at several rates.";
    let length = |words_per_minute| speak(&Order { words_per_minute, ..order("rms", text) }).unwrap().samples.len();
    let ratio = length(100) as f64 / length(200) as f64;
    assert!((1.8..2.2).contains(&ratio), "{ratio}");
    for voice in FLITE_VOICES {
        let [low, plain, high] = [10, 50, 90].map(|pitch| speak(&Order { pitch, ..order(voice, text) }).unwrap());
        assert!(low != plain && plain != high, "{voice}");
        for other in [low, high] {
            let ratio = other.samples.len() as f64 / plain.samples.len() as f64;
            assert!((0.97..1.03).contains(&ratio), "{voice}: the rate stays, not {ratio}");
            let ends = [&other, &plain].map(|sound| sound.words.last().unwrap().at_ms);
            assert!(ends[0].abs_diff(ends[1]) < 120, "{voice}: {ends:?}");
        }
    }
}

#[test]
fn places_count_characters_of_the_text_that_was_given() {
    let text = "Café — “naïve” people’s Ελλάδα 東京 end.\nNew line.";
    let words = speak(&order("rms", text)).unwrap().words;
    let characters = text.chars().collect::<Vec<_>>();
    let said = words.iter().map(|word| {
        let from = word.position - 1;
        characters[from..from + word.length].iter().collect::<String>()
    });
    assert_eq!(said.collect::<Vec<_>>(), ["Café", "naïve", "people’s", "end.", "New", "line."]);
}

#[test]
fn a_voice_that_flite_does_not_have_is_refused_with_those_it_has() {
    let error = speak(&order("rsm", "Hello.")).unwrap_err();
    insta::assert_snapshot!(error, @"flite has no voice `rsm`; near: rms, slt, awb, kal16 (set `voices` in [voice] to one of these)");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 24, ..Default::default() })]

    /// The library ends the process on some faults of its own: no text may bring one about.
    #[test]
    fn any_text_is_survived(text in "[\\PC\n]{0,80}") {
        if let Ok(sound) = speak(&order("kal16", &text)) {
            proptest::prop_assert!(sound.words.iter().all(|word| word.position <= text.chars().count()));
        }
    }
}
