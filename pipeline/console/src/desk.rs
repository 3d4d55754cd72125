//! Where people decide: claims, words that are held back for a while, words of two people on one cut.
//!
//! A word is on disk, in the journal, before anybody is told that it was taken. It is given to the line when its time to
//! think again is over; after a crash it is given then, and the press takes a word that it has already only once.

mod agreement;
mod claims;
mod report;
mod state;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reelpress_config::Live;
use reelpress_core::{Clock, Durability, ItemId, JournalError, Notes};
use tokio::sync::Mutex;

use crate::audit::{Audit, AuditEntry, AuditError};
use crate::press::{Choice, CutHash, Given, Mending, MendingKind, Press, PressError, Ruling, Waiting};
use crate::users::Role;
pub(crate) use agreement::{Agreement, Pairs};
use claims::{Claim, Claims};
pub(crate) use report::{Counts, Report, csv};
use state::State;
pub(crate) use words::Tally;
use words::{About, End, How, Part, Word, Words};

/// Most characters of a note.
pub(crate) const NOTE_MAX: usize = 2_000;
/// Most items of one bulk approval.
pub(crate) const BULK_MAX: usize = 50;
/// How often words about items that went on another way are looked for.
const SWEEP: Duration = Duration::from_secs(60);

/// Why the desk did not do what a person asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskError {
    #[error("another cut waits now than the one you looked at (look at it again, then decide)")]
    Stale,
    #[error("screening blocked this cut, so it cannot be approved (reject it or send it back)")]
    Blocked,
    #[error("{0} is looking at this cut")]
    Claimed(String),
    #[error("{0} decided on this cut already")]
    Decided(String),
    #[error("two people decide on this cut, and you are one of them already")]
    NeedsAnother,
    #[error("a note {0}")]
    Note(&'static str),
    #[error("this cut may not be approved together with others (look at it)")]
    NotInBulk,
    #[error("there is nothing of yours that can still be undone")]
    NothingToUndo,
    #[error(transparent)]
    Press(#[from] PressError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error("the audit record's task ended ({0})")]
    Task(String),
}

/// Who asks, as far as the desk cares.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// The address they ask from.
    pub(crate) from: String,
}

/// What a person says about a cut.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) item: ItemId,
    pub(crate) cut: CutHash,
    pub(crate) choice: Choice,
    pub(crate) note: String,
}

/// A line of the queue as one person sees it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) waiting: Waiting,
    /// Somebody else looks at it.
    pub(crate) claimed_by: Option<String>,
    /// Two people do not agree about it: what they said.
    pub(crate) disputed: Vec<(String, Choice, String)>,
}

/// A word of one's own that can still be undone.
#[derive(Debug, Clone)]
pub(crate) struct Undoable {
    pub(crate) word: String,
    pub(crate) title: String,
    pub(crate) choice: Choice,
    pub(crate) left: Duration,
}

/// Two people and what they said of the same cuts.
pub(crate) type PairLine = ((String, String), Pairs);

/// A line of the history.
#[derive(Debug, Clone)]
pub(crate) struct Past {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) title: String,
    pub(crate) item: ItemId,
    pub(crate) choice: Choice,
    pub(crate) note: String,
    pub(crate) how: &'static str,
}

pub(crate) struct Desk {
    press: Arc<dyn Press>,
    notes: Arc<dyn Notes>,
    clock: Arc<dyn Clock>,
    live: Live,
    audit: Arc<Audit>,
    // One decision at a time: two people who decide on one cut must not both be told that they did.
    state: Mutex<State>,
}

impl Desk {
    pub(crate) fn open(
        press: Arc<dyn Press>,
        notes: Arc<dyn Notes>,
        clock: Arc<dyn Clock>,
        live: Live,
        audit: Arc<Audit>,
    ) -> Self {
        let words = Words::of(&*notes);
        let claims = Claims::in_file(&audit.folder().join("claims.json"), clock.now());
        let state = State { claims, words, swept: Timestamp::UNIX_EPOCH };
        Self { press, notes, clock, live, audit, state: Mutex::new(state) }
    }

