//! The stage: one post for one cut, whatever happens in between.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use reelpress_config::{Live, Settings};
use reelpress_core::{ArtifactKey, Artifacts, Clock, Job, MemoKey, Notes, Reason, Stage, StageName, Step, events};
use reelpress_device_farm::Fleet;
use reelpress_vocabulary::{Cut, Delivered, MediaFile, Post, Scheduled, Slot};

use crate::error::DeliverError;
use crate::facts::{DoneFact, HandleFact, MissedFact, PlacedFact, ReleasedFact, keep, newest};
use crate::gate;
use crate::handle::Handle;
use crate::outbox::{CAPTION, Existing, FileEntry, Outbox, POST, POSTER, VIDEO};
use crate::post_file::{PostFile, caption_text};

use phone::{Placed, Reach};

mod phone;

/// Brings an approved cut to the person who publishes it: into the outbox folder, and on request onto a test phone.
///
/// The post's handle is in the journal, synced, before the first byte is written. After a crash at any instant the same
/// handle is used again, and a post that was in place once is never written again: it is the person's, who may have
/// moved or changed it.
pub struct Deliver {
    live: Live,
    artifacts: Arc<dyn Artifacts>,
    notes: Arc<dyn Notes>,
    clock: Arc<dyn Clock>,
    fleet: Option<Arc<Fleet>>,
}

/// A post later than this after its slot is not put out by itself. A restart, a full disk or a mended outbox take less;
/// after more, another part of the day has come, and posts that piled up would all come out at once, outside their
/// windows and with no gap between them.
const LATE_MAX: SignedDuration = SignedDuration::from_hours(6);

impl Deliver {
    /// A stage that writes into `deliver.outbox` and, with a fleet and `devices.enabled`, onto phones. Pushes of the last
    /// hour are read from the notes, so that a restart grants no extra ones.
    #[must_use]
    pub fn new(
        live: Live,
        artifacts: Arc<dyn Artifacts>,
        notes: Arc<dyn Notes>,
        clock: Arc<dyn Clock>,
        fleet: Option<Arc<Fleet>>,
    ) -> Self {
        let stage = Self { live, artifacts, notes, clock, fleet };
        stage.remember_pushes();
        stage
    }

    /// How long until the post may appear; zero when it may.
    fn time_left(&self, settings: &Settings, scheduled: &Scheduled) -> Duration {
        let due = scheduled.slot.at.as_millisecond();
        let ahead = i64::try_from(settings.deliver.ahead.as_millis()).unwrap_or(i64::MAX);
        let left = due.saturating_sub(ahead).saturating_sub(self.clock.now().as_millisecond());
        Duration::from_millis(u64::try_from(left).unwrap_or(0))
    }

    /// Frees the slot of an item that can never be delivered, once. With a handle, a post may have been written in it; and
    /// a slot that was merely missed stays taken, because a release delivers the item after all.
    async fn give_slot_back(&self, job: &Job, slot: &Slot) -> Result<(), DeliverError> {
        let fact = ReleasedFact(slot.clone());
        let known = newest::<HandleFact>(&*self.notes, job.item).is_some()
            || newest::<ReleasedFact>(&*self.notes, job.item).is_some_and(|released| released == fact);
        if known { Ok(()) } else { keep(&*self.notes, job.item, &fact).await }
    }

    /// Why the post must wait for a person now that its slot has passed, or `None` if it may go out. Said once for each
    /// slot: an item that comes again was released. (A crash between this fact and the runner's entry counts as a
    /// release: one late post, and none twice.)
    async fn missed(&self, job: &Job, slot: &Slot) -> Result<Option<Reason>, DeliverError> {
        let late = self.clock.now().duration_since(slot.at);
        let said = newest::<MissedFact>(&*self.notes, job.item).is_some_and(|fact| fact.at == slot.at);
        if late <= LATE_MAX || said {
            return Ok(None);
        }
        keep(&*self.notes, job.item, &MissedFact { at: slot.at }).await?;
        let message = format!(
            "the slot of account {} at {} passed {} hours ago (at most {} are made up for), and the post is not in the \
             outbox; `reelpress items release {}` puts it there at once",
            slot.account,
            slot.at,
            late.as_hours(),
            LATE_MAX.as_hours(),
            job.item
        );
        Ok(Some(Reason::new("slot_missed", message)))
    }

