use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::picture::Fonts;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::system().unwrap());

fn setting(families: &[String], smallest: f32) -> Setting<'_> {
    Setting { families, weight: 700, size: 40.0, smallest, leading: 1.2, align: TextAlign::Start, gap: 0.0 }
}

/// The lines that a text is set in, each as it is read.
fn lines(language: &str, text: &str, width: f32, most: usize, smallest: f32) -> (f32, Vec<String>) {
    let mut setter = Typesetter::new(&FONTS, language);
    let families = ["Inter".to_owned()];
    let setting = setting(&families, smallest);
    let known = setter.learn(&[text.to_owned()], &setting);
    let room = Room { width, height: 1_000.0, lines: most };
    let fitted = fitted(&known, &setting, room).unwrap();
    let last = fitted.cuts.len() - 1;
    let line = |(at, cut): (usize, &Cut)| {
        let end = if cut.hyphen {
            "-"
        } else if fitted.cut && at == last {
            ELLIPSIS
        } else {
            ""
        };
        format!("{}{end}", &known.text[cut.start..cut.end])
    };
    (fitted.size, fitted.cuts.iter().enumerate().map(line).collect())
}

#[test]
fn lines_are_about_equally_long_and_keep_words_whole() {
    let text = "Why the night sky is getting brighter every year";
    assert_eq!(lines("en", text, 700.0, 3, 20.0).1, ["Why the night sky is", "getting brighter every year"]);
    assert_eq!(lines("en", text, 420.0, 4, 20.0).1, ["Why the night", "sky is getting", "brighter every year"]);
}

#[test]
fn chinese_and_japanese_lines_end_between_words_and_never_start_with_a_closing_mark() {
    let (size, chinese) = lines("zh", "为什么夜空每年都在变得更亮？城市使用越来越多的灯光。", 330.0, 5, 20.0);
    assert_eq!(
        (size, chinese),
        (40.0, ["为什么夜空每年", "都在变得更亮？", "城市使用越来越", "多的灯光。"].map(str::to_owned).to_vec())
    );
    for width in 120..400 {
        let text = "「夜空」はなぜ、毎年（少しずつ）明るくなっているのか。ショックです！";
        for line in lines("ja", text, width as f32, 12, 20.0).1 {
            assert!(!line.starts_with(['」', '、', '）', '。', '！', 'ョ', 'ッ', 'っ']), "{width}: {line}");
            assert!(!line.ends_with(['「', '（']), "{width}: {line}");
        }
    }
}

#[test]
fn thai_lines_break_between_words_and_never_start_with_a_vowel_sign() {
    let text = "ทำไมท้องฟ้ายามค่ำคืนจึงสว่างขึ้นทุกปี";
    assert_eq!(lines("th", text, 420.0, 4, 20.0).1, ["ทำไมท้องฟ้ายาม", "ค่ำคืนจึงสว่างขึ้นทุกปี"]);
    for width in 60..420 {
        for line in lines("th", text, width as f32, 12, 20.0).1 {
            let first = line.chars().next().unwrap();
            assert!(!matches!(first, '\u{0E30}'..='\u{0E3A}' | '\u{0E45}'..='\u{0E4E}'), "{width}: {line}");
            assert!(!matches!(line.chars().next_back().unwrap(), '\u{0E40}'..='\u{0E44}'), "{width}: {line}");
        }
    }
}

#[test]
fn what_does_not_fit_gets_smaller_then_its_words_are_broken_then_it_is_cut_at_a_word() {
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk";
    let (size, whole) = lines("de", long, 900.0, 3, 20.0);
    assert!(size < 40.0 && whole.len() == 1, "smaller first: {size} {whole:?}");
    let (size, broken) = lines("de", long, 400.0, 4, 20.0);
    assert!((20.0..=40.0 * BREAK_WORDS_BELOW).contains(&size), "{size}");
    assert!(broken.len() > 1 && broken[0].ends_with('-'), "{broken:?}");
    let text = "Lamps send light down, where people walk, and shields keep it from the sky above the town";
    let (size, cut) = lines("en", text, 300.0, 2, 30.0);
    assert_eq!((size, cut), (30.0, ["Lamps send light", "down, where…"].map(str::to_owned).to_vec()));
}

