//! Texts made comparable, in several readings, each with the way back to the text as written.
//!
//! - *bare*: compatible forms folded (NFKC), lower case, accents off, look-alike letters of other scripts made Latin,
//!   invisible characters out, white space to single blanks. Patterns are matched against it.
//! - *words*: bare, with words and signs apart by single blanks and `|` for the end of a sentence. Phrases are matched
//!   against it.
//! - *exact*: the same with accents kept, for words that an accent tells apart.
//! - *loud*: words with leetspeak, doubled letters and letters set apart undone, for what people write in disguise.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::subject::{Field, Subject};
use reelpress_vocabulary::Platform;

/// The blank-separated sign for the end of a sentence: no phrase reaches over it.
const BREAK: char = '|';

/// A text of the subject, as places name it.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) field: Field,
    pub(crate) path: String,
    /// The platform, for a post's text.
    pub(crate) platform: Option<Platform>,
    /// After NFC, so that places have one meaning.
    pub(crate) text: String,
}

/// All texts of a subject in one reading, one behind the other, each on a line of its own.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) text: String,
    /// For each byte of `text`, where its letter begins in the source.
    origins: Vec<u32>,
    /// Where each text begins, and which source it is; rising.
    lines: Vec<(usize, usize)>,
}

/// A subject's texts, ready to be searched.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) sources: Vec<Source>,
    pub(crate) bare: Reading,
    pub(crate) words: Reading,
    pub(crate) exact: Reading,
    pub(crate) loud: Reading,
    /// Some texts were left out, because there are more bytes than [`Subject::BYTES_MAX`].
    pub(crate) is_cut: bool,
}

/// A letter and where it comes from.
type Letter = (char, u32);

impl Document {
    pub(crate) fn of(subject: &Subject) -> Self {
        let mut document = Self {
            sources: Vec::new(),
            bare: Reading::default(),
            words: Reading::default(),
            exact: Reading::default(),
            loud: Reading::default(),
            is_cut: false,
        };
        let mut room = Subject::BYTES_MAX;
        let latin = is_latin(subject.language_code().as_deref());
        for source in sources(subject) {
            let Some(left) = room.checked_sub(source.text.len()) else {
                document.is_cut = true;
                continue;
            };
            room = left;
            document.take(source, latin);
        }
        document
    }

    fn take(&mut self, source: Source, latin: bool) {
        let at = self.sources.len();
        let readings = if source.text.chars().any(is_invisible) { &[false, true][..] } else { &[false] };
        for apart in readings {
            let plain = plain(&source.text, *apart);
            let bare = bare(&plain, latin);
            self.bare.push(at, &bare);
            self.exact.push(at, &words(&plain));
            let spaced = words(&bare);
            if let Some(loud) = loud(&bare) {
                let loud = words(&loud);
                if !loud.iter().map(|(c, _)| c).eq(spaced.iter().map(|(c, _)| c)) {
                    self.loud.push(at, &loud);
                }
            }
            self.words.push(at, &spaced);
        }
        self.sources.push(source);
    }
}

fn sources(subject: &Subject) -> Vec<Source> {
    let mut sources = Vec::with_capacity(subject.texts.len() + 4);
    let nfc = |text: &str| text.nfc().collect::<String>();
    for text in &subject.texts {
        sources.push(Source { field: text.field, path: text.path.clone(), platform: None, text: nfc(&text.text) });
    }
    if let Some(tags) = subject.hashtags.as_ref().filter(|tags| !tags.is_empty()) {
        let tags = tags.iter().map(|tag| format!("#{}", tag.trim_start_matches('#'))).collect::<Vec<_>>().join(" ");
        sources.push(Source { field: Field::Hashtags, path: "hashtags".to_owned(), platform: None, text: nfc(&tags) });
    }
    for (platform, post) in &subject.posts {
        let path = format!("post[{}]", platform_name(*platform));
        sources.push(Source { field: Field::Post, path, platform: Some(*platform), text: nfc(post) });
    }
    sources
}

/// The platform's name in files and tables.
pub(crate) const fn platform_name(platform: Platform) -> &'static str {
    match platform {
        Platform::Tiktok => "tiktok",
        Platform::YoutubeShorts => "youtube-shorts",
        Platform::InstagramReels => "instagram-reels",
    }
}

