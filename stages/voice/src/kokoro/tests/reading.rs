//! Text to symbols: phonemes, words, clauses, parts.

use std::convert::Infallible;

use proptest::prelude::*;

use crate::espeak;
use crate::kokoro::align::words_of;
use crate::kokoro::phonemes::{Accent, TIE, symbols};
use crate::kokoro::text::{End, Reading, Token, parts, read};
use crate::kokoro::vocabulary::{SYMBOLS_MAX, number};

fn written(espeak: &str, accent: Accent) -> String {
    symbols(espeak, accent).into_iter().collect()
}

#[test]
fn english_is_written_as_the_model_was_taught() {
    let american = [
        ("həlˈo^ʊ wˈɜːld", "həlˈO wˈɜɹld"),
        ("d^ʒˈʌd^ʒ t^ʃˈo^ʊz ɐ bˈɔ^ɪ nˈa^ʊ", "ʤˈʌʤ ʧˈOz ə bˈY nˈW"),
        ("bˈʌʔn\u{329} lˈɪɾə^l ɹˈɪðəm sˈɛntɚ", "bˈʌtᵊn lˈɪɾᵊl ɹˈɪðəm sˈɛntəɹ"),
        ("wˈiːk fˈoːɹ dˈe^ɪz", "wˈik fˈɔɹ dˈAz"),
        ("(fr)ɡʁɑ\u{303}(en-us) lˈɑːx", "ɡʁɑ lˈɑk"),
    ];
    for (espeak, symbols) in american {
        assert_eq!(written(espeak, Accent::American), symbols);
    }
    let british = [("həlˈə^ʊ wˈɜːld", "həlˈQ wˈɜːld"), ("ðˈe^ə hˈiə", "ðˈɛː hˈɪə"), ("ɡˈo^ʊt", "ɡˈɔʊt")];
    for (espeak, symbols) in british {
        assert_eq!(written(espeak, Accent::British), symbols);
    }
}

#[test]
fn other_languages_keep_their_sounds() {
    let told = [
        ("t^ʃˈao pˈit^sːa", "ʧˈao pˈiʦːa"),
        ("pˈero aɲos", "pˈero aɲos"),
        ("nˈɐ\u{303}^ʊ\u{303}", "nˈɐ\u{303}ʊ\u{303}"),
    ];
    for (espeak, symbols) in told {
        assert_eq!(written(espeak, Accent::Other), symbols);
    }
}

/// As the engine does it.
fn with_espeak(voice: &str, accent: Accent, text: &str) -> Reading {
    espeak::reading(voice, TIE as u8, |say| read(text, accent, say)).unwrap()
}

#[test]
fn what_espeak_says_in_any_of_the_languages_is_known_to_the_model() {
    let texts = [
        (
            "en-us",
            Accent::American,
            "The quick brown fox jumps over a lazy dog, while thirsty bears measure huge yellow boys.",
        ),
        ("en-gb", Accent::British, "The quick brown fox jumps over a lazy dog; nobody's near there, or poor and pure!"),
        ("es", Accent::Other, "El veloz murciélago hindú comía feliz cardillo y kiwi. ¿La cigüeña tocaba el saxofón?"),
        (
            "fr-fr",
            Accent::Other,
            "Portez ce vieux whisky au juge blond qui fume: un bon vin blanc, l'œuf et la montagne.",
        ),
        (
            "it",
            Accent::Other,
            "Quel vituperabile xenofobo zelante assaggia il whisky ed esclama: gli gnocchi, la pizza!",
        ),
        (
            "pt-br",
            Accent::Other,
            "Luís argüia à Júlia que brações, fé, chá, óxido, pôr, zângão eram palavras do português.",
        ),
        ("hi", Accent::Other, "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश करने वाले विष्णुवतार भगवान श्रीराम।"),
    ];
    for (voice, accent, text) in texts {
        let mut unknown = Vec::new();
        let reading = espeak::reading(voice, TIE as u8, |say| {
            read(text, accent, |clause| {
                let said = say(clause)?;
                unknown.extend(symbols(&said, accent).into_iter().filter(|symbol| number(*symbol).is_none()));
                Ok::<_, crate::VoiceError>(said)
            })
        });
        assert_eq!((voice, unknown), (voice, Vec::<char>::new()));
        let reading = reading.unwrap();
        let words = text.split(' ').count();
        assert_eq!(reading.words.len(), words);
        let heard = reading.tokens.iter().filter_map(|token| token.word).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(heard.len(), words, "{voice}: each word has a sound of its own");
    }
}

/// The sounds of each word of an American reading.
fn by_word(text: &str) -> Vec<String> {
    let reading = with_espeak("en-us", Accent::American, text);
    let mut words = vec![String::new(); reading.words.len()];
    for token in reading.tokens {
        if let Some(word) = token.word {
            let symbol = (' '..='\u{ffff}').find(|symbol| number(*symbol) == Some(token.number)).unwrap();
            words[word].push(symbol);
        }
    }
    words
}

