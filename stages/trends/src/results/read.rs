//! Own posts from the outbox.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use reelpress_vocabulary::Structure;
use serde::Deserialize;

use super::OwnPost;

/// Bytes of a `post.json` that is read.
const POST_MAX: u64 = 1 << 20;
/// Posts of an outbox that are read, the latest first.
const POSTS_MAX: usize = 100_000;

/// The outbox could not be listed.
#[derive(Debug, thiserror::Error)]
#[error("could not list the posts in {}", path.display())]
pub struct OutboxError {
    /// Which folder.
    pub path: PathBuf,
    /// The system's word.
    pub source: std::io::Error,
}

/// The fields of `post.json` that say what a post is made like.
#[derive(Deserialize)]
struct PostFile {
    item: String,
    handle: String,
    account: String,
    #[serde(default)]
    niche: String,
    #[serde(default)]
    structure: Option<Structure>,
    #[serde(default)]
    hashtags: Vec<String>,
    provenance: Option<Made>,
}

#[derive(Deserialize)]
struct Made {
    cut: Option<Cut>,
}

#[derive(Deserialize)]
struct Cut {
    #[serde(default)]
    template: String,
    #[serde(default)]
    music: Option<String>,
}

impl OwnPost {
    /// From the text of a `post.json`.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn of_post_file(text: &str) -> Result<Self, String> {
        let file = serde_json::from_str::<PostFile>(text).map_err(|error| error.to_string())?;
        let cut = file.provenance.and_then(|made| made.cut);
        let (template, sound) = cut.map(|cut| (cut.template, cut.music)).unwrap_or_default();
        Ok(Self {
            item: file.item,
            handle: file.handle,
            niche: file.niche,
            account: file.account,
            template,
            structure: file.structure,
            sound,
            hashtags: file.hashtags,
        })
    }
}

/// The posts of an outbox folder (`ACCOUNT/POST/post.json`), in the order of their folders' names; what cannot be read is
/// left out.
///
/// # Errors
/// [`OutboxError`] if the outbox itself cannot be listed; one that is not there yet has no posts.
pub fn posts_of_outbox(outbox: &Path) -> Result<Vec<OwnPost>, OutboxError> {
    let accounts = match folders(outbox) {
        Ok(accounts) => accounts,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(OutboxError { path: outbox.to_owned(), source }),
    };
    let mut posts = accounts.iter().filter_map(|account| folders(account).ok()).flatten().collect::<Vec<_>>();
    // Folders are named by their time, so the latest of all accounts stay.
    posts.sort_by(|a, b| (a.file_name(), a).cmp(&(b.file_name(), b)));
    let from = posts.len().saturating_sub(POSTS_MAX);
    let read = posts[from..].iter().filter_map(|folder| {
        let mut text = String::new();
        File::open(folder.join("post.json")).ok()?.take(POST_MAX).read_to_string(&mut text).ok()?;
        OwnPost::of_post_file(&text).ok()
    });
    Ok(read.collect())
}

fn folders(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
