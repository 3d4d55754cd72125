//! The evidence pack: everything that a script about a topic may rest on, in numbered pieces (`E1`, `E2`, ...), each with
//! the page it stands on. What is in no piece is not known.

use jiff::Timestamp;
use reelpress_vocabulary::{Source, Topic};

use crate::inject::{self, Net};
use crate::material::{self, shortened};

/// Pieces of a pack; a brief has more than a short video can use long before.
const PIECES_MAX: usize = 48;
/// Characters of a piece.
const PIECE_CHARACTERS_MAX: usize = 500;
/// Characters of all pieces together: about 2,500 tokens of a prompt.
const PACK_CHARACTERS_MAX: usize = 8_000;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PieceKind {
    /// The topic's headline.
    Title,
    /// A sentence of its text.
    Text,
    /// A sighting's own headline, or a sentence read on its page.
    Sighting,
}

/// One numbered piece; its number is its place in the pack, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) kind: PieceKind,
    /// Plain text on one line.
    pub(crate) text: String,
    /// The place of its page in [`Pack::sources`].
    pub(crate) source: Option<usize>,
    /// The page's host, or `unknown`.
    pub(crate) site: String,
    /// When it was published, or else first seen.
    pub(crate) at: Option<Timestamp>,
    /// The feed's own count.
    pub(crate) count: Option<u64>,
}

/// A topic's evidence.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pack {
    pub(crate) pieces: Vec<Piece>,
    /// Pages, each once.
    pub(crate) sources: Vec<Source>,
    /// Text that spoke to the writer and was taken out.
    pub(crate) removed: Vec<String>,
    /// Something in the topic spoke to the writer.
    pub(crate) poisoned: bool,
}

impl Pack {
    /// The topic's headline, its sentences, and where else it was seen, each text once.
    pub(crate) fn of(topic: &Topic) -> Self {
        let inject::Cleaned { title, sentences, removed, poisoned } = inject::cleaned(topic);
        let mut pack = Self { pieces: Vec::new(), sources: material::sources(topic), removed, poisoned };
        let first = topic.evidence.first();
        let source_of =
            |link: Option<&url::Url>| link.and_then(|link| pack.sources.iter().position(|s| s.link == *link));
        let home =
            source_of(first.and_then(|evidence| evidence.link.as_ref())).or((!pack.sources.is_empty()).then_some(0));
        let own = |kind, text: String| Piece {
            kind,
            text,
            source: home,
            site: site(first.and_then(|evidence| evidence.link.as_ref())),
            at: first.map(|evidence| evidence.at),
            count: if kind == PieceKind::Title { first.and_then(|evidence| evidence.count) } else { None },
        };
        let mut pieces = vec![own(PieceKind::Title, title)];
        pieces.extend(sentences.into_iter().map(|text| own(PieceKind::Text, text)));
        pieces.extend(topic.evidence.iter().map(|evidence| Piece {
            kind: PieceKind::Sighting,
            text: inject::without_tail(&evidence.title).0,
            source: source_of(evidence.link.as_ref()),
            site: site(evidence.link.as_ref()),
            at: Some(evidence.at),
            count: evidence.count,
        }));
        pieces.retain(|piece| {
            let order = piece.kind == PieceKind::Sighting && inject::speaks_to_the_writer(&piece.text, Net::Fine);
            if order {
                pack.removed.push(piece.text.clone());
                pack.poisoned = true;
            }
            !order
        });
        let mut room = PACK_CHARACTERS_MAX;
        for mut piece in pieces {
            piece.text = shortened(&piece.text, PIECE_CHARACTERS_MAX);
            let length = piece.text.chars().count();
            let known = pack.pieces.iter().any(|other| other.text == piece.text && other.source == piece.source);
            if length == 0 || known || length > room || pack.pieces.len() == PIECES_MAX {
                continue;
            }
            room -= length;
            pack.pieces.push(piece);
        }
        pack
    }

    /// The headline.
    pub(crate) fn title(&self) -> &str {
        self.pieces.iter().find(|piece| piece.kind == PieceKind::Title).map_or("", |piece| &piece.text)
    }
}

fn site(link: Option<&url::Url>) -> String {
    link.and_then(|link| link.host_str()).map_or_else(|| "unknown".to_owned(), |host| shortened(host, 100))
}

#[cfg(test)]
mod tests;