    /// The handle from the journal, or a new one that is in the journal now.
    async fn handle(&self, job: &Job, input: &Scheduled) -> Result<Result<Handle, Reason>, DeliverError> {
        let cut_hash = &input.approved.screened.assembled.cut.hash;
        match newest::<HandleFact>(&*self.notes, job.item) {
            Some(known) if known.cut_hash == *cut_hash => Ok(Ok(known.handle)),
            Some(known) => Ok(Err(Reason::new(
                "not_deliverable",
                format!(
                    "post {} was promised for cut {}, and this is cut {cut_hash}; make a new item of it",
                    known.handle.as_str(),
                    known.cut_hash
                ),
            ))),
            None => {
                let handle = Handle::of(job.item, input);
                let fact = HandleFact { handle: handle.clone(), cut_hash: cut_hash.clone() };
                keep(&*self.notes, job.item, &fact).await?;
                Ok(Ok(handle))
            }
        }
    }

    /// The files of the post as they were put in place, now or before; written down when this returns. A reason if it was
    /// not, and its slot has passed.
    async fn placed(
        &self,
        settings: &Arc<Settings>,
        job: &Job,
        handle: &Handle,
        input: &Scheduled,
    ) -> Result<Result<Vec<FileEntry>, Reason>, DeliverError> {
        if let Some(known) = newest::<PlacedFact>(&*self.notes, job.item) {
            return Ok(Ok(known.files));
        }
        let outbox = Outbox::new(&settings.deliver.outbox);
        let (item, hash) = (job.item.to_string(), input.approved.screened.assembled.cut.hash.clone());
        let looked_for = handle.clone();
        // It may have appeared just before a crash, and no note says so.
        let files = match blocking(move || outbox.look(&looked_for, &item, &hash)).await? {
            Existing::Whole(files) => files,
            Existing::Nothing => match self.missed(job, &input.slot).await? {
                Some(reason) => return Ok(Err(reason)),
                None => self.put_in_place(settings, job, handle, input).await?,
            },
        };
        let fact = PlacedFact { files };
        keep(&*self.notes, job.item, &fact).await?;
        Ok(Ok(fact.files))
    }

    /// Puts the post together and moves it to its place.
    async fn put_in_place(
        &self,
        settings: &Arc<Settings>,
        job: &Job,
        handle: &Handle,
        input: &Scheduled,
    ) -> Result<Vec<FileEntry>, DeliverError> {
        let outbox = Outbox::new(&settings.deliver.outbox);
        let cut = &input.approved.screened.assembled.cut;
        let (beginning, begun) = (outbox.clone(), handle.clone());
        let folder = blocking(move || beginning.begin(&begun)).await?;
        let video = self.approved_video(&outbox, &folder, cut).await?;
        let poster = self.fetched(&outbox, &folder, "poster", &cut.poster, POSTER).await?;
        let (settings, job, handle, input) = (Arc::clone(settings), job.item, handle.clone(), input.clone());
        blocking(move || {
            let caption = outbox.write(&folder, CAPTION, caption_text(&settings, &input).as_bytes())?;
            let files = vec![video, poster, caption];
            let post = PostFile::new(job, &handle, &settings, &input, files.clone());
            let mut json = serde_json::to_vec_pretty(&post).expect("a post is plain data with text keys");
            json.push(b'\n');
            outbox.write(&folder, POST, &json)?;
            outbox.publish(&handle)?;
            Ok(files)
        })
        .await
    }

