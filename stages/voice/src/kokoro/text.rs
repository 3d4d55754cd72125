//! From a beat's text to the symbols of the model, each with the word it is of.

use std::ops::Range;

use super::align::words_of;
use super::phonemes::{Accent, symbols};
use super::vocabulary::{SYMBOLS_MAX, number};

/// Most words that are read as one clause: what no punctuation ends is ended here.
const CLAUSE_WORDS_MAX: usize = 40;

/// Most symbols of one clause; more is a text that no one reads aloud.
const CLAUSE_SYMBOLS_MAX: usize = 4_000;

/// A part is ended early, at the end of a sentence or a clause, only if it has so many symbols by then.
const PART_SYMBOLS_MIN: usize = 120;

/// One symbol of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// Its number in the vocabulary.
    pub(super) number: i64,
    /// Which word of the text it is a sound of; `None` for punctuation and for blanks between words.
    pub(super) word: Option<usize>,
    /// Whether the text may be cut behind it.
    pub(super) end: End,
}

/// What ends with a symbol. The later, the better the place for a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Nothing,
    Word,
    Clause,
    Sentence,
}

/// A text made ready for the model.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) tokens: Vec<Token>,
    /// First character (from 0) and length of each word between blanks, punctuation included.
    pub(super) words: Vec<(usize, usize)>,
}

/// What stands between two blanks.
struct Piece {
    place: (usize, usize),
    before: Vec<char>,
    /// What is read aloud; may be empty.
    core: String,
    behind: Vec<char>,
    ends_line: bool,
}

/// Reads a text; `say` gives espeak-ng's phonemes for a clause.
pub(super) fn read<E>(
    text: &str,
    accent: Accent,
    mut say: impl FnMut(&str) -> Result<String, E>,
) -> Result<Reading, E> {
    let pieces = pieces(text);
    let mut tokens = Tokens::default();
    for clause in clauses(&pieces) {
        let sounds = sounds(&pieces[clause.clone()], accent, &mut say)?;
        for (word, sounds) in clause.zip(sounds) {
            tokens.add(word, &pieces[word], &sounds);
        }
    }
    tokens.0.pop_if(|last| last.number == number_of_blank());
    Ok(Reading { tokens: tokens.0, words: pieces.iter().map(|piece| piece.place).collect() })
}

#[derive(Default)]
struct Tokens(Vec<Token>);

impl Tokens {
    fn add(&mut self, word: usize, piece: &Piece, sounds: &[char]) {
        let mut behind = piece.behind.clone();
        // A headline without a full stop would be read as if it went on.
        if piece.ends_line && !behind.iter().any(|mark| end_of(*mark) >= End::Clause) {
            behind.insert(0, '.');
        }
        self.push(&piece.before, None);
        self.push(sounds, Some(word));
        self.push(&behind, None);
        self.push(&[' '], None);
    }

    fn push(&mut self, symbols: &[char], word: Option<usize>) {
        for symbol in symbols {
            let Some(number) = number(*symbol) else { continue };
            let last_end = self.0.last().map_or(End::Sentence, |last| last.end);
            if *symbol == ' ' {
                if let Some(last) = self.0.last()
                    && number_of_blank() != last.number
                {
                    // The blank goes with what it stands behind, so that no part begins with one.
                    let end = last_end.max(End::Word);
                    self.0.push(Token { number, word, end });
                }
                continue;
            }
            let end = if word.is_some() { End::Nothing } else { end_of(*symbol) };
            self.0.push(Token { number, word, end });
        }
    }
}

fn number_of_blank() -> i64 {
    number(' ').unwrap_or_default()
}

fn end_of(mark: char) -> End {
    match mark {
        '.' | '!' | '?' | '…' => End::Sentence,
        ',' | ';' | ':' | '—' => End::Clause,
        _ => End::Nothing,
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let first_of_line = pieces.len();
        for piece in line.split(' ') {
            let length = piece.chars().count();
            if length > 0 {
                pieces.push(Piece::new(piece, (at, length)));
            }
            at += length + 1;
        }
        if pieces.len() > first_of_line
            && let Some(last) = pieces.last_mut()
        {
            last.ends_line = true;
        }
    }
    pieces
}

