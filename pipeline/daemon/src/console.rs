//! The console's port to this press: what waits comes from the book, decisions go through the office, files come from the
//! artifacts. What the press does not know yet is an empty page that says so.

mod accounts;
mod card;
mod sheets;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use reelpress_config::Live;
use reelpress_console::{
    Card, Choice, Console, CutHash, Given, HeldItem, LineNow, MediaFile, MediaKind, Mending, MendingKind, Press,
    PressError, Ruling, Sheet, StageNow, Table, Waiting,
};
use reelpress_core::{
    Artifacts, Book, Clock, ItemId, ItemState, ItemStatus, Line, LineError, Notes as _, Origin, StageName, Supervisor,
    TaskKind,
};
use reelpress_device_farm::Fleet;
use reelpress_review::{DECISION, Decided};
use reelpress_vocabulary::{Brief, Cut, Screened, SentBack};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::control::{self, Office, OfficeError, Releasing};
use crate::health::Health;
use crate::reports::ItemLine;
use crate::trends::TrendRoom;

const REVIEW: StageName = StageName::new("review");
/// Cuts whose files may be played: those that wait, and earlier ones that a card showed beside them.
const SHOWN: usize = 4_096;
/// Held items that a page shows.
const HELD_SHOWN: usize = 100;
/// An order that was sent back waits so long for a place at the line's head; then it is tried again a second later.
const PLACE_WAIT: Duration = Duration::from_secs(2);

/// What the press's answers are made of.
pub(crate) struct ConsolePress {
    pub(crate) office: Arc<Office>,
    pub(crate) book: Arc<Book>,
    pub(crate) line: Arc<Line<Brief>>,
    pub(crate) artifacts: Arc<dyn Artifacts>,
    pub(crate) live: Live,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) health: Health,
    pub(crate) trends: TrendRoom,
    pub(crate) since: Instant,
    pub(crate) kept: Kept,
}

/// What was read of the book: an item's envelope is read once, as long as nothing happens to it.
#[derive(Default)]
pub(crate) struct Kept {
    cards: Mutex<BTreeMap<ItemId, (u64, Arc<Card>)>>,
    shown: Mutex<Shown>,
}

/// The files of cuts that were shown, the oldest forgotten first.
#[derive(Default)]
struct Shown {
    files: HashMap<CutHash, Cut>,
    order: VecDeque<CutHash>,
}

/// Gives the line what people decided, every second, until the line stops: what is held back then is given after the next
/// start.
pub(crate) fn settle(supervisor: &Supervisor, console: Console, stopping: CancellationToken) {
    drop(supervisor.keep_running(TaskKind::Housekeeping, "console", move || {
        let (console, stopping) = (console.clone(), stopping.clone());
        async move {
            let mut ticks = tokio::time::interval(Duration::from_secs(1));
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            while !stopping.is_cancelled() {
                ticks.tick().await;
                console.settle().await;
            }
            Ok::<(), std::convert::Infallible>(())
        }
    }));
}

impl ConsolePress {
    fn in_review(&self) -> Vec<ItemState> {
        self.book.items(|item| matches!(&item.status, ItemStatus::Held { stage, .. } if *stage == REVIEW))
    }

    fn card_of(&self, item: &ItemState) -> Result<Arc<Card>, PressError> {
        let known = self.kept.cards().get(&item.id).filter(|(changed, _)| *changed == item.changed_millis).cloned();
        if let Some((_, card)) = known {
            return Ok(card);
        }
        let gone = || PressError::Gone(format!("item {} does not wait for review", item.id));
        let ItemStatus::Held { reason, .. } = &item.status else { return Err(gone()) };
        let screened: Screened = serde_json::from_slice(&item.input)
            .map_err(|error| PressError::Broken(format!("what waits cannot be read: {error}")))?;
        let card = card::of(self, item, &screened, &reason.to_string())?;
        self.kept.remember(&screened.assembled.cut);
        let card = Arc::new(card);
        self.kept.cards().insert(item.id, (item.changed_millis, card.clone()));
        Ok(card)
    }

    /// Whether the journal has the ruling already: written before a crash, and the item went on.
    fn has(&self, ruling: &Ruling) -> bool {
        let decided = self.book.of(ruling.item).into_iter().filter_map(|note| note.noted.read::<Decided>(DECISION));
        let mut decided = decided.filter(|decided| decided.cut_hash == ruling.cut.as_str() && decided.at >= ruling.at);
        decided.any(|decided| decided.by == ruling.by && decided.approve == (ruling.choice == Choice::Approve))
    }

