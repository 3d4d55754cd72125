//! Who looks on while a cut is pressed.

/// Hears how far a press is and can stop it. Both methods are called once for each frame and must return at once.
pub trait Watch: Send + Sync {
    /// `done` of `total` frames are encoded.
    fn frame_done(&self, done: u64, total: u64);
    /// True stops the press before the next frame.
    fn is_cancelled(&self) -> bool;
}

/// Nobody looks on.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn frame_done(&self, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}
