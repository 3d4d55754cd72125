//! The words that tell of machines and of advertising, in the video's language.
//!
//! The rules behind them: 16 CFR 255 and the FTC's guidance on it (plainly worded, in the post's language, seen without a
//! tap, in the video itself and better also spoken), and article 50 of Regulation (EU) 2024/1689 (AI-made is told). The
//! words for other languages than English are those in common use there; the law of these countries was not researched.

use reelpress_config::{Connection, Declared};

use crate::cut::{Area, Cut, OverlayKind};

/// Until when advertising must be seen, and for how long: our own figure, the rules name none.
const SHOWN_MS: u64 = 3_000;
/// Least height of the words with their ground, as a share of the frame's: our own figure. A thousandth is left to rounding.
const SHOWN_HEIGHT: f32 = 0.039;

/// What one language says.
struct Words {
    /// ISO 639-1
    language: &'static str,
    /// One sentence: a machine made it.
    ai: &'static str,
    /// One word for advertising, as it stands before a caption.
    ad: &'static str,
    /// Two sentences to speak: without and with a brand, for which `{}` stands.
    spoken: [&'static str; 2],
}

/// English first: it stands in for languages that are not here.
const WORDS: [Words; 18] = [
    Words {
        language: "en",
        ai: "This video was made with AI.",
        ad: "Ad",
        spoken: ["This is an advertisement.", "This is an advertisement for {}."],
    },
    Words {
        language: "ar",
        ai: "صُنع هذا الفيديو بالذكاء الاصطناعي.",
        ad: "إعلان",
        spoken: ["هذا إعلان.", "هذا إعلان عن {}."],
    },
    Words {
        language: "de",
        ai: "Dieses Video wurde mit KI erstellt.",
        ad: "Anzeige",
        spoken: ["Das ist Werbung.", "Das ist Werbung für {}."],
    },
    Words {
        language: "es",
        ai: "Este vídeo se ha creado con IA.",
        ad: "Publicidad",
        spoken: ["Esto es publicidad.", "Esto es publicidad de {}."],
    },
    Words {
        language: "fr",
        ai: "Cette vidéo a été créée avec une IA.",
        ad: "Publicité",
        spoken: ["Ceci est une publicité.", "Ceci est une publicité pour {}."],
    },
    Words {
        language: "hi",
        ai: "यह वीडियो एआई से बनाया गया है।",
        ad: "विज्ञापन",
        spoken: ["यह एक विज्ञापन है।", "यह {} का विज्ञापन है।"],
    },
    Words {
        language: "id",
        ai: "Video ini dibuat dengan AI.",
        ad: "Iklan",
        spoken: ["Ini adalah iklan.", "Ini adalah iklan {}."],
    },
    Words {
        language: "it",
        ai: "Questo video è stato creato con l'IA.",
        ad: "Pubblicità",
        spoken: ["Questa è una pubblicità.", "Questa è una pubblicità di {}."],
    },
    Words {
        language: "ja",
        ai: "この動画はAIで作成されました。",
        ad: "広告",
        spoken: ["これは広告です。", "これは{}の広告です。"],
    },
    Words {
        language: "ko",
        ai: "이 영상은 AI로 제작되었습니다.",
        ad: "광고",
        spoken: ["이 영상은 광고입니다.", "이 영상은 {} 광고입니다."],
    },
    Words {
        language: "nl",
        ai: "Deze video is met AI gemaakt.",
        ad: "Advertentie",
        spoken: ["Dit is een advertentie.", "Dit is een advertentie voor {}."],
    },
    Words {
        language: "pl",
        ai: "Ten film powstał z użyciem AI.",
        ad: "Reklama",
        spoken: ["To jest reklama.", "To jest reklama {}."],
    },
    Words {
        language: "pt",
        ai: "Este vídeo foi criado com IA.",
        ad: "Publicidade",
        spoken: ["Isto é publicidade.", "Isto é publicidade de {}."],
    },
    Words {
        language: "ru",
        ai: "Это видео создано с помощью ИИ.",
        ad: "Реклама",
        spoken: ["Это реклама.", "Это реклама {}."],
    },
    Words {
        language: "tr",
        ai: "Bu video yapay zekâ ile yapıldı.",
        ad: "Reklam",
        spoken: ["Bu bir reklamdır.", "Bu, {} reklamıdır."],
    },
    Words {
        language: "uk",
        ai: "Це відео створено за допомогою ШІ.",
        ad: "Реклама",
        spoken: ["Це реклама.", "Це реклама {}."],
    },
    Words {
        language: "vi",
        ai: "Video này được tạo bằng AI.",
        ad: "Quảng cáo",
        spoken: ["Đây là quảng cáo.", "Đây là quảng cáo cho {}."],
    },
    Words {
        language: "zh", ai: "本视频由 AI 制作。", ad: "广告", spoken: ["这是广告。", "这是{}的广告。"]
    },
];

/// The sentence that says a machine made it, in this language (`de`, `de-AT`); in English for those we have no words in.
#[must_use]
pub fn ai_notice(language: &str) -> &'static str {
    words(language).ai
}

