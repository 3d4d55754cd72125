//! The fleet of test phones over adb: discovery, leases, pushes that are verified by hash and show in the gallery.
//!
//! Only this crate knows how a phone is spoken to: over the adb server's socket, without an `adb` process. What a phone
//! can be asked is a closed list (`command.rs`); nothing in it taps, swipes or types. Every call has a deadline
//! (`devices.timeout`), a lease ends by itself (`devices.lease`), and each phone has its own rate
//! (`devices.pushes_per_hour`).
#![forbid(unsafe_code)]

mod command;
mod error;
mod fleet;
mod listing;
mod media;
mod phone;
mod rate;
mod shell;
mod socket;
mod sync;

pub use error::FarmError;
pub use fleet::{Device, DeviceState, Fleet, Lease};
pub use phone::{HandedOver, Video};