#[test]
fn sounds_find_their_words_where_espeak_joins_and_splits() {
    assert_eq!(by_word("a test of the voice"), ["ə", "tˈɛst", "ʌv", "ðə", "vˈYs"]);
    assert_eq!(by_word("the old judge"), ["ðɪ", "ˈOld", "ʤˈʌʤ"]);
    assert_eq!(
        by_word("it has to be in the 2,000 houses"),
        ["ɪt", "hɐz", "tə", "bi", "ɪn", "ðə", "tˈu θˈWzənd", "hˈWzᵻz"].map(|w| w.replace('ɐ', "ə"))
    );
    assert_eq!(by_word("Stop \u{2014} now."), ["stˈɑp", "", "nˈW"]);
}

#[test]
fn punctuation_is_read_and_the_end_of_a_line_ends_a_sentence() {
    let say = |clause: &str| Ok::<_, Infallible>(clause.to_lowercase());
    let shown = |text: &str| {
        let reading = read(text, Accent::Other, say).unwrap();
        let symbol = |token: &Token| (' '..='\u{ffff}').find(|symbol| number(*symbol) == Some(token.number)).unwrap();
        reading.tokens.iter().map(symbol).collect::<String>()
    };
    assert_eq!(shown("No \"tea\" (dust), no\u{2026}"), "no “tea” (dust), no…");
    assert_eq!(shown("Ten facts\nOne: bees"), "ten facts. one: bees.");
    assert_eq!(shown("\u{bf}Si? - no"), "si? no.");
    assert_eq!(shown("so \u{2013} yes!"), "so — yes!");
    assert_eq!(shown("  ... "), "...", "nothing is made up");
    assert_eq!(read("a  b\nc", Accent::Other, say).unwrap().words, [(0, 1), (3, 1), (5, 1)]);
}

fn lists() -> impl Strategy<Value = Vec<Vec<char>>> {
    let word = prop::collection::vec(prop::sample::select("abdəɪˈtuːnO".chars().collect::<Vec<_>>()), 0..8);
    prop::collection::vec(word, 1..8)
}

proptest! {
    #[test]
    fn words_keep_their_order_whatever_is_said(clause in "[abdəɪˈtu nO]{0,30}", words in lists()) {
        let clause = clause.chars().collect::<Vec<_>>();
        let told = words_of(&clause, &words);
        prop_assert_eq!(told.len(), clause.len());
        prop_assert!(told.is_sorted() && told.iter().all(|word| *word < words.len()));
    }

    #[test]
    fn a_clause_that_sounds_like_its_words_is_cut_at_its_blanks(words in lists()) {
        prop_assume!(words.iter().all(|word| !word.is_empty()));
        let clause = words.join(&' ');
        let told = words_of(&clause, &words);
        let mut word = 0;
        for (symbol, told) in clause.iter().zip(told) {
            if *symbol == ' ' {
                word += 1;
            } else {
                prop_assert_eq!(told, word);
            }
        }
    }

    #[test]
    fn parts_fit_the_model_and_leave_nothing_out(
        ends in prop::collection::vec(prop::sample::select(vec![
            End::Nothing, End::Nothing, End::Nothing, End::Nothing, End::Word, End::Clause, End::Sentence,
        ]), 0..3_000),
    ) {
        let tokens = ends.iter().enumerate().map(|(at, end)| Token { number: 43, word: Some(at), end: *end });
        let tokens = tokens.collect::<Vec<_>>();
        let parts = parts(&tokens);
        prop_assert_eq!(&parts.concat(), &tokens);
        prop_assert!(parts.iter().all(|part| (1..=SYMBOLS_MAX).contains(&part.len())));
    }

    #[test]
    fn any_phonemes_give_clean_symbols(espeak in "[a-zəɪ^ːˈʲ\u{329}\u{303}() -]{0,40}", accent in 0..3_usize) {
        let symbols = symbols(&espeak, [Accent::American, Accent::British, Accent::Other][accent]);
        prop_assert!(!symbols.contains(&TIE));
        prop_assert!(!symbols.windows(2).any(|pair| pair == [' ', ' ']));
    }

    #[test]
    fn any_text_can_be_read(text in "[\\PC\n]{0,200}") {
        let say = |clause: &str| Ok::<_, Infallible>(clause.chars().rev().collect());
        let reading = read(&text, Accent::American, say).unwrap();
        let blanks = |c: char| c == ' ' || c == '\n';
        prop_assert_eq!(reading.words.len(), text.split(blanks).filter(|word| !word.is_empty()).count());
        let words = reading.tokens.iter().filter_map(|token| token.word).collect::<Vec<_>>();
        prop_assert!(words.is_sorted() && words.iter().all(|word| *word < reading.words.len()));
    }
}

#[test]
fn a_long_text_is_cut_behind_a_sentence() {
    let token = |end| Token { number: 43, word: Some(0), end };
    let mut tokens = vec![token(End::Nothing); 900];
    tokens[60].end = End::Sentence;
    tokens[200].end = End::Sentence;
    tokens[201].end = End::Sentence;
    tokens[290].end = End::Clause;
    tokens[360].end = End::Word;
    tokens[480].end = End::Clause;
    // Behind the sentence, the clause, a word too early for either to be good, and where nothing ends.
    assert_eq!(parts(&tokens).iter().map(|part| part.len()).collect::<Vec<_>>(), [202, 279, 300, 119]);
}
