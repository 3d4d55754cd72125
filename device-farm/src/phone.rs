//! One phone that answers: what it is, and how a video gets into its gallery whole or not at all.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout_at};

use crate::command::{Command, PartPath, PhonePath, Property};
use crate::error::{FarmError, excerpt};
use crate::media;
use crate::shell::Output;
use crate::socket::Link;
use crate::sync::Push;

/// Android 8: below it `df`, `content` and the shell's exit codes differ.
const SDK_MIN: u32 = 26;
/// From Android 11 the media provider takes `scan_file` with a plain argument.
const SDK_SCAN_FILE: u32 = 30;
/// How often the index is asked within `devices.timeout`; the scan may be asynchronous.
const LOOKS: u32 = 10;
/// After so many looks without success the scan is asked for again.
const LOOKS_PER_SCAN: u32 = 4;
/// No phone hashes slower than this, so a long file gets a longer deadline.
const HASH_BYTES_PER_SECOND: u64 = 5_000_000;

/// A finished video to hand over.
#[derive(Debug, Clone, Copy)]
pub struct Video<'a> {
    /// The local file.
    pub file: &'a Path,
    /// Its name on the phone: 1 to 150 lower-case letters, digits or `-`, then `.mp4`. The same name is the same video.
    pub name: &'a str,
    /// Its size in bytes.
    pub bytes: u64,
    /// sha256 of its bytes, 64 lower-case hex digits.
    pub sha256: &'a str,
}

/// A video that is in a phone's gallery, verified by hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// The phone's serial number.
    pub serial: String,
    /// The phone's model.
    pub model: String,
    /// Where the file is on the phone.
    pub path: String,
    /// The gallery's number for it.
    pub media_id: u64,
    /// False if the phone held it already.
    pub pushed: bool,
}

/// A phone that answers.
#[derive(Debug, Clone)]
pub(crate) struct Phone {
    pub(crate) link: Link,
    pub(crate) model: String,
    pub(crate) sdk: u32,
    stat_v2: bool,
}

/// What [`Phone::hand_over`] is told beside the video.
pub(crate) struct Order<'a> {
    pub(crate) video: Video<'a>,
    pub(crate) folder: &'a PhonePath,
    pub(crate) now: Timestamp,
    /// Takes one push from the phone's rate; asked just before the first byte.
    pub(crate) permit: &'a (dyn Fn() -> Result<(), FarmError> + Sync),
    /// Hears the bytes sent so far.
    pub(crate) progress: &'a (dyn Fn(u64) + Sync),
    pub(crate) deadline: Instant,
    /// What is said when the deadline passes.
    pub(crate) lease: Duration,
}

impl Phone {
    /// Asks a connection who it is.
    pub(crate) async fn meet(mut link: Link) -> Result<Self, FarmError> {
        let features = link.features().await?;
        let has = |feature: &str| features.iter().any(|word| word == feature);
        let too_old = |link: &Link, lacks: String| FarmError::TooOld { serial: link.serial.clone(), lacks };
        if !has("shell_v2") {
            return Err(too_old(&link, "has no shell protocol v2 (its exit codes are lost)".to_owned()));
        }
        let stat_v2 = has("stat_v2");
        let serial = property(&link, Property::SerialNumber).await?;
        if !serial.is_empty() {
            link.serial = serial;
        }
        let model = property(&link, Property::Model).await?;
        let level = property(&link, Property::Sdk).await?;
        match level.parse() {
            Ok(sdk) if sdk >= SDK_MIN => Ok(Self { link, model, sdk, stat_v2 }),
            Ok(_) | Err(_) => Err(too_old(&link, format!("has API level `{level}`, not {SDK_MIN} or more"))),
        }
    }

    pub(crate) fn serial(&self) -> &str {
        &self.link.serial
    }

    /// Brings the video into the gallery: whole, verified and listed, or with an error and no unfinished file left
    /// behind if the phone still answers. Doing it again changes nothing and sends nothing.
    pub(crate) async fn hand_over(&self, order: &Order<'_>) -> Result<HandedOver, FarmError> {
        let path = order.folder.video(order.video.name)?;
        let part_exists = AtomicBool::new(false);
        let work = self.bring(order, &path, &part_exists);
        let ended = || FarmError::LeaseEnded { serial: self.serial().to_owned(), limit: order.lease };
        let outcome = timeout_at(order.deadline, work).await.unwrap_or_else(|_| Err(ended()));
        if outcome.is_err() && part_exists.load(Ordering::Relaxed) {
            self.clean_up(path.part()).await;
        }
        outcome
    }

