//! Script and speech in, a finished cut out: compositor, sound, encoder.

pub mod picture;
