//! The pages that a topic's feeds link to, read for facts: by robots.txt, one question a host at a time, from public
//! addresses only, within bounds of number, bytes and time. A page that cannot be read is a page less and nothing more:
//! the topic's own text is what it always was.

mod shelf;
#[cfg(test)]
mod tests;
mod text;

use std::path::Path;
use std::sync::Arc;

use futures::future::join_all;
use jiff::Timestamp;
use reelpress_config::Settings;
use reelpress_core::{Clock, Fault as _, Job};
use reelpress_vocabulary::Topic;
use reelpress_web::{Ask, Got, Limits, Web};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::material;
use crate::phrases::primary;
use shelf::Shelf;

/// The main part of a page, as plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    /// As the feed gave it, whatever it redirected to.
    pub(crate) link: Url,
    /// Its own title; may be empty.
    pub(crate) title: String,
    /// As it declares itself; empty if it does not.
    pub(crate) language: String,
    /// Whole sentences.
    pub(crate) text: String,
    /// What it does not show to a reader: never read as text, only looked through for orders.
    pub(crate) hidden: Vec<String>,
}

/// Reads pages, and keeps their text.
pub(crate) struct Pages {
    web: Web,
    shelf: Shelf,
    clock: Arc<dyn Clock>,
    /// Asks servers of this machine too, and without a pause: for tests alone.
    #[cfg(test)]
    local: bool,
}

impl Pages {
    pub(crate) fn new(web: Web, folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Self {
            web,
            shelf: Shelf::new(folder),
            clock,
            #[cfg(test)]
            local: false,
        }
    }

    /// The same, but for servers of this machine too.
    #[cfg(test)]
    pub(crate) fn local(folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Self { local: true, ..Self::new(Web::new().expect("a client can be made"), folder, clock) }
    }

    /// Whether pages are read at all: nobody but a language model writes from them.
    pub(crate) fn wanted(settings: &Settings) -> bool {
        settings.script.evidence.fetch && settings.script.asks_a_model()
    }

    /// The topic's pages, those that could be read, in the order of [`links`]. None once the job is cancelled.
    pub(crate) async fn of(&self, settings: &Settings, topic: &Topic, job: &Job) -> Vec<Page> {
        let wanted = links(topic, settings.script.evidence.pages.get());
        let reading = join_all(wanted.iter().map(|link| self.page(settings, topic, link)));
        let read = tokio::select! {
            biased;
            () = job.cancel.cancelled() => return Vec::new(),
            read = reading => read,
        };
        let mut pages = Vec::new();
        for (link, read) in wanted.iter().zip(read) {
            let page = reelpress_web::without_secrets(link);
            match read {
                Ok(read) => pages.push(read),
                Err(why) => tracing::debug!(item = %job.item, page, why, "a page is not read"),
            }
        }
        pages
    }

    /// The page, or a word for why there is none.
    async fn page(&self, settings: &Settings, topic: &Topic, link: &Url) -> Result<Page, String> {
        let now = self.clock.now();
        let read = match self.shelf.get(link, now, settings.script.evidence.keep) {
            Some(known) => known,
            None => {
                let read = self.fetch(settings, link, now).await;
                // A host that must wait was not asked, so nothing was learnt of its page.
                if !matches!(&read, Err(why) if why == "held") {
                    self.shelf.put(link, now, &read);
                }
                read
            }
        };
        let page = read?;
        let (told, wanted) = (primary(&page.language), primary(&topic.language));
        let is_known = |language: &str| !language.is_empty() && language != "und";
        // `1.500` is one number here and another there: a page in another language would vouch for wrong figures.
        if is_known(&told) && is_known(&wanted) && told != wanted {
            return Err("other_language".to_owned());
        }
        Ok(page)
    }

    async fn fetch(&self, settings: &Settings, link: &Url, now: Timestamp) -> Result<Page, String> {
        let limits = &settings.script.evidence;
        let ask = Ask {
            limits: Limits { bytes: limits.max_bytes, time: limits.timeout, ..Limits::default() },
            cut: true,
            ..Ask::page(link, &settings.trends.user_agent, now)
        };
        #[cfg(test)]
        let ask = if self.local { Ask { allow_private: true, pace: reelpress_web::Pace::OWN, ..ask } } else { ask };
        // The client's own limit does not count the wait for the host's turn and its robots.txt.
        let got = tokio::time::timeout(limits.timeout * 2, self.web.get(&ask)).await;
        let got = got.map_err(|_| "timeout".to_owned())?.map_err(|error| error.kind().to_owned())?;
        let Got::Page(page) = got else { return Err("unasked".to_owned()) };
        if !is_html(page.content_type.as_deref(), &page.bytes) {
            return Err("not_html".to_owned());
        }
        let text::Readable { title, language, text, hidden } = text::readable(&page.text());
        if text.is_empty() {
            return Err("no_text".to_owned());
        }
        Ok(Page { link: link.clone(), title, language, text, hidden })
    }
}

fn is_html(content_type: Option<&str>, bytes: &[u8]) -> bool {
    match content_type {
        Some(told) => {
            let kind = told.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
            matches!(kind.as_str(), "text/html" | "application/xhtml+xml")
        }
        None => bytes.trim_ascii_start().starts_with(b"<"),
    }
}

/// At most so many links of a topic: the first one of each host in the feeds' own order, then the others.
fn links(topic: &Topic, most: usize) -> Vec<Url> {
    let mut all = Vec::<Url>::new();
    for link in topic.evidence.iter().filter_map(|evidence| evidence.link.as_ref()) {
        if material::is_citable(link) && !all.contains(link) {
            all.push(link.clone());
        }
    }
    let is_first = |at: usize| all[..at].iter().all(|other| other.host_str() != all[at].host_str());
    let (first, more) = (0..all.len()).partition::<Vec<_>, _>(|at| is_first(*at));
    first.into_iter().chain(more).take(most).map(|at| all[at].clone()).collect()
}