    async fn bring(
        &self,
        order: &Order<'_>,
        path: &PhonePath,
        part_exists: &AtomicBool,
    ) -> Result<HandedOver, FarmError> {
        let video = order.video;
        let pushed = !self.holds(path, video).await?;
        if pushed {
            (order.permit)()?;
            part_exists.store(true, Ordering::Relaxed);
            self.place(order, path).await?;
            part_exists.store(false, Ordering::Relaxed);
        }
        let media_id = self.index(path, video.bytes).await?;
        Ok(HandedOver {
            serial: self.serial().to_owned(),
            model: self.model.clone(),
            path: path.to_string(),
            media_id,
            pushed,
        })
    }

    async fn holds(&self, path: &PhonePath, video: Video<'_>) -> Result<bool, FarmError> {
        if self.link.size(path, self.stat_v2).await? != Some(video.bytes) {
            return Ok(false);
        }
        Ok(self.sha256(path, video.bytes).await? == video.sha256)
    }

    async fn place(&self, order: &Order<'_>, path: &PhonePath) -> Result<(), FarmError> {
        let video = order.video;
        let part = path.part();
        // Android 9 does not make the folders of a pushed file by itself.
        self.done(&Command::MakeFolder(order.folder.clone())).await?;
        let push = Push { file: video.file, to: part.path(), modified: order.now, stall: self.link.server.limit };
        self.link.push(push, order.progress).await?;
        let theirs = self.sha256(part.path(), video.bytes).await?;
        if theirs != video.sha256 {
            return Err(FarmError::HashMismatch {
                serial: self.serial().to_owned(),
                path: part.path().to_string(),
                ours: video.sha256.to_owned(),
                theirs: excerpt(&theirs),
            });
        }
        self.done(&Command::Finish(part, path.clone())).await?;
        Ok(())
    }

    /// Until the gallery lists the file with its size and its length; its number there.
    async fn index(&self, path: &PhonePath, bytes: u64) -> Result<u64, FarmError> {
        let limit = self.link.server.limit;
        let mut answer = String::new();
        for look in 0..LOOKS {
            if look % LOOKS_PER_SCAN == 0 {
                let scan =
                    if self.sdk >= SDK_SCAN_FILE { Command::Scan as fn(_) -> _ } else { Command::ScanByBroadcast };
                let output = self.link.run(&scan(path.clone()), limit).await?;
                answer = excerpt(&format!("{}{}", output.stdout, output.stderr));
            }
            let output = self.link.run(&Command::Indexed(path.clone()), limit).await?;
            match media::first_row(&output.stdout) {
                Some(row) if row.size == bytes && row.has_duration => return Ok(row.id),
                Some(_) | None => sleep(limit / LOOKS).await,
            }
        }
        Err(FarmError::NotIndexed { serial: self.serial().to_owned(), path: path.to_string(), tries: LOOKS, answer })
    }

    /// The phone's own sha256 of a file; whatever it said if that is no hash.
    async fn sha256(&self, path: &PhonePath, bytes: u64) -> Result<String, FarmError> {
        let limit = self.link.server.limit + Duration::from_secs(bytes / HASH_BYTES_PER_SECOND);
        let output = self.checked(&Command::Sha256(path.clone()), limit).await?;
        Ok(output.stdout.split_whitespace().next().unwrap_or_default().to_ascii_lowercase())
    }

    async fn done(&self, command: &Command) -> Result<Output, FarmError> {
        self.checked(command, self.link.server.limit).await
    }

    /// Runs a command whose exit code tells the truth.
    async fn checked(&self, command: &Command, limit: Duration) -> Result<Output, FarmError> {
        let output = self.link.run(command, limit).await?;
        if output.exit == 0 {
            return Ok(output);
        }
        if output.stderr.contains("No space left") {
            return Err(FarmError::Full { serial: self.serial().to_owned(), path: excerpt(&output.stderr) });
        }
        let message = format!("exit code {}: {}", output.exit, output.stderr);
        Err(FarmError::Refused {
            serial: self.serial().to_owned(),
            action: command.action(),
            message: excerpt(&message),
        })
    }

    async fn clean_up(&self, part: PartPath) {
        let path = part.path().to_string();
        if let Err(error) = self.done(&Command::RemovePart(part)).await {
            // No gallery shows it, and the next push to the same name begins by replacing it.
            tracing::warn!(device = self.serial(), path, %error, "unfinished file stays on the phone");
        }
    }
}

async fn property(link: &Link, property: Property) -> Result<String, FarmError> {
    let output = link.run(&Command::Property(property), link.server.limit).await?;
    Ok(excerpt(&output.stdout))
}
