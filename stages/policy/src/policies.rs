//! All packs in force, as one value.

use std::fmt;
use std::path::{Path, PathBuf};

use reelpress_config::{Problem, Problems};

use crate::finding::{Finding, Judgement, Place, Unchecked};
use crate::fold::Document;
use crate::pack;
use crate::patterns::PatternIndex;
use crate::rule::{Pack, Rule};
use crate::subject::Subject;
use crate::trigger::{Look, Spot, Truth};
use crate::words::{Hit, PhraseIndex};

/// Largest file, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Most files of a folder.
const FILES_MAX: usize = 100;
/// Places of one word list that are weighed: more say nothing new, and excuses are compared with each of them.
const LEAF_HITS_MAX: usize = 500;
/// Characters of an excerpt.
const EXCERPT_MAX: usize = 60;
/// Lists of another form that lie in the same folder: the words of delicate topics, which the desk reads, and what the
/// platforms take of files.
const NO_PACKS: [&str; 2] = ["sensitive.toml", "specs.toml"];

/// The packs that are part of the program, by the names of their files.
const BUILT_IN: [(&str, &str); 13] = [
    ("brand-safety", include_str!("../../../config/policies/brand-safety.toml")),
    ("claims", include_str!("../../../config/policies/claims.toml")),
    ("eu-ai-act-art-50", include_str!("../../../config/policies/eu-ai-act-art-50.toml")),
    ("ftc-disclosure", include_str!("../../../config/policies/ftc-disclosure.toml")),
    ("instagram", include_str!("../../../config/policies/instagram.toml")),
    ("machine-traces", include_str!("../../../config/policies/machine-traces.toml")),
    ("minors", include_str!("../../../config/policies/minors.toml")),
    ("music-licence", include_str!("../../../config/policies/music-licence.toml")),
    ("personal-data", include_str!("../../../config/policies/personal-data.toml")),
    ("profanity", include_str!("../../../config/policies/profanity.toml")),
    ("spam", include_str!("../../../config/policies/spam.toml")),
    ("tiktok", include_str!("../../../config/policies/tiktok.toml")),
    ("youtube", include_str!("../../../config/policies/youtube.toml")),
];

/// Rules, ready to be applied. The same files give the same value on every machine.
#[derive(Debug, Clone)]
pub struct Policies {
    pub(crate) packs: Vec<Pack>,
    hash: String,
    pub(crate) phrases: PhraseIndex,
    pub(crate) patterns: PatternIndex,
    pub(crate) leaves: usize,
    pub(crate) counts: (usize, usize),
}

/// Every mistake in every file, in the order of the files' names. `Display` gives a line `file:line:column: message
/// (hint)` for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblems(pub Vec<Problems>);

/// Why policies could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The folder or a file cannot be read.
    #[error("could not read policies from {}", path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// They hold mistakes.
    #[error("{0}")]
    Wrong(PolicyProblems),
}

impl std::error::Error for PolicyProblems {}

impl fmt::Display for PolicyProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problems) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problems.fmt(f)?;
        }
        Ok(())
    }
}

impl Policies {
    /// The packs that are part of the program: `config/policies`.
    ///
    /// # Panics
    /// Never: a test of this crate reads the very files.
    #[must_use]
    pub fn built_in() -> Self {
        let files = BUILT_IN.map(|(name, text)| (format!("config/policies/{name}.toml"), text.to_owned()));
        Self::parse(&files).expect("the built-in policies are checked by a test")
    }

