//! The evidence pack: everything that a script about a topic may rest on, in numbered pieces (`E1`, `E2`, ...), each with
//! the page it stands on. What is in no piece is not known.

pub(crate) mod pages;

use jiff::Timestamp;
use reelpress_vocabulary::{Source, Topic};

use crate::inject::{self, Net};
use crate::material::{self, shortened};
use pages::Page;

/// Pieces of a pack; a brief has more than a short video can use long before.
const PIECES_MAX: usize = 48;
/// Characters of a piece.
const PIECE_CHARACTERS_MAX: usize = 500;
/// Characters of all pieces together: about 2,500 tokens of a prompt.
const PACK_CHARACTERS_MAX: usize = 8_000;
/// Pieces that pages may add, together; with the others they stay below `E100`, which the prompt's numbers are made for.
const PAGE_PIECES_MAX: usize = 48;
/// Characters that pages may add, together; each page has its share.
const PAGE_CHARACTERS_MAX: usize = 8_000;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PieceKind {
    /// The topic's headline.
    Title,
    /// A sentence of its text.
    Text,
    /// A sighting's own headline.
    Sighting,
    /// A sentence read on a page: a fact to be told in other words.
    Page,
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

    /// The same, with what pages say about it. A page that gives orders where no reader sees them is left out whole; of
    /// the others the text goes through what a feed's text goes through.
    pub(crate) fn with(topic: &Topic, pages: &[Page]) -> Self {
        let mut pack = Self::of(topic);
        for page in pages {
            pack.read(page, pages.len());
        }
        pack
    }

    fn read(&mut self, page: &Page, pages: usize) {
        // Nobody reads what is hidden; words that only stand in orders there are remembered as words that nobody may say.
        let orders = page.hidden.iter().filter(|text| inject::speaks_to_the_writer(text, Net::Wide));
        self.removed.extend(orders.cloned());
        if page.hidden.iter().any(|text| inject::speaks_to_the_writer(text, Net::Fine)) {
            tracing::debug!(page = page.link.host_str(), "a page speaks to the writer where nobody sees it");
            return;
        }
        let language = page.language.clone();
        let told = Topic { title: page.title.clone(), summary: page.text.clone(), language, ..Topic::default() };
        let inject::Cleaned { title, sentences, removed, poisoned } = inject::cleaned(&told);
        self.removed.extend(removed);
        self.poisoned |= poisoned;
        let (mut pieces, mut room) = (PAGE_PIECES_MAX / pages.max(1), PAGE_CHARACTERS_MAX / pages.max(1));
        let mut source = None;
        for text in sentences {
            let text = shortened(&text, PIECE_CHARACTERS_MAX);
            let length = text.chars().count();
            let known = self.pieces.iter().any(|other| other.text == text);
            if length == 0 || known || length > room || pieces == 0 {
                continue;
            }
            (pieces, room) = (pieces - 1, room - length);
            let source = *source.get_or_insert_with(|| self.cite(&page.link, &title));
            let site = site(Some(&page.link));
            self.pieces.push(Piece { kind: PieceKind::Page, text, source: Some(source), site, at: None, count: None });
        }
    }

    /// The place of a page among the sources, under its own title if it has one.
    fn cite(&mut self, link: &url::Url, title: &str) -> usize {
        let cited = material::source(link, title);
        match self.sources.iter().position(|source| source.link == *link) {
            Some(at) => {
                if !title.is_empty() {
                    self.sources[at] = cited;
                }
                at
            }
            None => {
                self.sources.push(cited);
                self.sources.len() - 1
            }
        }
    }

    /// Which facts these are, for the trace: another pack has another hash.
    pub(crate) fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for piece in &self.pieces {
            hasher.update(piece.site.as_bytes()).update(&[0]).update(piece.text.as_bytes()).update(&[0]);
        }
        hasher.finalize().to_hex()[..16].to_owned()
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