    /// The same order once more, with the editor's word for its writer and another seed: other words, colours and motion.
    /// Taken in once, however often it is asked for. Says which item it is.
    async fn order_again(&self, ruling: &Ruling, screened: &Screened) -> Result<ItemId, PressError> {
        let mut brief = screened.assembled.voiced.scripted.brief.clone();
        let item = ruling.item.to_string();
        let origin = Origin::of(&["sent-back", &item, ruling.cut.as_str()]);
        let mixed = blake3::hash(format!("{} {item}", brief.seed).as_bytes());
        let mut low = [0_u8; 8];
        low.copy_from_slice(&mixed.as_bytes()[..8]);
        brief.seed = u64::from_le_bytes(low);
        brief.dossier.sent_back = Some(SentBack { item, by: ruling.by.clone(), note: ruling.note.clone() });
        let admitted = tokio::time::timeout(PLACE_WAIT, self.line.admit(origin, brief)).await;
        match admitted {
            Ok(Ok(Some(item))) => Ok(item),
            // Ordered before a crash.
            Ok(Ok(None)) => {
                let known = self.book.items(|item| item.origin == origin);
                let first = known.first().map(|item| item.id);
                first.ok_or_else(|| {
                    PressError::Broken("the order that was made again is not in the book yet".to_owned())
                })
            }
            Ok(Err(LineError::Journal(error))) => Err(PressError::Broken(error.to_string())),
            Ok(Err(LineError::Stopping)) => Err(PressError::Broken("the press is stopping".to_owned())),
            Err(_) => Err(PressError::Broken("the line has no place at its head now".to_owned())),
        }
    }
}

impl Kept {
    /// From now on the cut's files are given to who is signed in.
    fn remember(&self, cut: &Cut) {
        let Ok(hash) = CutHash::parse(&cut.hash) else { return };
        let mut shown = self.shown();
        if shown.files.contains_key(&hash) {
            return;
        }
        if shown.order.len() >= SHOWN
            && let Some(oldest) = shown.order.pop_front()
        {
            shown.files.remove(&oldest);
        }
        shown.order.push_back(hash.clone());
        shown.files.insert(hash, cut.clone());
    }