    /// What waits for this person, worst first.
    pub(crate) async fn queue(&self, name: &str) -> Result<Vec<Row>, DeskError> {
        let waiting = self.press.waiting().await?;
        let now = self.clock.now();
        let state = self.state.lock().await;
        let rows = waiting.into_iter().filter_map(|waiting| state.row(waiting, name, now));
        let mut rows = rows.collect::<Vec<_>>();
        rows.sort_by(|a, b| {
            let worst = |row: &Row| (!row.disputed.is_empty(), row.waiting.weight());
            let (a, b) = ((worst(b), a.waiting.since, a.waiting.item), (worst(a), b.waiting.since, b.waiting.item));
            a.cmp(&b)
        });
        Ok(rows)
    }

    /// Claims the first cut of the queue that nobody has, behind `after` if that is given and there is one.
    pub(crate) async fn claim_next(&self, name: &str, after: Option<ItemId>) -> Result<Option<ItemId>, DeskError> {
        let rows = self.queue(name).await?;
        let start = rows.iter().position(|row| Some(row.waiting.item) == after).map_or(0, |at| at + 1);
        let (before, behind) = rows.split_at(start);
        let behind = behind.iter().chain(before);
        for item in behind.filter(|row| row.claimed_by.is_none()).map(|row| row.waiting.item) {
            if self.claim(item, name).await.is_ok() {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Takes or renews the claim on a cut: until when, or who has it.
    pub(crate) async fn claim(&self, item: ItemId, name: &str) -> Result<Claim, Claim> {
        let lease = self.live.snapshot().console.claim;
        self.state.lock().await.claims.take(item, name, self.clock.now(), lease)
    }

    pub(crate) async fn release(&self, item: ItemId, name: &str) {
        self.state.lock().await.claims.release(item, name);
    }

    /// Takes a person's word. When this returns, it is on disk.
    pub(crate) async fn decide(&self, person: &Person, said: Said) -> Result<Choice, DeskError> {
        let note = note_of(said.choice, &said.note)?;
        let card = self.press.card(said.item).await?;
        let now = self.clock.now();
        let settings = self.live.snapshot();
        let mut state = self.state.lock().await;
        if card.waiting.cut != said.cut {
            return Err(DeskError::Stale);
        }
        if said.choice == Choice::Approve && card.waiting.is_blocked() {
            return Err(DeskError::Blocked);
        }
        if let Some(claim) = state.claims.of(said.item, now).filter(|claim| claim.by != person.name) {
            return Err(DeskError::Claimed(claim.by.clone()));
        }
        let part = state.part(&said, person, &settings.console, now)?;
        // One after the other, even within one tick of the clock: the last word is the one that is undone.
        let at = now.max(state.words.latest().checked_add(Duration::from_nanos(1)).unwrap_or(now));
        let about = About::of(&card.waiting, now);
        let word = Word {
            id: word_id(said.item, &person.name, at),
            cut: said.cut,
            title: card.waiting.title,
            choice: said.choice,
            note,
            by: person.name.clone(),
            at,
            part,
            about,
        };
        self.record(person, said.choice.as_str(), said.item, &word).await?;
        self.notes.note(said.item, word.noted(), Durability::Synced).await?;
        state.words.said(said.item, word);
        state.claims.release(said.item, &person.name);
        Ok(said.choice)
    }

    /// Approves what may be approved together: each on its own, so that one that cannot be does not keep the others.
    pub(crate) async fn approve_all(
        &self,
        person: &Person,
        cuts: Vec<(ItemId, CutHash)>,
    ) -> Vec<(ItemId, Result<Choice, DeskError>)> {
        let mut done = Vec::new();
        for (item, cut) in cuts.into_iter().take(BULK_MAX) {
            let safe = match self.press.card(item).await {
                Ok(card) if card.waiting.is_bulk_safe() => Ok(()),
                Ok(_) => Err(DeskError::NotInBulk),
                Err(error) => Err(error.into()),
            };
            let said = Said { item, cut, choice: Choice::Approve, note: "together with others".to_owned() };
            let result = match safe {
                Ok(()) => self.decide(person, said).await,
                Err(error) => Err(error),
            };
            done.push((item, result));
        }
        done
    }

    /// The last word of this person that can still be undone.
    pub(crate) async fn undoable(&self, name: &str) -> Option<Undoable> {
        let now = self.clock.now();
        let window = self.live.snapshot().console.undo;
        let state = self.state.lock().await;
        let (_, word, until) = state.undoable(name, None, now, window)?;
        let left = until.duration_since(now).unsigned_abs();
        Some(Undoable { word: word.id.clone(), title: word.title.clone(), choice: word.choice, left })
    }

    /// Takes a word back that the line does not have yet.
    pub(crate) async fn undo(&self, person: &Person, word: &str) -> Result<ItemId, DeskError> {
        let now = self.clock.now();
        let window = self.live.snapshot().console.undo;
        let mut state = self.state.lock().await;
        let found = state.undoable(&person.name, Some(word), now, window);
        let (item, word) = found.map(|(item, word, _)| (item, word.clone())).ok_or(DeskError::NothingToUndo)?;
        self.record(person, "undo", item, &word).await?;
        self.end(&mut state, item, &word, How::Undone, "").await?;
        Ok(item)
    }

    /// Gives the line every word whose time to think again is over. Called every second or so.
    pub(crate) async fn settle(&self) {
        let now = self.clock.now();
        let mut state = self.state.lock().await;
        let due = state.words.open().filter(|(_, word)| matches!(word.part, Part::Decides { due, .. } if due <= now));
        let due = due.map(|(item, word)| (item, word.clone())).collect::<Vec<_>>();
        for (item, word) in due {
            if let Err(error) = self.give(&mut state, item, &word).await {
                tracing::warn!(%item, by = word.by, %error, "a decision could not be given to the line, it is tried again");
            }
        }
        let since = now.duration_since(state.swept).unsigned_abs();
        if since >= SWEEP && state.words.open().next().is_some() {
            state.swept = now;
            if let Err(error) = self.sweep(&mut state).await {
                tracing::warn!(%error, "what waits for people could not be looked through");
            }
        }
    }

    async fn give(&self, state: &mut State, item: ItemId, word: &Word) -> Result<(), DeskError> {
        let ruling = Ruling {
            item,
            cut: word.cut.clone(),
            choice: word.choice,
            by: word.by.clone(),
            note: word.note.clone(),
            at: word.at,
        };
        let (how, detail) = match self.press.rule(&ruling).await {
            Ok(Given::Now | Given::Before) => (How::Given, String::new()),
            Err(PressError::Gone(why) | PressError::Refused(why)) => (How::Overtaken, why),
            Err(error @ PressError::Broken(_)) => return Err(error.into()),
        };
        let person = Person { name: word.by.clone(), role: Role::Reviewer, from: String::new() };
        let ended = Word { note: detail.clone(), ..word.clone() };
        self.record(&person, how.as_str(), item, &ended).await?;
        let others = state.words.about(item, &word.cut).into_iter().filter(|other| other.id != word.id);
        let mut others = others.cloned().collect::<Vec<_>>();
        self.end(state, item, word, how, &detail).await?;
        // The first word ends last: the second is compared with it.
        others.sort_by_key(|other| other.part == Part::First);
        let counted = if how == How::Given { How::Counted } else { How::Overtaken };
        for other in others {
            self.end(state, item, &other, counted, "").await?;
        }
        Ok(())
    }

    /// Ends words about cuts that do not wait any more.
    async fn sweep(&self, state: &mut State) -> Result<(), DeskError> {
        let waiting = self.press.waiting().await?;
        let waiting = waiting.iter().map(|waiting| (waiting.item, &waiting.cut)).collect::<BTreeSet<_>>();
        let is_over = |item: ItemId, word: &Word| {
            !matches!(word.part, Part::Decides { .. }) && !waiting.contains(&(item, &word.cut))
        };
        let over = state.words.open().filter(|(item, word)| is_over(*item, word));
        for (item, word) in over.map(|(item, word)| (item, word.clone())).collect::<Vec<_>>() {
            self.end(state, item, &word, How::Overtaken, "the cut does not wait any more").await?;
        }
        Ok(())
    }

    async fn end(&self, state: &mut State, item: ItemId, word: &Word, how: How, detail: &str) -> Result<(), DeskError> {
        let end = End { word: word.id.clone(), how, detail: detail.to_owned(), at: self.clock.now() };
        self.notes.note(item, end.noted(), Durability::Synced).await?;
        state.words.ended(item, &end);
        Ok(())
    }

    async fn record(&self, person: &Person, what: &str, item: ItemId, word: &Word) -> Result<(), DeskError> {
        self.write_audit(AuditEntry {
            at: self.clock.now(),
            by: person.name.clone(),
            what: what.to_owned(),
            item: item.to_string(),
            cut: word.cut.as_str().to_owned(),
            note: word.note.clone(),
            from: person.from.clone(),
        })
        .await
    }

    pub(crate) async fn write_audit(&self, entry: AuditEntry) -> Result<(), DeskError> {
        let audit = self.audit.clone();
        let written = tokio::task::spawn_blocking(move || audit.write(entry)).await;
        written.map_err(|error| DeskError::Task(error.to_string()))?.map_err(DeskError::from)
    }

    pub(crate) fn audit(&self) -> (Vec<AuditEntry>, Vec<String>) {
        self.audit.recent()
    }

    /// What was decided, newest first; of one person or of all.
    pub(crate) async fn history(&self, of: Option<&str>, most: usize) -> Vec<Past> {
        let state = self.state.lock().await;
        let open = state.words.open().map(|(item, word)| {
            let how = if matches!(word.part, Part::Decides { .. }) { "held back" } else { "waits for another" };
            past(item, word, how)
        });
        let mut open = open.collect::<Vec<_>>();
        open.sort_by_key(|past| std::cmp::Reverse(past.at));
        let done = state.words.done().map(|done| past(done.item, &done.word, done.how.as_str()));
        open.into_iter().chain(done).filter(|past| of.is_none_or(|of| past.by == of)).take(most).collect()
    }

    /// Decisions that count, of those since `from`.
    pub(crate) async fn report(&self, from: Timestamp) -> Report {
        Report::of(self.state.lock().await.words.done().filter(|done| done.word.at >= from))
    }

    /// Every decision that is remembered, as CSV.
    pub(crate) async fn decisions_csv(&self) -> String {
        csv(self.state.lock().await.words.done())
    }

    /// Lets a held item go on, or ends it, for a person; both stand in the audit record.
    pub(crate) async fn mend(&self, person: &Person, mending: Mending) -> Result<(), DeskError> {
        let needs = mending.kind == MendingKind::GiveUp;
        let note = if needs || !mending.note.trim().is_empty() {
            note_of(Choice::Reject, &mending.note)?
        } else {
            String::new()
        };
        let mending = Mending { note, by: person.name.clone(), ..mending };
        let entry = |what: &str, note: &str| AuditEntry {
            at: self.clock.now(),
            by: person.name.clone(),
            what: what.to_owned(),
            item: mending.item.to_string(),
            cut: String::new(),
            note: note.to_owned(),
            from: person.from.clone(),
        };
        let what = mending.kind.as_str();
        self.write_audit(entry(what, &mending.note)).await?;
        if let Err(error) = self.press.mend(&mending).await {
            self.write_audit(entry(&format!("{what}-refused"), &error.to_string())).await?;
            return Err(error.into());
        }
        Ok(())
    }

    /// What each person decided so far, and how far they agree.
    pub(crate) async fn people(&self) -> (Vec<(String, Tally)>, Pairs, Vec<PairLine>) {
        let state = self.state.lock().await;
        let people = state.words.people().iter().map(|(name, tally)| (name.clone(), *tally)).collect();
        let Agreement { all, by_pair } = state.words.agreement();
        (people, *all, by_pair.iter().map(|(pair, pairs)| (pair.clone(), *pairs)).collect())
    }
}

fn past(item: ItemId, word: &Word, how: &'static str) -> Past {
    Past {
        at: word.at,
        by: word.by.clone(),
        title: word.title.clone(),
        item,
        choice: word.choice,
        note: word.note.clone(),
        how,
    }
}

fn word_id(item: ItemId, by: &str, at: Timestamp) -> String {
    let text = format!("{item} {by} {}", at.as_nanosecond());
    blake3::hash(text.as_bytes()).to_hex()[..32].to_owned()
}

fn note_of(choice: Choice, text: &str) -> Result<String, DeskError> {
    // Forms send line ends as two characters.
    let text = text.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() && choice != Choice::Approve {
        return Err(DeskError::Note("is needed: say why"));
    }
    if text.chars().count() > NOTE_MAX {
        return Err(DeskError::Note("has at most 2,000 characters"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(DeskError::Note("holds no control characters"));
    }
    Ok(text)
}
