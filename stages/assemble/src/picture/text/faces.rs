//! Which face sets which piece of a text.

use std::ops::Range;

use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use super::clean::{is_ignorable, is_rtl};
use crate::picture::fonts::{Chosen, Fonts};

/// A piece of text in one face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) range: Range<usize>,
    pub(super) face: Chosen,
}

/// Taken after the script's own families.
const COMMON: [&str; 6] =
    ["Noto Sans", "DejaVu Sans", "Noto Sans Symbols", "Noto Sans Symbols2", "Noto Sans Math", "Noto Color Emoji"];

/// What a face for text of one style is chosen by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) families: &'a [String],
    pub(super) weight: u16,
    pub(super) language: &'a str,
}

/// The text without the letters that no face has, the faces of its pieces, and the first letter that was left out.
pub(super) fn spans(fonts: &Fonts, text: &str, wish: &Wish<'_>) -> (String, Vec<Span>, Option<char>) {
    let mut kept = String::with_capacity(text.len());
    let mut spans: Vec<Span> = Vec::new();
    let mut missing = None;
    let mut put = |kept: &mut String, piece: &str, face: Chosen| {
        let start = kept.len();
        kept.push_str(piece);
        match spans.last_mut() {
            Some(last) if last.face == face => last.range.end = kept.len(),
            Some(_) | None => spans.push(Span { range: start..kept.len(), face }),
        }
    };
    // The face of what is before, and whether that was written from right to left.
    let mut last: Option<(Chosen, bool)> = None;
    for cluster in text.graphemes(true) {
        // Two spaces stay where the letters between them were left out.
        if cluster.trim().is_empty() && (kept.is_empty() || kept.ends_with(' ')) {
            continue;
        }
        let seen: Vec<char> = cluster.chars().filter(|letter| !is_ignorable(*letter)).collect();
        let emoji = is_emoji(cluster);
        // Signs go with the right-to-left letters before them: a word in one face keeps its order for sure.
        let sign = !emoji && !seen.iter().any(|letter| letter.is_alphabetic());
        let with_last =
            last.filter(|(face, rtl)| sign && *rtl && fonts.has_letters(*face, &seen)).map(|(face, _)| face);
        if let Some(face) = with_last.or_else(|| choose(fonts, cluster, &seen, wish)) {
            put(&mut kept, cluster, face);
            let rtl = seen.first().is_some_and(|letter| is_rtl(*letter) == Some(true));
            last = Some((face, rtl || with_last.is_some()));
            continue;
        }
        // A letter with a mark that no face has beside it: the letter alone.
        for letter in seen {
            let mut bytes = [0; 4];
            let piece = letter.encode_utf8(&mut bytes);
            match choose(fonts, piece, &[letter], wish) {
                Some(face) => {
                    put(&mut kept, piece, face);
                    last = Some((face, false));
                }
                None => missing = missing.or(Some(letter)),
            }
        }
    }
    (kept, spans, missing)
}

fn choose(fonts: &Fonts, cluster: &str, seen: &[char], wish: &Wish<'_>) -> Option<Chosen> {
    let try_family = |family: &str| fonts.in_family(family, wish.weight, seen);
    if is_emoji(cluster)
        && let Some(face) = try_family("Noto Color Emoji")
    {
        return Some(face);
    }
    let script =
        seen.iter().map(UnicodeScript::script).find(|script| *script != Script::Common && *script != Script::Inherited);
    // DejaVu ends many lists so that there is something; where it is no first choice, a script's own family is better.
    let european = matches!(script, None | Some(Script::Latin | Script::Greek | Script::Cyrillic));
    wish.families
        .iter()
        .enumerate()
        .filter(|(at, family)| european || *at == 0 || !family.starts_with("DejaVu"))
        .find_map(|(_, family)| try_family(family))
        .or_else(|| of_script(script, seen, wish.language).iter().find_map(|family| try_family(family)))
        .or_else(|| COMMON.iter().find_map(|family| try_family(family)))
        .or_else(|| fonts.in_any(seen))
}

/// The families made for a script; Chinese letters look as the text's language writes them.
fn of_script(script: Option<Script>, seen: &[char], language: &str) -> Vec<String> {
    let east_asian =
        seen.first().is_some_and(|letter| matches!(letter, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}'));
    let cjk = |region: &str| vec![format!("Noto Sans CJK {region}"), "Noto Sans CJK SC".to_owned()];
    match script {
        Some(Script::Hangul) => cjk("KR"),
        Some(Script::Hiragana | Script::Katakana) => cjk("JP"),
        Some(Script::Bopomofo) => cjk("TC"),
        Some(Script::Han) => cjk(region(language)),
        None if east_asian => cjk(region(language)),
        None => Vec::new(),
        Some(script) => {
            let name = script.full_name().replace('_', " ");
            vec![format!("Noto Sans {name}"), format!("Noto Serif {name}")]
        }
    }
}

fn region(language: &str) -> &'static str {
    match language {
        "ja" => "JP",
        "ko" => "KR",
        "zh-TW" | "zh-Hant" => "TC",
        "zh-HK" => "HK",
        _ => "SC",
    }
}

/// True if the cluster is shown as a coloured picture: by a selector, or by the default of its first letter.
pub(super) fn is_emoji(cluster: &str) -> bool {
    if cluster.contains('\u{FE0F}') {
        return true;
    }
    if cluster.contains('\u{FE0E}') {
        return false;
    }
    // The letters of the basic plane with `Emoji_Presentation`, and the blocks of emoji beyond it.
    cluster.chars().next().is_some_and(|first| {
        matches!(u32::from(first),
            0x231A | 0x231B | 0x23E9..=0x23EC | 0x23F0 | 0x23F3 | 0x25FD | 0x25FE | 0x2614 | 0x2615 | 0x2648..=0x2653
                | 0x267F | 0x2693 | 0x26A1 | 0x26AA | 0x26AB | 0x26BD | 0x26BE | 0x26C4 | 0x26C5 | 0x26CE | 0x26D4
                | 0x26EA | 0x26F2 | 0x26F3 | 0x26F5 | 0x26FA | 0x26FD | 0x2705 | 0x270A | 0x270B | 0x2728 | 0x274C
                | 0x274E | 0x2753..=0x2755 | 0x2757 | 0x2795..=0x2797 | 0x27B0 | 0x27BF | 0x2B1B | 0x2B1C | 0x2B50
                | 0x2B55 | 0x1F1E6..=0x1F1FF | 0x1F300..=0x1FAFF)
    })
}
