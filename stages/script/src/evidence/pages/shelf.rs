//! What pages said, kept on the disk so that a retry or another account's script does not ask them again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Page;

/// Raise it when pages are read in another way.
const VERSION: u32 = 1;
/// Files kept; a file has some 5 to 30 KB.
const FILES: usize = 1_000;
/// A larger file is none of ours.
const FILE_BYTES_MAX: u64 = 256 << 10;
/// How long a page that could not be read is left alone: longer than all retries of an item.
const FAILURE_KEPT: Duration = Duration::from_mins(30);

/// A folder of pages, one file each, named by the hash of its address.
#[derive(Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    link: String,
    at: Timestamp,
    page: Option<Page>,
    /// Why there is no page.
    #[serde(default)]
    why: String,
}

impl Shelf {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn file(&self, link: &Url) -> PathBuf {
        self.folder.join(format!("{}.json", blake3::hash(link.as_str().as_bytes()).to_hex()))
    }

    /// What is known of a page and not too old. A file that cannot be read is not there.
    pub(super) fn get(&self, link: &Url, now: Timestamp, keep: Duration) -> Option<Result<Page, String>> {
        let file = self.file(link);
        if fs::metadata(&file).ok()?.len() > FILE_BYTES_MAX {
            return None;
        }
        let kept: Kept = serde_json::from_slice(&fs::read(&file).ok()?).ok()?;
        let keep = if kept.page.is_some() { keep } else { keep.min(FAILURE_KEPT) };
        let age = Duration::try_from(now.duration_since(kept.at)).ok()?;
        if kept.version != VERSION || kept.link != link.as_str() || age >= keep {
            return None;
        }
        // Whoever is used is among the last to go.
        let _used =
            fs::File::options().append(true).open(&file).and_then(|file| file.set_modified(SystemTime::from(now)));
        Some(kept.page.ok_or(kept.why))
    }

    /// Best effort: what is not kept is asked for again.
    pub(super) fn put(&self, link: &Url, now: Timestamp, read: &Result<Page, String>) {
        let why = read.as_ref().err().cloned().unwrap_or_default();
        let kept =
            Kept { version: VERSION, link: link.as_str().to_owned(), at: now, page: read.as_ref().ok().cloned(), why };
        let file = self.file(link);
        let aside = file.with_extension("new");
        let bytes = serde_json::to_vec(&kept).unwrap_or_default();
        let written = fs::create_dir_all(&self.folder)
            .and_then(|()| fs::write(&aside, bytes))
            .and_then(|()| fs::File::options().append(true).open(&aside)?.set_modified(SystemTime::from(now)))
            .and_then(|()| fs::rename(&aside, &file));
        if let Err(error) = written {
            tracing::debug!(file = %file.display(), %error, "a page could not be kept");
        }
        self.make_room(FILES);
    }

    /// Takes the least recently used away, a tenth at once, when there are more than so many.
    fn make_room(&self, most: usize) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut files = entries
            .filter_map(Result::ok)
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect::<Vec<_>>();
        if files.len() <= most {
            return;
        }
        files.sort();
        for (_, file) in files.iter().take(files.len() - most + most / 10) {
            let _gone = fs::remove_file(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(at: usize) -> Page {
        let link = format!("https://example.org/{at}").parse().unwrap();
        Page { link, title: String::new(), language: String::new(), text: "A text.".to_owned(), hidden: Vec::new() }
    }

    fn minute(at: usize) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + 60 * at as i64).unwrap()
    }

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn a_page_is_kept_for_its_time_and_a_failure_for_less() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        let page = page(1);
        shelf.put(&page.link, minute(0), &Ok(page.clone()));
        assert_eq!(shelf.get(&page.link, minute(1_439), DAY), Some(Ok(page.clone())));
        assert_eq!(shelf.get(&page.link, minute(1_440), DAY), None);
        let before = Timestamp::from_second(1_600_000_000).unwrap();
        assert_eq!(shelf.get(&page.link, before, DAY), None, "a page of the future");
        shelf.put(&page.link, minute(0), &Err("status".to_owned()));
        assert_eq!(shelf.get(&page.link, minute(29), DAY), Some(Err("status".to_owned())));
        assert_eq!(shelf.get(&page.link, minute(30), DAY), None);
        let other = "https://example.org/other".parse().unwrap();
        fs::copy(shelf.file(&page.link), shelf.file(&other)).unwrap();
        assert_eq!(shelf.get(&other, minute(1), DAY), None, "another page's file");
        fs::write(shelf.file(&page.link), "{\"version\":1,").unwrap();
        assert_eq!(shelf.get(&page.link, minute(1), DAY), None, "a torn file");
    }

    #[test]
    fn the_least_recently_used_go_first() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        let pages = (0..20).map(page).collect::<Vec<_>>();
        for (at, page) in pages.iter().enumerate() {
            shelf.put(&page.link, minute(at), &Ok(page.clone()));
        }
        assert!(shelf.get(&pages[0].link, minute(30), DAY).is_some(), "the oldest one is used again");
        shelf.make_room(10);
        let left = pages.iter().filter(|page| shelf.get(&page.link, minute(31), DAY).is_some());
        let left = left.map(|page| page.link.path()[1..].parse().unwrap()).collect::<Vec<usize>>();
        assert_eq!(left, [0, 12, 13, 14, 15, 16, 17, 18, 19]);
    }
}