/// How a commercial connection is told. Nothing of it is optional: what advertises says so in the caption, in the picture
/// and, as it always speaks, by voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// What stands in the picture from its first frame to its last, and before the caption: `Ad · Acme`.
    pub shown: String,
    /// One sentence to speak.
    pub spoken: String,
}

impl Disclosure {
    /// A caption is told to be advertising within so many characters: what every platform shows without a tap.
    pub const FRONT_MAX: usize = 100;

    /// What must be told of a video in this language; `None` where nobody declared that somebody gains.
    ///
    /// The declaration's own words come first; without any, the language's usual word and the brand.
    #[must_use]
    pub fn of(declared: &Declared, language: &str) -> Option<Self> {
        let Connection { brand, disclosure, .. } = declared.advertises()?;
        let (brand, own, words) = (line(brand), line(disclosure), words(language));
        let shown = match (own.is_empty(), brand.is_empty()) {
            (false, _) => own.clone(),
            (true, false) => format!("{} · {brand}", words.ad),
            (true, true) => words.ad.to_owned(),
        };
        let spoken = match (own.is_empty(), brand.is_empty()) {
            (false, _) => ended(own),
            (true, false) => words.spoken[1].replace("{}", &brand),
            (true, true) => words.spoken[0].to_owned(),
        };
        Some(Self { shown, spoken })
    }

    /// The caption with the words before it, unless it begins with them already.
    #[must_use]
    pub fn before(&self, caption: &str) -> String {
        let caption = caption.trim();
        if self.begins(caption) { caption.to_owned() } else { format!("{}: {caption}", self.shown) }
    }

    /// True if a caption begins with the words: nothing stands before them, not even a hashtag.
    #[must_use]
    pub fn begins(&self, caption: &str) -> bool {
        let rest = caption.trim_start().strip_prefix(self.shown.as_str());
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    }

    /// True if a cut shows the words as the rules ask for: within the first three seconds, for three seconds or more (all
    /// the time in a shorter cut), 4 % of the frame's height or more, inside the frame.
    #[must_use]
    pub fn is_shown_in(&self, cut: &Cut) -> bool {
        let least = SHOWN_MS.min(cut.duration_ms);
        cut.overlays.iter().any(|overlay| {
            let Area { left, top, right, bottom } = overlay.area;
            let is_inside = left >= 0.0 && top >= 0.0 && right <= 1.0 && bottom <= 1.0;
            overlay.kind == OverlayKind::Disclosure
                && same(&overlay.text, &self.shown)
                && overlay.span.start_ms <= SHOWN_MS
                && overlay.span.end_ms.saturating_sub(overlay.span.start_ms) >= least
                && bottom - top >= SHOWN_HEIGHT
                && is_inside
        })
    }

    /// True if a narration speaks the sentence.
    #[must_use]
    pub fn is_spoken_in(&self, narration: &str) -> bool {
        narration.contains(self.spoken.as_str())
    }
}

/// True if a cut says from its first frame to its last that a machine made it: a disclosure that is not about advertising.
#[must_use]
pub fn ai_notice_shown(cut: &Cut, advertising: Option<&Disclosure>) -> bool {
    cut.overlays.iter().any(|overlay| {
        overlay.kind == OverlayKind::Disclosure
            && !overlay.text.trim().is_empty()
            && advertising.is_none_or(|told| !same(&overlay.text, &told.shown))
            && overlay.span.start_ms == 0
            && overlay.span.end_ms >= cut.duration_ms
    })
}

/// The same words, however they were broken into lines or written in capitals.
fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(one) == plain(other)
}

fn words(language: &str) -> &'static Words {
    let code = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    WORDS.iter().find(|words| words.language == code).unwrap_or(&WORDS[0])
}

/// On one line, without signs that are not seen. Templates fill in what stands in braces: words are no such thing.
fn line(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '{' => '(',
        '}' => ')',
        c if c.is_control() => ' ',
        c => c,
    });
    let plain = plain.collect::<String>();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(Connection::WORDS_MAX).collect::<String>().trim_end().to_owned()
}

