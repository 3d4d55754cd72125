//! Judges from decoded frames and samples whether a finished cut is made well.
//!
//! The caller decodes, once, and hands every picture and every block of sound to an [`Analyser`]; at the end it gives a
//! [`Report`]: findings with rule, times, measured value and limit, and what could not be checked. Nothing here decodes,
//! reads a file or knows a platform's API; what platforms take is data ([`PlatformSpecs`]). Pure and deterministic.
#![forbid(unsafe_code)]

mod analyser;
mod caption;
mod ending;
mod finding;
mod flash;
mod frame;
mod grid;
mod limits;
mod scan;
mod sound;
mod spec;
mod speech;
mod stretch;

pub use analyser::{Analyser, Measures, Order, Report};
pub use caption::{Area, Caption, spelling};
pub use finding::{Finding, Rule, Unchecked, Weight};
pub use frame::{Frame, Sound};
pub use limits::Limits;
pub use spec::{FileSpec, PlatformSpec, PlatformSpecs, SpecsError};
pub use speech::{Spoken, against_stem};

#[cfg(test)]
mod testing;
