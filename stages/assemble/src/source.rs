//! What scenes show: pictures and video clips, friendly or hostile.
//!
//! [`picture()`] and [`Clip`] read a file within limits of time and memory and give [`Picture420`](crate::picture::planes::Picture420)s: upright, square
//! pixels, cut or fitted to the wanted size, sRGB/BT.709 in limited range. The same file and the same order give the
//! same bytes, whatever was asked before. What cannot be shown is refused with the file's path and a reason.

mod clip;
mod error;
mod file;
mod framing;
mod headers;
mod planes;
mod profile;
mod still;
mod stranger;

pub(crate) use clip::{Clip, ClipOrder};
pub use error::SourceError;
pub(crate) use file::identity;
pub(crate) use framing::Framing;
pub(crate) use still::{picture, with_transparency};
pub use stranger::{Onlooker, STRANGER_RATE, look_through};

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