    fn cards(&self) -> std::sync::MutexGuard<'_, BTreeMap<ItemId, (u64, Arc<Card>)>> {
        self.cards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Press for ConsolePress {
    async fn waiting(&self) -> Result<Vec<Waiting>, PressError> {
        let held = self.in_review();
        // What does not wait any more is forgotten.
        self.kept.cards().retain(|id, _| held.iter().any(|item| item.id == *id));
        let mut waiting = Vec::new();
        for item in &held {
            match self.card_of(item) {
                Ok(card) => waiting.push(card.waiting.clone()),
                Err(error) => tracing::error!(item = %item.id, %error, "an item that waits is not in the queue"),
            }
        }
        Ok(waiting)
    }

    async fn card(&self, item: ItemId) -> Result<Card, PressError> {
        let found = self.book.item(item);
        let found = found.ok_or_else(|| PressError::Gone(format!("item {item} is not known")))?;
        Ok(Card::clone(&*self.card_of(&found)?))
    }

    async fn media(&self, kind: MediaKind, cut: &CutHash) -> Result<MediaFile, PressError> {
        let found = self.kept.shown().files.get(cut).cloned();
        if found.is_none() {
            // After a restart a player may ask before its page does.
            self.waiting().await?;
        }
        let found = found.or_else(|| self.kept.shown().files.get(cut).cloned());
        let cut = found.ok_or_else(|| PressError::Gone("no cut of this hash is shown now".to_owned()))?;
        if kind == MediaKind::Video {
            return Ok(MediaFile { key: cut.video, bytes: cut.bytes });
        }
        // A poster is small: it is read to know its size.
        let poster = self.artifacts.get(&cut.poster).await.map_err(|error| PressError::Broken(error.to_string()))?;
        let poster = poster.ok_or_else(|| PressError::Gone("the poster is not stored (any more)".to_owned()))?;
        Ok(MediaFile { key: cut.poster, bytes: poster.len() as u64 })
    }

    async fn rule(&self, ruling: &Ruling) -> Result<Given, PressError> {
        let id = ruling.item.to_string();
        let mut note = ruling.note.clone();
        if ruling.choice == Choice::SendBack
            && let Some(item) = self.book.item(ruling.item)
            && let Ok(screened) = serde_json::from_slice::<Screened>(&item.input)
            && screened.assembled.cut.hash == ruling.cut.as_str()
            && matches!(&item.status, ItemStatus::Held { stage, .. } if *stage == REVIEW)
        {
            // First the new order, then the end of the old: killed between the two, neither is lost nor doubled.
            let again = self.order_again(ruling, &screened).await?;
            note = format!("sent back, made again as {again}: {note}");
        }
        let word = control::Ruling {
            by: ruling.by.clone(),
            note: note.chars().take(2_000).collect(),
            approve: ruling.choice == Choice::Approve,
            cut: Some(ruling.cut.as_str().to_owned()),
        };
        match self.office.rule(&id, &word).await {
            Ok(_) => Ok(Given::Now),
            Err(OfficeError::NotInReview { .. } | OfficeError::NotHeld { .. }) if self.has(ruling) => Ok(Given::Before),
            Err(
                error @ (OfficeError::UnknownItem(_) | OfficeError::NotInReview { .. } | OfficeError::NotHeld { .. }),
            ) => Err(PressError::Gone(error.to_string())),
            Err(error @ (OfficeError::Review(_) | OfficeError::WaitsForReview(_))) => {
                Err(PressError::Refused(error.to_string()))
            }
            Err(OfficeError::Journal(error)) => Err(PressError::Broken(error.to_string())),
        }
    }

    async fn held(&self) -> Result<Vec<HeldItem>, PressError> {
        let held = self.book.items(|item| matches!(&item.status, ItemStatus::Held { stage, .. } if *stage != REVIEW));
        let shown = held.iter().take(HELD_SHOWN).map(|item| {
            let line = ItemLine::of(item);
            // Its life is read for the title alone, so of no more than are shown.
            let title = self.office.item(&line.id).map(|report| report.title).unwrap_or_default();
            HeldItem { item: item.id, title, stage: line.stage, why: line.reason, since: line.changed }
        });
        let mut shown = shown.collect::<Vec<_>>();
        shown.sort_by_key(|item| (item.since, item.item));
        Ok(shown)
    }

    async fn mend(&self, mending: &Mending) -> Result<(), PressError> {
        let id = mending.item.to_string();
        let who = Releasing { by: mending.by.clone(), note: mending.note.clone() };
        let done = match mending.kind {
            MendingKind::Release => self.office.release(&id, &who).await,
            MendingKind::GiveUp => self.office.give_up(&id, &who).await,
        };
        done.map(|_| ()).map_err(|error| match error {
            OfficeError::UnknownItem(_) | OfficeError::NotInReview { .. } | OfficeError::NotHeld { .. } => {
                PressError::Gone(error.to_string())
            }
            OfficeError::WaitsForReview(_) | OfficeError::Review(_) => PressError::Refused(error.to_string()),
            OfficeError::Journal(error) => PressError::Broken(error.to_string()),
        })
    }

    async fn line(&self) -> Result<LineNow, PressError> {
        let status = self.office.status();
        let hour_ago = self.clock.millis().saturating_sub(3_600_000);
        let finished = self.book.items(|item| item.status == ItemStatus::Finished && item.changed_millis >= hour_ago);
        let depths = self.live.snapshot().line;
        let capacity = |stage: &str| match stage {
            "script" => depths.script.get(),
            "voice" => depths.voice.get(),
            "assemble" => depths.assemble.get(),
            "screen" => depths.screen.get(),
            "review" => depths.review.get(),
            "schedule" => depths.shelf.get(),
            "deliver" => depths.deliver.get(),
            _ => 0,
        };
        let stages = status.edges.iter().map(|edge| StageNow {
            name: edge.stage.clone(),
            depth: edge.taken as u64,
            capacity: capacity(&edge.stage) as u64,
        });
        let counts = status.items;
        let items = [
            ("running", counts.running),
            ("held", counts.held),
            ("finished", counts.finished),
            ("rejected", counts.rejected),
        ];
        Ok(LineNow {
            trouble: status.trouble.clone(),
            paused: self.health.is_paused(),
            uptime_s: self.since.elapsed().as_secs(),
            stages: stages.collect(),
            items: items.map(|(word, count)| (word.to_owned(), count as u64)).into(),
            finished_last_hour: finished.len() as u64,
        })
    }

    async fn sheet(&self, sheet: Sheet) -> Result<Table, PressError> {
        Ok(match sheet {
            Sheet::Items => sheets::items(&self.book),
            Sheet::Trends => sheets::trends(&self.trends, self.live.snapshot(), self.clock.now()).await,
            Sheet::Schedule => sheets::schedule(&self.book, self.clock.now()),
            Sheet::Accounts => accounts::table(&self.live.snapshot(), &self.book, self.clock.now()),
            Sheet::Devices => {
                // It only asks who is there: leases are the line's, and no phone is touched.
                let fleet = Fleet::new(self.live.clone(), self.clock.clone());
                sheets::devices(&self.live.snapshot(), &fleet).await
            }
            Sheet::Reports => sheets::reports(&self.book),
        })
    }
}
