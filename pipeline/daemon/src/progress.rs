//! Progress bars for `make`: one for each item in a long stage, one line for the whole.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use reelpress_core::{ItemId, Progress, StageName};

/// Draws on standard error; draws nothing if that is no terminal.
pub(crate) struct Bars {
    all: MultiProgress,
    whole: ProgressBar,
    parts: Mutex<HashMap<(ItemId, StageName), ProgressBar>>,
    /// Says at once what it hears, if somebody asked for it.
    explains: bool,
    explained: Mutex<Vec<Explanation>>,
}

/// Why a part of a video was made, or that it was not.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Explanation {
    pub(crate) item: String,
    pub(crate) stage: String,
    pub(crate) line: String,
}

impl Bars {
    pub(crate) fn new(videos: u64, explains: bool) -> Self {
        let all = MultiProgress::new();
        let whole =
            all.add(ProgressBar::new(videos).with_style(style("{msg:<28} [{bar:30}] {pos}/{len} videos, {elapsed}")));
        whole.set_message("all");
        whole.enable_steady_tick(std::time::Duration::from_millis(500));
        Self { all, whole, parts: Mutex::default(), explains, explained: Mutex::default() }
    }

    pub(crate) fn one_done(&self) {
        self.whole.inc(1);
    }

    pub(crate) fn remark(&self, text: &str) {
        if self.all.is_hidden() {
            crate::say::remark(text);
        } else {
            self.whole.println(text);
        }
    }

    /// What was heard so far, if somebody asked for it.
    pub(crate) fn explained(&self) -> Vec<Explanation> {
        self.explained.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn finish(&self) {
        self.whole.finish_and_clear();
    }
}

impl Progress for Bars {
    fn report(&self, item: ItemId, stage: &StageName, done: u64, total: u64) {
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (item, stage.clone());
        if done >= total {
            if let Some(bar) = parts.remove(&key) {
                bar.finish_and_clear();
            }
            return;
        }
        let bar = parts.entry(key).or_insert_with(|| {
            let bar = self.all.add(
                ProgressBar::new(total)
                    .with_style(style("{msg:<28} [{bar:30}] {percent}% of {len} frames, {eta} left")),
            );
            let id = item.to_string();
            bar.set_message(format!("{stage} ..{}", &id[id.len() - 6..]));
            bar
        });
        bar.set_position(done);
    }

    fn explain(&self, item: ItemId, stage: &StageName, line: &str) {
        if !self.explains {
            return;
        }
        let explanation = Explanation { item: item.to_string(), stage: stage.to_string(), line: line.to_owned() };
        self.remark(&format!("{stage} ..{}: {line}", &explanation.item[explanation.item.len() - 6..]));
        self.explained.lock().unwrap_or_else(PoisonError::into_inner).push(explanation);
    }
}

/// A bar for the frames of one video.
pub(crate) fn frames(name: &str, total: u64) -> ProgressBar {
    let bar = ProgressBar::new(total).with_style(style("{msg:<28} [{bar:30}] {percent}% of {len} frames, {eta} left"));
    bar.set_message(name.to_owned());
    bar
}

/// A bar for something that is counted but whose end is not known; it shows itself after two seconds.
pub(crate) fn counted(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_style(style(what));
    bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}