fn ended(text: String) -> String {
    if text.ends_with(['.', '!', '?', '。']) { text } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use reelpress_config::Commercial;

    use super::*;

    fn declared(kind: Commercial, brand: &str, disclosure: &str) -> Declared {
        let (brand, disclosure) = (brand.to_owned(), disclosure.to_owned());
        Declared { commercial: Some(Connection { kind, brand, disclosure }), ..Declared::default() }
    }

    #[test]
    fn whoever_gains_is_told_in_every_language_and_nobody_is_where_nobody_does() {
        for kind in Commercial::ALL {
            for words in &WORDS {
                let told = Disclosure::of(&declared(kind, "", ""), words.language);
                assert_eq!(told.is_some(), kind != Commercial::None, "{kind:?} {}", words.language);
                let Some(told) = told else { continue };
                assert_eq!((told.shown.as_str(), told.spoken.as_str()), (words.ad, words.spoken[0]));
                let brand = Disclosure::of(&declared(kind, "Acme", ""), words.language).unwrap();
                assert!(brand.shown.ends_with(" · Acme") && brand.spoken.contains("Acme"), "{brand:?}");
            }
        }
        assert_eq!(Disclosure::of(&Declared::default(), "en"), None);
    }

    #[test]
    fn the_table_has_each_language_once_and_a_place_for_the_brand() {
        let languages: std::collections::BTreeSet<&str> = WORDS.iter().map(|words| words.language).collect();
        assert_eq!((languages.len(), WORDS[0].language), (WORDS.len(), "en"));
        for words in &WORDS {
            assert!(words.spoken[1].contains("{}") && !words.spoken[0].contains('{'), "{}", words.language);
            assert!(words.ad.chars().count() <= 12, "{}", words.ad);
        }
        assert_eq!(ai_notice("DE-at"), "Dieses Video wurde mit KI erstellt.");
        assert_eq!([ai_notice("xx"), ai_notice("")], [WORDS[0].ai; 2]);
    }

    #[test]
    fn own_words_stand_on_one_line_and_are_never_longer_than_the_picture_holds() {
        let told = Disclosure::of(&declared(Commercial::Gift, "Acme", " Sponsored\nby\u{7} Acme "), "en").unwrap();
        assert_eq!((told.shown.as_str(), told.spoken.as_str()), ("Sponsored by Acme", "Sponsored by Acme."));
        let long = Disclosure::of(&declared(Commercial::Gift, "", &"word ".repeat(40)), "en").unwrap();
        assert!(long.shown.chars().count() <= Connection::WORDS_MAX);
        const { assert!(Connection::WORDS_MAX + 40 <= Disclosure::FRONT_MAX, "brand and word are seen without a tap") };
    }

    #[test]
    fn a_caption_that_begins_with_the_words_is_left_alone() {
        let told = Disclosure::of(&declared(Commercial::Affiliate, "", ""), "en").unwrap();
        assert_eq!(told.before("Shoes that hold"), "Ad: Shoes that hold");
        assert_eq!(told.before(&told.before("Shoes")), "Ad: Shoes");
        assert_eq!(told.before("Adorable shoes"), "Ad: Adorable shoes");
        assert!(!told.begins("Shoes that hold. Ad") && !told.begins("#shoes Ad"));
    }

    type Change = fn(&mut crate::Overlay);

    #[test]
    fn only_words_that_are_early_long_and_large_enough_count_as_shown() {
        use crate::cut::{Overlay, Span};
        let told = Disclosure::of(&declared(Commercial::Affiliate, "Acme", ""), "en").unwrap();
        let good = Overlay {
            kind: OverlayKind::Disclosure,
            span: Span { start_ms: 3_000, end_ms: 6_000 },
            area: Area { left: 0.06, top: 0.12, right: 0.5, bottom: 0.16 },
            text: "AD ·\nAcme".to_owned(),
            size_px: 40.0,
            colours: vec![[17, 17, 17]],
        };
        let mut cut = crate::testing::assembled(&crate::testing::draft(), "berlin", b"film").cut;
        let mut is_shown = |overlay: &Overlay| {
            cut.overlays = vec![overlay.clone()];
            told.is_shown_in(&cut)
        };
        assert!(is_shown(&good));
        let wrong: [(&str, Change); 6] = [
            ("too late", |overlay| overlay.span.start_ms = 3_001),
            ("too short", |overlay| overlay.span.end_ms = 5_999),
            ("too small", |overlay| overlay.area.bottom = 0.15),
            ("outside", |overlay| overlay.area.left = -0.01),
            ("other words", |overlay| overlay.text = "Adorable".to_owned()),
            ("a caption", |overlay| overlay.kind = OverlayKind::Caption),
        ];
        for (what, change) in wrong {
            let mut overlay = good.clone();
            change(&mut overlay);
            assert!(!is_shown(&overlay), "{what}");
        }
        cut.overlays = vec![Overlay { span: Span { start_ms: 0, end_ms: cut.duration_ms }, ..good }];
        assert!(!ai_notice_shown(&cut, Some(&told)), "an advertisement says nothing of machines");
        cut.overlays[0].text = "AI-generated".to_owned();
        assert!(ai_notice_shown(&cut, Some(&told)) && !told.is_shown_in(&cut));
        cut.overlays[0].span.start_ms = 40;
        assert!(!ai_notice_shown(&cut, None), "from the first frame on");
    }
}