    /// Brings the video into the folder, if it is the very one that was approved.
    async fn approved_video(&self, outbox: &Outbox, folder: &Path, cut: &Cut) -> Result<FileEntry, DeliverError> {
        let video = self.fetched(outbox, folder, "video", &cut.video, VIDEO).await?;
        if video.blake3 != cut.hash {
            let (expected, found) = (cut.hash.clone(), video.blake3);
            return Err(DeliverError::Changed { key: cut.video.clone(), expected, found });
        }
        Ok(video)
    }

    /// Brings an artifact into the folder and measures what arrived there.
    async fn fetched(
        &self,
        outbox: &Outbox,
        folder: &Path,
        what: &'static str,
        key: &ArtifactKey,
        name: &'static str,
    ) -> Result<FileEntry, DeliverError> {
        let path = folder.join(name);
        self.artifacts.fetch(key, &path).await.map_err(|source| DeliverError::artifact(what, &path, source))?;
        let (outbox, folder) = (outbox.clone(), folder.to_owned());
        blocking(move || outbox.settle(&folder, name)).await
    }
}

/// File work with `fsync` in it, away from the runtime's threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DeliverError> + Send + 'static,
) -> Result<T, DeliverError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is going away, and this future with it.
            Err(_) => std::future::pending().await,
        },
    }
}

impl Stage for Deliver {
    type In = Scheduled;
    type Product = Post;
    type Out = Delivered;
    type Error = DeliverError;
    type Settings = Arc<Settings>;
    const NAME: StageName = StageName::new("deliver");

    fn settings(&self) -> Arc<Settings> {
        self.live.snapshot()
    }

    /// None: a post is a thing in the world, and the journal's own facts keep it from being made twice.
    fn memo(&self, _settings: &Arc<Settings>, _input: &Scheduled) -> Option<MemoKey> {
        None
    }

    async fn process(
        &self,
        settings: &Arc<Settings>,
        job: &Job,
        input: &Scheduled,
    ) -> Result<Step<Post>, DeliverError> {
        if let Some(reason) = gate::refusal(input) {
            self.give_slot_back(job, &input.slot).await?;
            return Ok(Step::Hold(reason));
        }
        let left = self.time_left(settings, input);
        if !left.is_zero() {
            return Ok(Step::Later(left));
        }
        let handle = match self.handle(job, input).await? {
            Ok(handle) => handle,
            Err(reason) => return Ok(Step::Hold(reason)),
        };
        // Done before: the person may have moved the folder away since.
        if let Some(done) = newest::<DoneFact>(&*self.notes, job.item) {
            return Ok(Step::Next(done.into_post()));
        }
        let files = match self.placed(settings, job, &handle, input).await? {
            Ok(files) => files,
            Err(reason) => return Ok(Step::Hold(reason)),
        };
        let video = files.iter().find(|file| file.name == VIDEO).expect("a whole post has a video");
        let devices = match self.onto_a_phone(settings, job, input, &Placed { handle: &handle, video }).await? {
            Reach::Devices(devices) => devices,
            Reach::Later(wait) => return Ok(Step::Later(wait)),
        };
        let mut media: Vec<MediaFile> = Vec::new();
        for file in input.approved.screened.assembled.cut.provenance.files() {
            if !media.contains(file) {
                media.push(file.clone());
            }
        }
        let done = DoneFact { handle: handle.clone(), hash: video.blake3.clone(), devices, media };
        keep(&*self.notes, job.item, &done).await?;
        events::posted(job.item, done.handle.as_str(), !done.devices.is_empty());
        Ok(Step::Next(done.into_post()))
    }

    fn hand_on(&self, input: Scheduled, product: Post) -> Delivered {
        Delivered { scheduled: input, post: product }
    }
}

impl DoneFact {
    fn into_post(self) -> Post {
        Post { handle: self.handle.as_str().to_owned(), hash: self.hash, devices: self.devices }
    }
}

#[cfg(test)]
mod tests;