    /// Reads the packs of a folder (`*.toml`, in the order of their names, `sensitive.toml` and `specs.toml` left out: they are no packs), or
    /// one file.
    ///
    /// # Errors
    /// [`LoadError`]: what cannot be read, or every mistake in every file.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        Self::parse(&files(path)?).map_err(LoadError::Wrong)
    }

    /// The files that [`Policies::load`] reads: each with its text, in order.
    ///
    /// # Errors
    /// [`LoadError`], if they cannot be read, are too many, too large or not UTF-8.
    pub fn read(path: &Path) -> Result<Vec<(String, String)>, LoadError> {
        files(path)
    }

    /// What a value of these files would answer as [`Policies::hash`].
    #[must_use]
    pub fn hash_of(files: &[(String, String)]) -> String {
        let mut hasher = blake3::Hasher::new();
        for (file, text) in files {
            let name = file.rsplit('/').next().unwrap_or_default();
            for part in [name, text] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Reads packs from texts, each named by its file.
    ///
    /// # Errors
    /// [`PolicyProblems`] with every mistake.
    pub fn parse(files: &[(String, String)]) -> Result<Self, PolicyProblems> {
        pack::build(files, Self::hash_of(files))
    }

    pub(crate) fn assemble(
        packs: Vec<Pack>,
        hash: String,
        (phrases, patterns): (PhraseIndex, PatternIndex),
        leaves: usize,
        counts: (usize, usize),
    ) -> Self {
        Self { packs, hash, phrases, patterns, leaves, counts }
    }

    /// blake3 of all files' names and texts, hex: part of the key of what was decided by them.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The packs, in order.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// How many phrases and patterns all rules have together.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        self.counts
    }

    /// The rules of a name: `cure`, `claims/cure` or `claims@1/cure`.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<(&Pack, &Rule)> {
        let (pack, id) = name.split_once('/').map_or((None, name), |(pack, id)| (pack.split('@').next(), id));
        let packs = self.packs.iter().filter(|own| pack.is_none_or(|pack| own.name == pack));
        packs.flat_map(|own| own.rules.iter().filter(|rule| rule.id == id).map(move |rule| (own, rule))).collect()
    }

    /// What the rules say of a subject, in the order of packs and rules.
    #[must_use]
    pub fn judge(&self, subject: &Subject) -> Judgement {
        let document = Document::of(subject);
        let hits = self.hits(&document, subject);
        let mut judgement = Judgement::default();
        for pack in &self.packs {
            for rule in pack.rules.iter().filter(|rule| rule.applies_to(subject)) {
                let platforms = rule.platforms_of(subject);
                let look = Look { subject, document: &document, hits: &hits, platforms: &platforms };
                let finding = |spots: &[Spot], presumed| finding(pack, rule, &document, spots, presumed);
                match rule.trigger.decide(&look) {
                    Truth::Yes(spots) => judgement.findings.push(finding(&spots, false)),
                    Truth::Unknown(_, spots) if rule.presumes => judgement.findings.push(finding(&spots, true)),
                    Truth::Unknown(missing, _) => judgement.unchecked.push(unchecked(pack, rule, missing)),
                    Truth::No if document.is_cut => {
                        let missing = format!("texts beyond {} bytes", Subject::BYTES_MAX);
                        judgement.unchecked.push(unchecked(pack, rule, [missing]));
                    }
                    Truth::No => {}
                }
            }
        }
        judgement
    }

    fn hits(&self, document: &Document, subject: &Subject) -> Vec<Vec<Hit>> {
        let language = subject.language_code();
        let mut hits = vec![Vec::new(); self.leaves];
        let found = self.phrases.find(document, language.as_deref());
        for hit in found.into_iter().chain(self.patterns.find(document, language.as_deref())) {
            hits[hit.leaf as usize].push(hit);
        }
        for leaf in &mut hits {
            leaf.sort_unstable();
            leaf.truncate(LEAF_HITS_MAX);
        }
        hits
    }
}

fn unchecked(pack: &Pack, rule: &Rule, missing: impl IntoIterator<Item = String>) -> Unchecked {
    let missing = missing.into_iter().collect();
    Unchecked { pack: pack.name.clone(), version: pack.version, rule: rule.id.clone(), missing }
}

fn finding(pack: &Pack, rule: &Rule, document: &Document, spots: &[Spot], presumed: bool) -> Finding {
    let mut places = spots.iter().map(|spot| place(spot, document)).collect::<Vec<_>>();
    places.dedup();
    places.truncate(Finding::PLACES_MAX);
    Finding {
        pack: pack.name.clone(),
        version: pack.version,
        rule: rule.id.clone(),
        action: rule.action,
        platforms: rule.platforms.clone(),
        what: rule.what.clone(),
        advice: rule.advice.clone(),
        source: rule.source.clone(),
        presumed,
        places,
    }
}

fn place(spot: &Spot, document: &Document) -> Place {
    let source = spot.source.and_then(|at| document.sources.get(at));
    let words = || {
        let text =
            source.and_then(|source| source.text.get(spot.start as usize..spot.end as usize)).unwrap_or_default();
        text.trim().chars().take(EXCERPT_MAX).collect::<String>()
    };
    Place {
        field: source.map_or(crate::subject::Field::Post, |source| source.field),
        path: source.map_or_else(|| "media".to_owned(), |source| source.path.clone()),
        start: spot.start as usize,
        end: spot.end as usize,
        excerpt: spot.said.clone().unwrap_or_else(words),
    }
}

fn files(path: &Path) -> Result<Vec<(String, String)>, LoadError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| LoadError::Read { path, source }
    };
    let mut paths = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(unreadable(path))? {
            let file = entry.map_err(unreadable(path))?.path();
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_pack = file.extension().is_some_and(|extension| extension == "toml");
            if is_pack && !name.starts_with('.') && !NO_PACKS.contains(&name.as_str()) {
                paths.push(file);
            }
        }
        paths.sort();
    } else {
        paths.push(path.to_owned());
    }
    let mut wrong = Vec::new();
    if paths.is_empty() || paths.len() > FILES_MAX {
        let message = format!("folder holds {} packs, not 1 to {FILES_MAX}", paths.len());
        wrong.push(whole(path, message, "a pack is a file NAME.toml; `reelpress policy list` names the built-in ones"));
        paths.clear();
    }
    let mut files = Vec::with_capacity(paths.len());
    for file in paths {
        let bytes = std::fs::metadata(&file).map_err(unreadable(&file))?.len();
        if bytes > FILE_BYTES_MAX {
            let message = format!("file has {bytes} bytes, more than {FILE_BYTES_MAX}");
            wrong.push(whole(&file, message, "is it the right file?"));
            continue;
        }
        match String::from_utf8(std::fs::read(&file).map_err(unreadable(&file))?) {
            Ok(text) => files.push((file.display().to_string(), text)),
            Err(error) => wrong.push(whole(&file, format!("file is not UTF-8: {error}"), "save it as UTF-8")),
        }
    }
    if wrong.is_empty() { Ok(files) } else { Err(LoadError::Wrong(PolicyProblems(wrong))) }
}

fn whole(file: &Path, message: String, hint: &str) -> Problems {
    let problem = Problem { line: 1, column: 1, message, hint: Some(hint.to_owned()) };
    Problems::new(&file.display().to_string(), vec![problem])
}