impl Reading {
    fn push(&mut self, source: usize, letters: &[Letter]) {
        if !self.lines.is_empty() {
            self.text.push('\n');
            self.origins.push(0);
        }
        self.lines.push((self.text.len(), source));
        for (letter, origin) in letters {
            self.text.push(*letter);
            self.origins.resize(self.text.len(), *origin);
        }
    }

    /// Where each line is, without its end.
    pub(crate) fn line_ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let ends = self.lines.iter().skip(1).map(|(start, _)| start - 1).chain([self.text.len()]);
        self.lines.iter().map(|(start, _)| *start).zip(ends).map(|(start, end)| start..end)
    }

    /// The source and the bytes in it that a stretch of this reading stands for.
    pub(crate) fn origin(&self, range: std::ops::Range<usize>, sources: &[Source]) -> Option<(usize, u32, u32)> {
        let line = self.lines.partition_point(|(start, _)| *start <= range.start).checked_sub(1)?;
        let source = self.lines[line].1;
        let start = *self.origins.get(range.start)?;
        let last = *self.origins.get(range.end.checked_sub(1)?)?;
        let behind = sources.get(source)?.text.get(last as usize..)?.chars().next().map_or(0, char::len_utf8);
        Some((source, start, last + behind as u32))
    }
}

/// A phrase of a rule in the reading *words*, or *exact* if accents are kept.
pub(crate) fn phrase(text: &str, keeps_accents: bool) -> String {
    let text = text.nfc().collect::<String>();
    let plain = plain(&text, false);
    let letters = if keeps_accents { plain } else { bare(&plain, false) };
    words(&letters).into_iter().map(|(letter, _)| letter).collect()
}

/// Languages that are not written in Latin letters keep their own.
fn is_latin(language: Option<&str>) -> bool {
    !matches!(language, Some("ru" | "uk" | "be" | "bg" | "sr" | "mk" | "kk" | "ky" | "mn" | "tg" | "el"))
}

