//! The way of a placed post onto a test phone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reelpress_config::Settings;
use reelpress_core::{Job, Stage as _};
use reelpress_device_farm::{FarmError, Lease, Video};
use reelpress_vocabulary::Scheduled;

use super::{Deliver, blocking};
use crate::error::DeliverError;
use crate::facts::{Fact as _, LeaseFact, PushFact, keep, newest};
use crate::handle::Handle;
use crate::outbox::{FileEntry, Outbox, VIDEO};

/// Pushes older than this no longer count against a phone's rate.
const RATE_MEMORY: Duration = Duration::from_hours(1);

/// How the way to a phone ended.
pub(super) enum Reach {
    /// In these phones' galleries; none if none could be had.
    Devices(Vec<String>),
    /// The phone may be had later, and there is time.
    Later(Duration),
}

/// A post that was put into the outbox. A person may have moved or changed it since.
pub(super) struct Placed<'a> {
    pub(super) handle: &'a Handle,
    pub(super) video: &'a FileEntry,
}

impl Deliver {
    pub(super) fn remember_pushes(&self) {
        let Some(fleet) = &self.fleet else { return };
        let oldest = self.clock.millis().saturating_sub(u64::try_from(RATE_MEMORY.as_millis()).unwrap_or(u64::MAX));
        for note in self.notes.about(PushFact::TOPIC).iter().filter(|note| note.at_millis >= oldest) {
            let push = note.noted.read::<PushFact>(PushFact::TOPIC).filter(|push| push.pushed);
            let at = jiff::Timestamp::from_millisecond(i64::try_from(note.at_millis).unwrap_or(i64::MAX));
            if let (Some(push), Ok(at)) = (push, at) {
                fleet.remember_push(&push.serial, at);
            }
        }
    }

    /// Brings the video onto one phone, if phones are wanted. No phone is no error: the post is in the outbox.
    pub(super) async fn onto_a_phone(
        &self,
        settings: &Settings,
        job: &Job,
        input: &Scheduled,
        placed: &Placed<'_>,
    ) -> Result<Reach, DeliverError> {
        let Some(fleet) = self.fleet.as_ref().filter(|_| settings.devices.enabled) else {
            return Ok(Reach::Devices(Vec::new()));
        };
        if let Some(done) = newest::<PushFact>(&*self.notes, job.item) {
            return Ok(Reach::Devices(vec![done.serial]));
        }
        // A phone that may hold the video since before a crash is asked again, and no other.
        let promised = newest::<LeaseFact>(&*self.notes, job.item).map(|lease| vec![lease.serial]);
        let serials =
            promised.as_deref().or_else(|| settings.devices.serials.get(input.slot.account.name()).map(Vec::as_slice));
        let lease = match unless_cancelled(job, fleet.lease(serials, settings.devices.timeout)).await? {
            Ok(lease) => lease,
            Err(error) => return Ok(self.without_phone(settings, job, input, &error)),
        };
        if promised.is_none() {
            let fact = LeaseFact { serial: lease.serial().to_owned(), name: placed.handle.phone_name() };
            keep(&*self.notes, job.item, &fact).await?;
        }
        let outbox = Outbox::new(&settings.deliver.outbox);
        let file = match self.video_file(&outbox, input, placed).await {
            Ok(file) => file,
            Err(error) => {
                tracing::warn!(item = %job.item, %error, "post was taken from the outbox, and goes on without a phone");
                discard(&outbox, placed.handle).await;
                return Ok(Reach::Devices(Vec::new()));
            }
        };
        let pushed = unless_cancelled(job, push(&lease, job, placed, &file.path)).await;
        if file.is_copy {
            discard(&outbox, placed.handle).await;
        }
        match pushed? {
            Ok(fact) => {
                keep(&*self.notes, job.item, &fact).await?;
                Ok(Reach::Devices(vec![fact.serial]))
            }
            Err(error) => Ok(self.without_phone(settings, job, input, &error)),
        }
    }

    /// The approved video as a file: the one in the outbox, or a copy from the store where a person has taken or changed
    /// that one.
    async fn video_file(
        &self,
        outbox: &Outbox,
        input: &Scheduled,
        placed: &Placed<'_>,
    ) -> Result<VideoFile, DeliverError> {
        let (looking, handle, video) = (outbox.clone(), placed.handle.clone(), placed.video.clone());
        if blocking(move || Ok(looking.holds(&handle, &video))).await? {
            return Ok(VideoFile { path: outbox.place(placed.handle).join(VIDEO), is_copy: false });
        }
        let (beginning, handle) = (outbox.clone(), placed.handle.clone());
        let folder = blocking(move || beginning.begin(&handle)).await?;
        self.approved_video(outbox, &folder, &input.approved.screened.assembled.cut).await?;
        Ok(VideoFile { path: folder.join(VIDEO), is_copy: true })
    }

    /// Waits for a phone that is only busy while the slot is still ahead; otherwise says so, once, and goes on.
    fn without_phone(&self, settings: &Settings, job: &Job, input: &Scheduled, error: &FarmError) -> Reach {
        let wait = if let FarmError::Rate { wait, .. } = error {
            Some(*wait)
        } else if let FarmError::Patience { .. } = error {
            Some(settings.devices.timeout)
        } else {
            None
        };
        let until_slot = input.slot.at.duration_since(self.clock.now());
        match wait {
            Some(wait) if u128::try_from(until_slot.as_millis()).is_ok_and(|left| wait.as_millis() < left) => {
                Reach::Later(wait)
            }
            Some(_) | None => {
                tracing::warn!(item = %job.item, account = %input.slot.account, %error, "post goes on without a phone");
                Reach::Devices(Vec::new())
            }
        }
    }
}

/// Where the approved video lies for a push.
struct VideoFile {
    path: PathBuf,
    /// Made for this push only.
    is_copy: bool,
}

/// Drops the work when the job is cancelled. Nothing is lost: an unfinished file shows in no gallery and is replaced by
/// the next push of its name, to the same phone.
async fn unless_cancelled<T>(job: &Job, work: impl Future<Output = T>) -> Result<T, DeliverError> {
    tokio::select! {
        biased;
        () = job.cancel.cancelled() => Err(DeliverError::Cancelled),
        done = work => Ok(done),
    }
}

/// Removes a copy that was made for a push. One that stays is swept at the next start.
async fn discard(outbox: &Outbox, handle: &Handle) {
    let (discarding, copied) = (outbox.clone(), handle.clone());
    if let Err(error) = blocking(move || discarding.discard(&copied)).await {
        tracing::warn!(handle = handle.as_str(), %error, "copy for a phone stays in the outbox");
    }
}

async fn push(lease: &Lease, job: &Job, placed: &Placed<'_>, file: &Path) -> Result<PushFact, FarmError> {
    let name = placed.handle.phone_name();
    let video = Video { file, name: &name, bytes: placed.video.bytes, sha256: &placed.video.sha256 };
    let progress = |sent| job.progress.report(job.item, &Deliver::NAME, sent, placed.video.bytes);
    let handed = lease.hand_over(video, &progress).await?;
    Ok(PushFact {
        serial: handed.serial,
        model: handed.model,
        path: handed.path,
        sha256: placed.video.sha256.clone(),
        pushed: handed.pushed,
    })
}
