//! One post for one cut: the outbox folder and the hand-over to devices.
//!
//! A post is a folder that appears by one rename: `outbox/<account>/<slot time>-<slug>-<id>/` with `video.mp4`,
//! `poster.png`, `caption.txt` and `post.json` ([`PostFile`]). Its name is in the journal before its first byte is on
//! the disk, so a crash at any instant leaves one whole post or none, and never two.
#![forbid(unsafe_code)]

mod deliver;
mod error;
mod facts;
mod gate;
mod handle;
mod outbox;
mod post_file;
mod slug;
mod switches;

pub use deliver::Deliver;
pub use error::DeliverError;
pub use facts::POST_DONE;
pub use outbox::{FileEntry, sweep_incoming};
pub use post_file::{ApprovalFacts, Origins, POST_SCHEMA, PostFile, Screening, SlotTimes, VideoFacts};
pub use slug::slug;
pub use switches::{InstagramLabels, Labels, PlatformLabels, TiktokLabels, YoutubeLabels};