impl Piece {
    fn new(piece: &str, place: (usize, usize)) -> Self {
        let core_start = piece.trim_start_matches(|c| mark(c, true) != Mark::None);
        let core = core_start.trim_end_matches(|c| mark(c, false) != Mark::None);
        let opening = &piece[..piece.len() - core_start.len()];
        let closing = &core_start[core.len()..];
        // A piece of nothing but marks (a dash between blanks) stands behind what comes before it.
        let (opening, closing) = if core.is_empty() { ("", piece) } else { (opening, closing) };
        let heard = |c, opens| match mark(c, opens) {
            Mark::Heard(symbol) => Some(symbol),
            Mark::Silent | Mark::None => None,
        };
        let marks = |text: &str, opens| text.chars().filter_map(|c| heard(c, opens)).collect();
        Self {
            place,
            before: marks(opening, true),
            core: core.to_owned(),
            behind: marks(closing, false),
            ends_line: false,
        }
    }
}

/// What a character at a word's start or end is to the model.
#[derive(Debug, PartialEq, Eq)]
enum Mark {
    /// Punctuation that changes how the text is spoken.
    Heard(char),
    /// Punctuation that does not.
    Silent,
    /// No punctuation.
    None,
}

fn mark(character: char, opens: bool) -> Mark {
    Mark::Heard(match character {
        ';' | ':' | ',' | '.' | '!' | '?' | '—' | '…' | '(' | ')' | '“' | '”' => character,
        '"' if opens => '“',
        '"' | '»' => '”',
        '«' | '„' => '“',
        '–' => '—',
        '。' | '।' => '.',
        '，' | '、' => ',',
        '！' => '!',
        '？' => '?',
        '：' => ':',
        '；' => ';',
        '¿' | '¡' | '[' | ']' | '{' | '}' | '*' | '_' | '`' | '‘' | '-' => return Mark::Silent,
        // As the last sign of a word it may be an apostrophe, which is read.
        '\'' | '’' if opens => return Mark::Silent,
        _ => return Mark::None,
    })
}

/// Runs of pieces that are read together.
fn clauses(pieces: &[Piece]) -> Vec<Range<usize>> {
    let mut clauses = Vec::new();
    let mut start = 0;
    for (at, piece) in pieces.iter().enumerate() {
        let ends = !piece.behind.is_empty() || piece.ends_line || at + 1 - start == CLAUSE_WORDS_MAX;
        let next_opens = pieces.get(at + 1).is_none_or(|next| !next.before.is_empty());
        if ends || next_opens {
            clauses.push(start..at + 1);
            start = at + 1;
        }
    }
    clauses
}

/// The sounds of each piece of a clause.
fn sounds<E>(
    clause: &[Piece],
    accent: Accent,
    say: &mut impl FnMut(&str) -> Result<String, E>,
) -> Result<Vec<Vec<char>>, E> {
    let spoken = |piece: &&Piece| !piece.core.is_empty();
    let text = clause.iter().filter(spoken).map(|piece| piece.core.as_str()).collect::<Vec<_>>();
    let mut sounds = vec![Vec::new(); clause.len()];
    if text.is_empty() {
        return Ok(sounds);
    }
    let mut whole = symbols(&say(&text.join(" "))?, accent);
    whole.truncate(CLAUSE_SYMBOLS_MAX);
    let words = match text.len() {
        1 => vec![0; whole.len()],
        _ => {
            let alone = text.iter().map(|word| Ok(symbols(&say(word)?, accent))).collect::<Result<Vec<_>, E>>()?;
            words_of(&whole, &alone)
        }
    };
    let at = clause.iter().enumerate().filter(|(_, piece)| spoken(piece)).map(|(at, _)| at).collect::<Vec<_>>();
    for (symbol, word) in whole.into_iter().zip(words) {
        let sounds = &mut sounds[at[word]];
        if symbol != ' ' || !sounds.is_empty() {
            sounds.push(symbol);
        }
    }
    for sounds in &mut sounds {
        sounds.pop_if(|last| *last == ' ');
    }
    Ok(sounds)
}

/// Cuts what is longer than the model is given at once: behind a sentence, else behind a clause, else between two words.
pub(super) fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let mut parts = Vec::new();
    let mut rest = tokens;
    while rest.len() > SYMBOLS_MAX {
        let window = &rest[..SYMBOLS_MAX];
        let last = |end: End, least: usize| {
            let found = window.iter().rposition(|token| token.end >= end)?;
            (found + 1 >= least).then_some(found + 1)
        };
        let cut = last(End::Sentence, PART_SYMBOLS_MIN)
            .or_else(|| last(End::Clause, PART_SYMBOLS_MIN))
            .or_else(|| last(End::Word, 1))
            .unwrap_or(SYMBOLS_MAX);
        let (part, behind) = rest.split_at(cut);
        parts.push(part);
        rest = behind;
    }
    if rest.iter().any(|token| token.word.is_some()) {
        parts.push(rest);
    }
    parts
}