#[test]
fn a_letter_that_no_font_has_is_left_out_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let chosen = FONTS.in_family("DejaVu Sans", 400, &['a']).unwrap();
    let cosmic_text::fontdb::Source::File(file) = &FONTS.info(chosen.id).unwrap().source else { panic!("a file") };
    std::fs::copy(file, folder.path().join("only.ttf")).unwrap();
    let only = Fonts::in_folder(folder.path()).unwrap();
    let mut setter = Typesetter::new(&only, "en");
    let families = ["DejaVu Sans".to_owned()];
    let room = Room { width: 400.0, height: 100.0, lines: 1 };
    let mut set = |text: &str| setter.fit(&[text.to_owned()], &setting(&families, 20.0), room);
    let (with, without) = (set("Ab 夜空 c"), set("Ab c"));
    assert_eq!((with.missing, without.missing), (Some('夜'), None));
    assert!((with.width - without.width).abs() < 0.01, "nothing stands for it");
    let none = set("夜空");
    assert!(none.is_empty() && none.missing == Some('夜'));
}

#[test]
fn right_to_left_words_keep_their_order_with_marks_and_foreign_letters() {
    let mut setter = Typesetter::new(&FONTS, "he");
    let families = ["Inter".to_owned()];
    let room = Room { width: 900.0, height: 100.0, lines: 1 };
    // Words in order of reading: the first is rightmost, and so on.
    let words = ["שלום", "(עולם)", "iPhone", "יצא", "15%", "סוף?"].map(str::to_owned);
    let block = setter.fit(&words, &setting(&families, 20.0), room);
    assert!(block.rtl);
    let left = |word: usize| block.word_boxes(word).next().unwrap().1.left;
    for word in 1..words.len() {
        assert!(left(word) < left(word - 1), "{} is left of {}", words[word], words[word - 1]);
    }
    // The bracket that opens is right of its word's letters, the one that closes left of them.
    let bytes: Vec<(usize, f32)> = block
        .glyphs
        .iter()
        .filter(|placed| placed.word == 1)
        .map(|placed| (placed.glyph.start, placed.glyph.x))
        .collect();
    let first = bytes.iter().min_by_key(|(start, _)| *start).unwrap();
    let last = bytes.iter().max_by_key(|(start, _)| *start).unwrap();
    assert!(bytes.iter().all(|(_, x)| *x <= first.1 && *x >= last.1), "{bytes:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is set: no panic, no hang, and no ink outside of the room.
    #[test]
    fn ink_stays_in_its_room(
        text in prop_oneof![
            "\\PC{0,80}",
            "[\\u{0}-\\u{20}a-z\\u{200B}-\\u{200F}\\u{202A}-\\u{202E}\\u{2066}-\\u{2069}\u{5D0}-\u{5EA}\u{621}-\u{64A}]{0,120}",
            "[a\u{e01}-\u{e4e}\u{300}-\u{36f}\u{900}-\u{94d}]{0,60}",
            "([a-z]{1,9} ){2000}",
            "(\u{1F468}\u{200D}|\u{1F600}|\u{1F1E9}\u{1F1EA}|\u{2764}\u{FE0F}){1,12}",
        ],
        language in prop::sample::select(vec!["en", "ar", "th", "zh", "tr"]),
        width in 1.0_f32..400.0, height in 1.0_f32..200.0, lines in 0_usize..8, size in 5.0_f32..90.0,
    ) {
        let mut setter = Typesetter::new(&FONTS, language);
        let families = ["Inter".to_owned()];
        let setting = Setting { size, smallest: size * 0.5, ..setting(&families, 0.0) };
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        for words in [vec![text.clone()], words] {
            let block = setter.fit(&words, &setting, Room { width, height, lines });
            prop_assert!(block.width <= width && block.height <= height, "{}x{}", block.width, block.height);
            prop_assert!(block.lines.len() <= lines.max(1));
            if let Some(ink) = setter.inked(&block, (0.0, 0.0), |_| Some(1.0)) {
                // A glyph's place is rounded to a quarter of a pixel.
                prop_assert!(ink.left >= -1 && ink.top >= 0, "{ink:?}");
                prop_assert!(ink.right as f32 <= width.ceil() + 1.0 && ink.bottom as f32 <= height.ceil(), "{ink:?} in {width}x{height}");
            }
        }
    }
}

#[test]
fn figures_before_the_first_letter_of_a_right_to_left_text_are_kept() {
    let mut setter = Typesetter::new(&FONTS, "ar");
    let families = ["Inter".to_owned()];
    let mut glyphs = |text: &str| {
        let room = Room { width: 900.0, height: 200.0, lines: 1 };
        setter.fit(&[text.to_owned()], &setting(&families, 20.0), room).glyphs.len()
    };
    let word = glyphs("الناس");
    assert_eq!(glyphs("83% الناس"), word + 3);
    assert_eq!(glyphs("الناس 83%"), word + 3);
    assert_eq!(glyphs("«83» الناس"), word + 4);
}