/// Compatible forms folded, lower case, quotes made plain, white space to single blanks, invisible characters out or,
/// if `apart`, to blanks.
fn plain(text: &str, apart: bool) -> Vec<Letter> {
    let mut letters = Vec::<Letter>::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let character = match character {
            c if is_invisible(c) && apart => ' ',
            c if is_invisible(c) => continue,
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{b4}' | '`' => '\'',
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        };
        if character.is_ascii() {
            push_plain(&mut letters, character.to_ascii_lowercase(), at as u32);
            continue;
        }
        for folded in std::iter::once(character).nfkc().flat_map(char::to_lowercase) {
            push_plain(&mut letters, folded, at as u32);
        }
    }
    while letters.last().is_some_and(|(letter, _)| *letter == ' ') {
        letters.pop();
    }
    letters
}

fn push_plain(letters: &mut Vec<Letter>, letter: char, at: u32) {
    if !letter.is_whitespace() && !letter.is_control() {
        letters.push((letter, at));
    } else if letters.last().is_some_and(|(last, _)| *last != ' ') {
        letters.push((' ', at));
    }
}

/// Accents off, and in words with a Latin letter (in all words of a Latin language) look-alikes made Latin.
fn bare(plain: &[Letter], latin: bool) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(plain.len());
    for (letter, at) in plain {
        if letter.is_ascii() {
            letters.push((*letter, *at));
            continue;
        }
        match letter {
            'ß' => letters.extend([('s', *at), ('s', *at)]),
            'æ' => letters.extend([('a', *at), ('e', *at)]),
            'œ' => letters.extend([('o', *at), ('e', *at)]),
            'ø' => letters.push(('o', *at)),
            'đ' | 'ð' => letters.push(('d', *at)),
            'ł' => letters.push(('l', *at)),
            'ı' => letters.push(('i', *at)),
            other => {
                let parts = std::iter::once(*other).nfd().filter(|part| !is_combining_mark(*part));
                letters.extend(parts.map(|part| (part, *at)));
            }
        }
    }
    undo_look_alikes(&mut letters, latin);
    letters
}

fn undo_look_alikes(letters: &mut [Letter], latin: bool) {
    if letters.iter().all(|(letter, _)| letter.is_ascii()) {
        return;
    }
    for word in letters.split_mut(|(letter, _)| !letter.is_alphanumeric()) {
        let has_latin = word.iter().any(|(letter, _)| letter.is_ascii_alphabetic());
        let all_alike = word.iter().all(|(letter, _)| look_alike(*letter).is_some() || letter.is_ascii());
        if has_latin || (latin && all_alike) {
            for (letter, _) in word {
                *letter = look_alike(*letter).unwrap_or(*letter);
            }
        }
    }
}

/// The Latin letter that a Greek or Cyrillic one, or a small capital, is taken for.
fn look_alike(letter: char) -> Option<char> {
    Some(match letter {
        'а' | 'α' | 'ᴀ' => 'a',
        'в' | 'β' | 'ʙ' => 'b',
        'с' | 'ϲ' | 'ᴄ' => 'c',
        'ԁ' | 'ᴅ' => 'd',
        'е' | 'ε' | 'ᴇ' => 'e',
        'ɡ' => 'g',
        'һ' | 'н' | 'ʜ' => 'h',
        'і' | 'ι' | 'ɪ' => 'i',
        'ј' | 'ᴊ' => 'j',
        'к' | 'κ' | 'ᴋ' => 'k',
        'ӏ' | 'ʟ' => 'l',
        'м' | 'ᴍ' => 'm',
        'п' | 'η' | 'ɴ' => 'n',
        'о' | 'ο' | 'σ' | 'ᴏ' => 'o',
        'р' | 'ρ' | 'ᴘ' => 'p',
        'ԛ' => 'q',
        'г' | 'ʀ' => 'r',
        'ѕ' | 'ꜱ' => 's',
        'т' | 'τ' | 'ᴛ' => 't',
        'υ' | 'ᴜ' => 'u',
        'ν' | 'ѵ' | 'ᴠ' => 'v',
        'ԝ' | 'ω' | 'ᴡ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' | 'ʏ' => 'y',
        'ᴢ' => 'z',
        _ => return None,
    })
}

/// Words and signs apart by single blanks.
fn words(letters: &[Letter]) -> Vec<Letter> {
    let mut out = Vec::<Letter>::with_capacity(letters.len() + 8);
    let is_word = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|(c, _)| c.is_alphanumeric());
    let blank = |out: &mut Vec<Letter>, at: u32| {
        if out.last().is_some_and(|(last, _)| *last != ' ') {
            out.push((' ', at));
        }
    };
    for (index, (letter, at)) in letters.iter().enumerate() {
        let between = is_word(index.checked_sub(1)) && is_word(Some(index + 1));
        match letter {
            c if c.is_alphanumeric() || *c == '_' => out.push((*c, *at)),
            // `l'argent` is two words, `don't` is `dont`.
            '\'' if between => {
                let word = out.iter().rev().take(3).take_while(|(c, _)| *c != ' ').count();
                let is_qu = word == 2 && out.iter().rev().take(2).map(|(c, _)| *c).eq(['u', 'q']);
                if word == 1 || is_qu {
                    blank(&mut out, *at);
                }
            }
            '.' | ',' if between => {
                // `3.5` and `example.com` stay one word.
                let digits = *letter != ',' || letters[index + 1].0.is_ascii_digit();
                if digits {
                    out.push((*letter, *at));
                } else {
                    blank(&mut out, *at);
                }
            }
            '#' | '@' if is_word(Some(index + 1)) && !is_word(index.checked_sub(1)) => out.push((*letter, *at)),
            '%' | '$' | '€' | '£' => {
                blank(&mut out, *at);
                out.extend([(*letter, *at), (' ', *at)]);
            }
            '.' | '!' | '?' | ';' | '\u{2026}' | '\u{3002}' => {
                blank(&mut out, *at);
                if out.iter().rev().nth(1).is_some_and(|(last, _)| *last != BREAK) {
                    out.extend([(BREAK, *at), (' ', *at)]);
                }
            }
            _ => blank(&mut out, *at),
        }
    }
    while out.last().is_some_and(|(letter, _)| *letter == ' ' || *letter == BREAK) {
        out.pop();
    }
    out
}

/// Leetspeak undone, runs of three and more letters made one, letters that stand apart put together. `None` if nothing
/// of that kind is in the text.
fn loud(bare: &[Letter]) -> Option<Vec<Letter>> {
    let mut out = Vec::<Letter>::with_capacity(bare.len());
    let mut changed = false;
    for chunk in bare.split_inclusive(|(letter, _)| *letter == ' ') {
        let ends_blank = chunk.last().is_some_and(|(letter, _)| *letter == ' ');
        let body = if ends_blank { &chunk[..chunk.len() - 1] } else { chunk };
        changed |= undisguised(body, &mut out);
        if ends_blank {
            out.extend(chunk.last());
        }
    }
    let joined = joined_letters(&out);
    changed |= joined.is_some();
    changed.then(|| joined.unwrap_or(out))
}

fn undisguised(chunk: &[Letter], out: &mut Vec<Letter>) -> bool {
    let end =
        chunk.iter().rposition(|(c, _)| c.is_alphanumeric() || matches!(c, '@' | '$' | '+')).map_or(0, |at| at + 1);
    let (body, tail) = chunk.split_at(end);
    let letters = body.iter().filter(|(c, _)| c.is_ascii_alphabetic()).count();
    let before = out.len();
    // `f.u.c.k`, `f-u-c-k`: single letters with one sign between each.
    let is_spread = letters >= 3
        && body.len() == 2 * letters - 1
        && body.iter().enumerate().all(|(at, (c, _))| (at % 2 == 0) == c.is_alphabetic());
    let mut run = 0;
    for (at, (letter, origin)) in body.iter().enumerate() {
        let first = at == 0;
        let plain = match letter {
            c if letters == 0 => *c,
            _ if is_spread && at % 2 == 1 => continue,
            '@' if first => '@',
            '4' | '@' => 'a',
            '3' | '€' => 'e',
            '1' | '!' => 'i',
            '0' => 'o',
            '5' | '$' => 's',
            '7' | '+' => 't',
            '8' => 'b',
            '9' => 'g',
            '*' | '.' | '_' | '-' | '~'
                if letters >= 2 && at > 0 && is_inside_word(body, at) && *letter != '-' && *letter != '.' =>
            {
                continue;
            }
            c => *c,
        };
        let same = out.len() > before && out.last().is_some_and(|(last, _)| *last == plain && plain.is_alphabetic());
        run = if same { run + 1 } else { 1 };
        if run == 3 {
            // The second one goes too: `fuuuck` is `fuck`.
            out.pop();
        }
        if run < 3 {
            out.push((plain, *origin));
        }
    }
    let changed = !out[before..].iter().map(|(c, _)| c).eq(body.iter().map(|(c, _)| c));
    out.extend_from_slice(tail);
    changed
}

fn is_inside_word(body: &[Letter], at: usize) -> bool {
    let is_letter = |at: usize| body.get(at).is_some_and(|(c, _)| c.is_alphabetic());
    is_letter(at - 1) && is_letter(at + 1)
}

/// `f u c k` as one word: three and more single letters with a blank between.
fn joined_letters(letters: &[Letter]) -> Option<Vec<Letter>> {
    let is_single = |at: usize| {
        let apart = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_none_or(|(c, _)| !c.is_alphanumeric());
        letters.get(at).is_some_and(|(c, _)| c.is_ascii_alphabetic()) && apart(at.checked_sub(1)) && apart(Some(at + 1))
    };
    let mut out = Vec::with_capacity(letters.len());
    let (mut at, mut found) = (0, false);
    while at < letters.len() {
        let mut run = 0;
        while is_single(at + 2 * run) && letters.get(at + 2 * run + 1).is_none_or(|(c, _)| *c == ' ') {
            run += 1;
        }
        if run >= 3 {
            out.extend((0..run).map(|step| letters[at + 2 * step]));
            at += 2 * run - 1;
            found = true;
        } else {
            out.push(letters[at]);
            at += 1;
        }
    }
    found.then_some(out)
}

/// Characters with no width of their own: joiners, marks of direction, variation selectors, tags, soft hyphens.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests;
