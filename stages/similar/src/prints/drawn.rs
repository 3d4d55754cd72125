//! Prints of cuts that nobody made, for measuring a library of many.

use super::Prints;
use crate::hash::Hash;
use crate::pdq::View;

impl Prints {
    /// Prints of the same length and with the same distances among their own hashes, as far from these as two cuts are
    /// that have nothing to do with each other: every hash has the same bits turned, another half of them for each mask. One
    /// small copy stands for all: nobody looks at them.
    #[must_use]
    pub fn drawn(&self, mask: Hash) -> Self {
        let turn = |hash: &mut Hash| hash.0.iter_mut().zip(mask.0).for_each(|(word, mask)| *word ^= mask);
        let both = |view: &mut View| {
            turn(&mut view.hash);
            turn(&mut view.mirrored);
        };
        let mut drawn = self.clone();
        drawn.stills.truncate(1);
        drawn.frames.iter_mut().for_each(|frame| frame.still = 0);
        drawn.keys.iter_mut().for_each(|key| key.still = 0);
        drawn.frames.iter_mut().for_each(|frame| both(&mut frame.view));
        drawn.keys.iter_mut().flat_map(|key| &mut key.regions).for_each(|(_, view)| both(view));
        drawn.inner = self.inner.iter().map(|inner| inner.drawn(mask)).collect();
        drawn
    }
}
